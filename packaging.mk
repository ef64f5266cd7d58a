# What is published: built, installed in empty places, and described.

.PHONY: dist test-install check-oldest-rust lint-packaging clean-dist

lint: lint-packaging

OLDEST_RUST := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
DIST_SOURCES := $(wildcard packaging/*.py) node/build.mjs node/pack.mjs node/targets.mjs node/package.json $(wildcard node/index.* node/lib/*.js) \
	$(wildcard python/README.md node/README.md crates/*/README.md LICENSE-*)

dist: $(STAMPS)/dist ## the wheel, sdist, npm packages and crate, as they are published

$(STAMPS)/dist: $(STAMPS)/packaging $(RUST_SOURCES) python/pyproject.toml $(wildcard python/grantmint/*.py* python/grantmint/*/*.py*) $(DIST_SOURCES)
	rm -rf dist
	$(BIN)/python packaging/dist.py
	@touch $@

test-install: $(STAMPS)/dist $(STAMPS)/npm-install ## the packages, installed in empty places from what is published alone
	$(BIN)/python -m pytest -c python/pyproject.toml --rootdir=. tests/install
	node --test tests/install/*.test.mjs

check-oldest-rust:
	rustup toolchain install $(OLDEST_RUST) --profile minimal --no-self-update
	cargo +$(OLDEST_RUST) check --workspace --locked --target-dir target/oldest

lint-packaging: $(STAMPS)/packaging
	$(BIN)/zizmor --quiet --offline .github
	$(BIN)/ruff check --config python/pyproject.toml packaging
	$(BIN)/ruff format --config python/pyproject.toml --check packaging
	$(BIN)/mypy --config-file python/pyproject.toml --strict packaging tests/install

clean: clean-dist

clean-dist:
	rm -rf dist $(STAMPS)/dist

$(STAMPS)/packaging: packaging/requirements.txt $(STAMPS)/venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(STAMPS)/npm-install: tests/install/package.json tests/install/package-lock.json
	cd tests/install && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p $(@D) && touch $@
