#!/bin/sh
# Installs the finished packages in `dist` with pip and with every package manager of Node, in empty folders:
#   packaging/install.sh [--wheel]        --wheel: only the wheel
set -eux
python=$(command -v python || command -v python3)
if ! "$python" -c 'import pytest' 2>/dev/null; then packaging/tools.sh install; fi
"$python" packaging/checksums.py
"$python" -m pytest -c python/pyproject.toml --rootdir=. tests/install/test_pip.py -k wheel
if [ "${1:-}" = --wheel ]; then exit; fi
(cd tests/install && npm ci --ignore-scripts --no-audit --no-fund)
node --test tests/install/managers.test.mjs
