#!/bin/sh
# Runs the tests that run on Windows, in Git's shell: the Makefile needs Unix.
set -eux
cargo test --workspace --locked
python -m pip install --requirement tests/requirements.txt
packaging/tools.sh build
python packaging/dist.py wheel
python -m pip install --no-index --find-links dist grantmint
python -m pytest -c python/pyproject.toml --rootdir=. tests/python
node node/build.mjs
(cd tests && npm ci --no-audit --no-fund)
node --test tests/node/*.test.mjs
