#!/bin/sh
# Installs a Rust toolchain and makes it the default:
#   packaging/rust.sh release|stable|nightly [OPTION OF RUSTUP ...]
# `release` is the version that builds what is published.
set -eu
channel=$1
shift
if [ "$channel" = release ]; then channel=$(cat "$(dirname "$0")/rust-version"); fi
rustup toolchain install "$channel" --profile minimal --no-self-update "$@"
# Nightly runs by name: `cargo +nightly`.
if [ "$channel" != nightly ]; then rustup default "$channel"; fi
