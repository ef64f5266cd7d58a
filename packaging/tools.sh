#!/bin/sh
# Installs pinned Python programs, each compared with its hash:
#   packaging/tools.sh build|publish|install|test|rehearsal ...
# `make lock-tools` updates the pins, in packaging/locked.
set -eu
folder=$(dirname "$0")/locked
for name in "$@"; do
  python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: \
    --requirement "$folder/$name.txt"
done
