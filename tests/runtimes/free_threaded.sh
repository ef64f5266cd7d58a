#!/bin/sh
# Finds a free-threaded CPython or builds one from Debian's source package, builds grantmint for it and runs the races.
#
# Usage: tests/runtimes/free_threaded.sh [SECONDS]. FREE_THREADED_PYTHON names an interpreter to use.
# All that it makes is in target/free-threaded: `python`, and `site` with the package.

set -eu
cd "$(dirname "$0")/../.."
folder=$PWD/target/free-threaded
suite=forky
package=python3.14
mkdir -p "$folder"

is_free_threaded() {
    [ -n "$1" ] && "$1" -c '
import sys, sysconfig
# PyO3 supports no earlier version without a GIL.
sys.exit(not sysconfig.get_config_var("Py_GIL_DISABLED") or sys.version_info < (3, 14))
' 2> /dev/null
}

# Prints the first free-threaded interpreter that is installed.
find_python() {
    for candidate in "${FREE_THREADED_PYTHON:-}" "$folder/cpython/bin/python3" \
        "$(command -v python3.14t || true)" \
        $(ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*t/bin/python 2>/dev/null || true); do
        if is_free_threaded "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

skip() {
    echo "skipped: no free-threaded CPython: $1"
    exit 0
}

# Builds CPython without the lock. The lists and sources of apt are the folder's own: the system's stay as they are.
build_python() {
    command -v apt-get > /dev/null || skip "none is installed, and there is no apt-get to fetch its source"
    apt=$folder/apt
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$folder/source" "$folder/build"
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $suite main" \
        > "$apt/sources.list"
    cat > "$apt/conf" << CONF
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
CONF
    export APT_CONFIG="$apt/conf"
    apt-get update > "$folder/apt.log" 2>&1 || skip "Debian's package lists cannot be read (see target/free-threaded/apt.log)"
    (cd "$folder" && apt-get source --download-only "$package" >> apt.log 2>&1) ||
        skip "Debian's source package $package cannot be fetched (see target/free-threaded/apt.log)"
    unset APT_CONFIG
    tar -xf "$folder/$package"_*.orig.tar.xz -C "$folder/source" --strip-components=1
    echo "building $package without a GIL, which takes some minutes"
    (
        cd "$folder/build"
        ../source/configure -q --disable-gil --without-ensurepip --disable-test-modules --prefix="$folder/cpython"
        make -s -j2
        make -s install
    ) > "$folder/build.log" 2>&1 || { tail "$folder/build.log"; exit 1; }
}

python=$(find_python)
if [ -z "$python" ]; then
    build_python
    python=$(find_python)
fi
ln -sf "$python" "$folder/python"

# The stable ABI does not exist without a GIL: the wheel is for this version alone.
rm -rf "$folder/wheels" "$folder/site"
(cd python && ../.venv/bin/maturin build --release --locked --interpreter "$python" --out "$folder/wheels")
"$python" -m zipfile -e "$folder"/wheels/*.whl "$folder/site"

PYTHONPATH=$folder/site exec "$python" -X gil=0 tests/runtimes/races.py "${1:-20}" 8
