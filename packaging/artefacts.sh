#!/bin/sh
# Checks the finished packages in `dist`: licences, versions, metadata, and what their native modules need.
set -eux
python packaging/checksums.py
python -m pytest -c python/pyproject.toml --rootdir=. tests/install/test_artefacts.py
