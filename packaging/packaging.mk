# Builds the published artefacts, tests them in empty folders, and builds the book.

.PHONY: dist docs test-docs test-install test-packaging check-oldest-rust check-reproducible lint-packaging lock-tools rehearse-release rehearse-ci release clean-dist

lint: lint-packaging

# Each has its own environment with pinned programs, compared with their hashes.
TOOLS := target/tools
LOCKED := $(notdir $(basename $(wildcard packaging/locked/*.in)))

OLDEST_RUST := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
DIST_SOURCES := $(addprefix packaging/,dist.py checksums.py sbom.py) $(wildcard packaging/unwinder/*) bindings/wasm/build.sh node/build.mjs node/edge.mjs node/pack.mjs node/targets.mjs node/package.json $(wildcard node/index.* node/load.* node/wasm.d.ts node/lib/*.js node/keeper/*) \
	$(wildcard python/README.md node/README.md crates/*/README.md LICENSE-*)

dist: $(STAMPS)/dist ## builds the wheel, sdist, npm packages and crate, as they are published

$(STAMPS)/dist: $(STAMPS)/tools-build $(RUST_SOURCES) python/pyproject.toml $(wildcard python/grantmint/*.py* python/grantmint/*/*.py*) $(DIST_SOURCES)
	rm -rf dist
	$(TOOLS)/build/bin/python packaging/dist.py
	@touch $@

test-install: $(STAMPS)/dist $(STAMPS)/packaging $(STAMPS)/npm-install ## tests the published packages, installed in empty places
	$(BIN)/python -m pytest -c python/pyproject.toml --rootdir=. tests/install
	node --test tests/install/*.test.mjs

rehearse-release: $(STAMPS)/dist $(STAMPS)/tools-rehearsal $(STAMPS)/npm-rehearsal ## publishes to registries on loopback and installs from them (some minutes)
	$(TOOLS)/rehearsal/bin/python packaging/workflows.py
	$(TOOLS)/rehearsal/bin/python packaging/checksums.py
	$(TOOLS)/rehearsal/bin/python -m pytest -c python/pyproject.toml --rootdir=. $(addprefix tests/,packaging/test_publish.py packaging/test_workflows.py rehearsal) --numprocesses=2 --dist=loadfile --durations=20

rehearse-ci: $(STAMPS)/tools-rehearsal ## runs the release workflow on this machine, without publishing (some minutes)
	$(TOOLS)/rehearsal/bin/python packaging/rehearse_ci.py $(WORKFLOW) $(JOB)

release: ## sets the version, dates the changelog and makes the tag: make release VERSION=0.2.0
	$(PYTHON) packaging/release.py prepare $(VERSION)

check-reproducible: $(STAMPS)/tools-build ## builds the published artefacts twice and compares their bytes (some minutes)
	$(TOOLS)/build/bin/python packaging/reproducible.py

docs: build-python build-wasm $(STAMPS)/packaging $(STAMPS)/npm-docs ## builds the book, with the API references, in target/book
	$(BIN)/python packaging/book.py

test-packaging: $(STAMPS)/packaging ## tests the workflows and the scripts of a release
	$(BIN)/python -m pytest -c python/pyproject.toml --rootdir=. -rs tests/packaging

# `make test-rust` tests the Rust samples.
test-docs: build $(STAMPS)/packaging $(STAMPS)/npm-tests $(STAMPS)/npm-express ## tests the samples of the book and of the READMEs
	$(BIN)/python -m pytest -c python/pyproject.toml --rootdir=. -rs tests/docs
	node --test $(NODE_TEST_FLAGS) tests/docs/*.test.mjs

check-oldest-rust: ## checks the code with the oldest supported Rust, which rustup installs
	rustup toolchain install $(OLDEST_RUST) --profile minimal --no-self-update
	cargo +$(OLDEST_RUST) check --workspace --locked --target-dir target/oldest

lint-packaging: build-python $(STAMPS)/packaging
	$(BIN)/actionlint
	$(BIN)/zizmor --quiet --offline .github
	$(BIN)/python packaging/workflows.py
	$(BIN)/ruff check --config python/pyproject.toml packaging
	$(BIN)/ruff format --config python/pyproject.toml --check packaging
	$(BIN)/mypy --config-file python/pyproject.toml --strict packaging tests/install tests/docs tests/packaging tests/platforms tests/rehearsal

clean: clean-dist

clean-dist:
	rm -rf dist $(STAMPS)/dist

$(STAMPS)/packaging: $(STAMPS)/venv packaging/requirements.txt tests/docs/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(addprefix --requirement ,$(filter %.txt,$^))
	@touch $@

$(addprefix $(STAMPS)/tools-,$(LOCKED)): $(STAMPS)/tools-%: packaging/locked/%.txt
	rm -rf $(TOOLS)/$*
	$(PYTHON) -m venv $(TOOLS)/$*
	$(TOOLS)/$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: --requirement $<
	@mkdir -p $(@D) && touch $@

lock-tools: $(STAMPS)/tools-rehearsal ## updates the pins in packaging/locked
	cd packaging/locked && for name in $(LOCKED); do \
		../../$(TOOLS)/rehearsal/bin/uv pip compile --quiet --upgrade --universal --python-version 3.10 --generate-hashes \
			--custom-compile-command 'make lock-tools' --output-file $$name.txt $$name.in || exit 1; \
	done

$(addprefix $(STAMPS)/npm-,install docs rehearsal): $(STAMPS)/npm-%: tests/%/package.json tests/%/package-lock.json
	cd tests/$* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p $(@D) && touch $@
