#!/bin/sh
# Fuzzes for one minute a target, with nightly Rust: for CI.
set -eu
packaging/rust.sh nightly
cargo install --locked cargo-fuzz
make fuzz FUZZ_SECONDS=60
