# `make` alone lists the targets. Each does its own set-up: the virtual environment, the npm packages, the builds.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

RUST_SOURCES := Cargo.toml Cargo.lock $(shell find crates bindings -name '*.rs' -o -name '*.txt' -o -name Cargo.toml)
STAMPS := target/stamps
BIOME := tests/node_modules/.bin/biome

.DEFAULT_GOAL := help
.PHONY: help build build-python build-node build-wasm demo demo-guide fmt test test-rust test-python test-node lint lint-rust lint-python lint-node bench clean
.DELETE_ON_ERROR:

help: ## lists the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-18s %s\n", $$1, $$2}'

build: build-python build-node build-wasm ## builds the Python wheel and the two engines of the npm package

demo: build-node build-wasm $(STAMPS)/npm-express ## serves a token server and its page with Express (PORT=3000)
	@cd node/examples/express && exec node server.js

demo-guide: build-node $(STAMPS)/npm-express ## the same page, served by the short server of Twilio's guide
	@cd node/examples/express && exec node server-guide.js

# Quiet on the way: the whole output is in target/test-logs, and every failure is printed in the end.
test: ## runs every test, in all three languages, and sums up
	@$(PYTHON) tests/runner/summary.py

test-rust: ## tests the core, the command and the bindings
	cargo test --workspace

# One test plays the same inputs in all three languages; another runs pyright, an npm package; the examples include a
# server for Node.
test-python: build $(addprefix $(STAMPS)/npm-,tests frameworks fastify) ## tests the Python package, from its wheel
	$(BIN)/python -m pytest -c python/pyproject.toml --rootdir=. -rs $(addprefix tests/,python differential runtimes frameworks examples cli runner)

test-node: build-node build-wasm $(STAMPS)/axum $(addprefix $(STAMPS)/npm-,tests express fastify twilio-function aws-lambda cloudflare-worker nextjs runtimes frameworks examples edge servers keeper) ## tests the npm package, runtimes and web examples
	node tests/vectors/generate.mjs --check && node tests/vectors/hostile.mjs --check && node tests/vectors/inspections.mjs --check
	if [ -e node/grantmint.wasm ]; then GRANTMINT_ENGINE=wasm node --test $(NODE_TEST_FLAGS) $(wildcard tests/node/*.test.mjs); fi
	node --test $(NODE_TEST_FLAGS) $(wildcard $(foreach part,node web keeper differential runtimes frameworks examples edge,tests/$(part)/*.test.mjs))

lint: lint-rust lint-python lint-node ## checks formatting, and runs linters and type checkers

lint-rust:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy --package grantmint-python --package grantmint-node --features grantmint-python/panic-test,grantmint-node/panic-test,grantmint-node/fault-test -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps
	# Crates outside of the workspace have their own lock files, which follow the core's dependencies.
	for folder in fuzz benchmarks/rust tests/reliability/dudect tests/reliability/worst_case crates/grantmint/examples/axum; do \
		cargo update --quiet --workspace --locked --manifest-path $$folder/Cargo.toml || exit 1; \
	done

lint-python: build-python
	$(BIN)/ruff check --config python/pyproject.toml python tests
	$(BIN)/ruff format --config python/pyproject.toml --check python tests
	$(BIN)/mypy --config-file python/pyproject.toml --strict python/grantmint $(addprefix tests/,python differential runtimes frameworks examples cli runner reliability)
	# From a folder where `grantmint` is the installed package, not its source.
	cd tests && ../$(BIN)/python -m mypy.stubtest --mypy-config-file ../python/pyproject.toml \
		--allowlist python/stubtest-allowlist.txt grantmint

lint-node: build-node $(STAMPS)/npm-tests
	$(BIOME) ci
	cd tests && npx tsc --project types

fmt: $(STAMPS)/venv $(STAMPS)/npm-tests ## formats Rust, Python and JavaScript
	cargo fmt --all
	# The formatter breaks lines that the linter would reject, and the linter's fixes may need the formatter again.
	$(BIN)/ruff format --config python/pyproject.toml --quiet python tests packaging
	$(BIN)/ruff check --config python/pyproject.toml --fix --quiet python tests packaging
	$(BIN)/ruff format --config python/pyproject.toml --quiet python tests packaging
	$(BIOME) check --write

bench: build ## measures grantmint beside its peers (some minutes)
	$(PYTHON) benchmarks/run.py

clean: ## removes everything that was built or installed here
	rm -rf target $(VENV) dist node/*.node node/*.wasm node/edge
	rm -rf node/examples/*/node_modules tests/node_modules tests/*/node_modules benchmarks/node_modules benchmarks/.venv

include tests/reliability/reliability.mk

build-python: $(STAMPS)/wheel
build-node: $(STAMPS)/node-module

# Without a compiler for WebAssembly, it prints which one to install, and its tests are skipped.
build-wasm: $(STAMPS)/wasm-module ## builds the WebAssembly module, if there is a compiler for it

$(STAMPS)/venv: tests/requirements.txt $(wildcard tests/*/requirements.txt python/examples/*/requirements.txt)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(addprefix --requirement ,$^)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/wheel: $(STAMPS)/venv $(RUST_SOURCES) python/pyproject.toml $(wildcard python/grantmint/*.py* python/grantmint/*/*.py*)
	rm -rf target/wheels
	cd python && ../$(BIN)/maturin build --release --locked --interpreter ../$(BIN)/python --out ../target/wheels
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall target/wheels/*.whl
	@touch $@

$(STAMPS)/node-module: $(RUST_SOURCES) node/build.mjs
	node node/build.mjs
	@mkdir -p $(@D) && touch $@

$(STAMPS)/wasm-module: $(RUST_SOURCES) bindings/wasm/build.sh node/edge.mjs node/index.js $(wildcard node/lib/*.js)
	node node/edge.mjs
	sh bindings/wasm/build.sh --if-possible
	@mkdir -p $(@D) && if [ -e node/grantmint.wasm ]; then touch $@; fi

AXUM := crates/grantmint/examples/axum
$(STAMPS)/axum: $(RUST_SOURCES) $(AXUM)/Cargo.lock
	cargo build --locked --manifest-path $(AXUM)/Cargo.toml --target-dir target/axum
	@mkdir -p $(@D) && touch $@

$(STAMPS)/npm-tests: tests/package.json tests/package-lock.json
	cd tests && npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(@D) && touch $@

# No install scripts: the platforms' own packages contain everything needed.
$(addprefix $(STAMPS)/npm-,runtimes frameworks examples edge servers keeper): $(STAMPS)/npm-%: tests/%/package.json tests/%/package-lock.json
	cd tests/$* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p $(@D) && touch $@

$(addprefix $(STAMPS)/npm-,express fastify twilio-function aws-lambda cloudflare-worker nextjs): $(STAMPS)/npm-%: node/examples/%/package.json node/examples/%/package-lock.json
	cd node/examples/$* && npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(@D) && touch $@

include tests/platforms/platforms.mk
include packaging/packaging.mk
