#!/bin/sh
# Installs the wheel in `dist` by itself, and lets eight threads share and change the same objects for a minute.
#   packaging/race.sh [SECONDS]
set -eux
python=$(command -v python || command -v python3)
"$python" -m pip install --no-index --find-links dist --target target/race grantmint
PYTHONPATH=target/race "$python" -X gil=0 tests/runtimes/races.py "${1:-60}" 8
