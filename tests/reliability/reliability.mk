# Fuzzing, long runs and special builds, most of them too slow for `make test`. docs/reliability.md has the results.

.PHONY: asan boundary check-panics coverage cycles deny dudect free-threaded fuzz install-deny miri mutants rolling soak unwiped valgrind worst-case

# The names of the bindings' libraries on Linux. Windows and macOS use other names.
PANICKING := target/panic-test/debug

check-panics: $(STAMPS)/venv ## checks that a panic becomes an ordinary error, in builds that can panic
	PYO3_BUILD_EXTENSION_MODULE=1 PYO3_PYTHON=$(CURDIR)/$(BIN)/python cargo build --locked --target-dir target/panic-test \
		--package grantmint-python --package grantmint-node --features grantmint-python/panic-test,grantmint-node/panic-test
	$(BIN)/python tests/reliability/panics.py $(PANICKING)/lib_grantmint.so
	node tests/reliability/panics.mjs $(PANICKING)/libgrantmint_node.so

BOUNDARY_CASES ?= 20000

boundary: build $(STAMPS)/npm-tests ## passes BOUNDARY_CASES (20,000) random values to every call of both packages
	GRANTMINT_CASES=$(BOUNDARY_CASES) $(BIN)/python -m pytest -c python/pyproject.toml --rootdir=. tests/python/test_boundary.py
	GRANTMINT_CASES=$(BOUNDARY_CASES) node --test tests/node/boundary.test.mjs

soak: build ## checks memory over ten million mints, rejections and inspections in Python and Node
	$(BIN)/python tests/reliability/soak.py
	node --expose-gc --max-semi-space-size=1 tests/reliability/soak.mjs

RACE_SECONDS ?= 60

free-threaded: $(STAMPS)/venv ## races eight threads for RACE_SECONDS (60) on a CPython without a GIL, found or built
	tests/runtimes/free_threaded.sh $(RACE_SECONDS)

cycles: build-node $(STAMPS)/npm-runtimes ## starts a thousand workers that load the package, on every runtime
	node tests/reliability/cycles.mjs

# Each fuzz target has the name of its file.
TARGETS := $(basename $(notdir $(wildcard fuzz/fuzz_targets/*.rs)))
FUZZ_SECONDS ?= 1800

fuzz: ## runs each fuzz target for FUZZ_SECONDS (1800); needs nightly Rust and cargo-fuzz
	$(PYTHON) fuzz/seeds.py
	cd fuzz && for target in $(TARGETS); do \
		cargo +nightly fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) -max_len=16384 -timeout=10 || exit 1; \
	done

rolling: build $(STAMPS)/npm-express ## restarts servers behind nginx, with a new key, under load; needs nginx
	node tests/reliability/rolling.mjs express
	node tests/reliability/rolling.mjs fastapi

WORST_SECONDS ?= 3600
WORST := cargo run --quiet --release --locked --manifest-path tests/reliability/worst_case/Cargo.toml \
	--target x86_64-unknown-linux-gnu --target-dir target/worst-case
# The compiler calls a function at each edge between blocks of code. An explicit target keeps the flags from build scripts.
COUNTING := -Cpasses=sancov-module $(addprefix -Cllvm-args=-sanitizer-coverage-,level=3 trace-pc-guard)

worst-case: ## searches for the slowest texts for WORST_SECONDS (3600), and measures them
	RUSTFLAGS='$(COUNTING)' $(WORST) -- search $(WORST_SECONDS) target/worst-case/texts
	$(WORST) -- measure target/worst-case/texts

dudect: ## checks that rejections take constant time (20 million samples)
	cd tests/reliability/dudect && cargo run --release --locked

unwiped: build-node build-wasm $(STAMPS)/npm-tests ## checks that the searches for secrets fail in builds that wipe less (some minutes)
	$(PYTHON) tests/reliability/unwiped.py

install-deny:
	cargo install --locked cargo-deny

deny: ## checks licences, sources and known vulnerabilities of all crates; needs cargo-deny
	cargo deny check

valgrind: build-python ## runs memcheck over the core's tests and the Python module (some minutes)
	tests/reliability/valgrind.sh

# An explicit target, so that the flags do not apply to build scripts.
ASAN_TARGET := x86_64-unknown-linux-gnu

asan: ## runs AddressSanitizer over the Node module (two minutes); needs nightly Rust and GCC
	RUSTFLAGS='-Zsanitizer=address -Cforce-frame-pointers=yes' cargo +nightly build --locked --target $(ASAN_TARGET) \
		--target-dir target/asan --package grantmint-node --features grantmint-node/fault-test
	node tests/reliability/asan.mjs target/asan/$(ASAN_TARGET)/debug/libgrantmint_node.so

# The tests that Miri can run: the others call C code of peers, or would take hours.
MIRI_TESTS := $(addprefix --test ,error mint_vectors verify_hostile inspect)
MIRI_CHOICE := official_ each_case_has each_case_is an_error_has bad_arguments_cause repeated_wrappings deep_nesting

miri: ## checks the core for undefined behaviour (a quarter of an hour); needs nightly Rust with miri
	MIRIFLAGS=-Zmiri-disable-isolation cargo +nightly miri test --package grantmint $(MIRI_TESTS) -- $(MIRI_CHOICE)

coverage: ## measures line coverage of the core by its own tests; needs cargo-llvm-cov
	cargo llvm-cov --package grantmint --summary-only --fail-under-lines 95

mutants: ## finds changes of the code that no test notices (hours); needs cargo-mutants
	cargo mutants --package grantmint --output target/mutants
