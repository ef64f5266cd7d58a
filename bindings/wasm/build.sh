#!/bin/sh
# Builds the WebAssembly module into node/grantmint.wasm, with rustup's target or with Debian's compiler.
#   sh bindings/wasm/build.sh [--if-possible]     --if-possible: without a toolchain, prints why and succeeds
set -eu
cd "$(dirname "$0")/../.."

target=wasm32-unknown-unknown
sysroot=$(rustc --print sysroot)
folder=${CARGO_TARGET_DIR:-target}/wasm
cargo_home=${CARGO_HOME:-$HOME/.cargo}

has_target() {
  [ -d "$(rustc --print target-libdir --target $target)" ]
}

# Debian's compiler brings no linker for WebAssembly. rustup's can link for it, and so can LLVM's.
find_linker() {
  host=$(rustc -vV | sed -n 's/^host: //p')
  lld=$sysroot/lib/rustlib/$host/bin/rust-lld
  if [ -x "$lld" ]; then echo "$lld"; else command -v wasm-ld || command -v rust-lld; fi
}

if ! has_target && command -v rustup >/dev/null; then
  # The folder may be read-only, or the network missing.
  timeout 300 rustup target add $target >/dev/null 2>&1 || true
fi

std=$sysroot/lib/rustlib/src/rust
link=
if has_target && [ -z "${GRANTMINT_DEBIAN_RUST:-}" ]; then
  set -- "${1:-}"
elif [ -x /usr/bin/rustc ] && [ -d /usr/lib/rustlib/src/rust/library/std ] && linker=$(find_linker); then
  # Debian has the sources of the standard library, and no build of it for this target.
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$linker"
  export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1
  # A link to the sources. The compiler writes paths with it or without.
  link=/usr/lib/rustlib/src/rust
  std=$(realpath $link)
  folder=$folder-debian
  set -- "${1:-}" -Zbuild-std=std,panic_abort
else
  echo "the WebAssembly module was not built: there is no compiler for it; run 'rustup target add $target', or" \
    "'apt-get install rustc-web rust-web-src' on Debian, and 'lld' where there is no rustup" >&2
  [ "${1:-}" = --if-possible ] && exit 0 || exit 1
fi
shift

# A small stack, because each instance begins with it. Messages of panics contain no folder of this machine.
# The variable replaces all flags that the environment has, so that every build gives the same bytes.
flags=$(printf '%s\037' -Ctarget-feature=+simd128 -Clink-arg=-zstack-size=262144 \
  "--remap-path-prefix=$std=rust" ${link:+"--remap-path-prefix=$link=rust"} "--remap-path-prefix=$(pwd)=grantmint" \
  "--remap-path-prefix=$cargo_home/registry/src=registry")
CARGO_ENCODED_RUSTFLAGS=${flags%?} \
  cargo build --locked --profile wasm --package grantmint-wasm --target $target --target-dir "$folder" \
  ${GRANTMINT_WASM_FEATURES:+--features $GRANTMINT_WASM_FEATURES} "$@"

install -m 644 "$folder/$target/wasm/grantmint_wasm.wasm" "${GRANTMINT_WASM_OUT:-node/grantmint.wasm}"
