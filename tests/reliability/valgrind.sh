#!/usr/bin/env bash
# Runs memcheck over the core's tests and over programs that use the Python module: `make valgrind`. Only memory that
# nothing refers to is a leak. The test runner's own thread handle is "possibly lost".
#
# It skips the tests of `secret`, whose allocator reads uninitialized memory on purpose, and the slow exhaustive tests.
set -euo pipefail
cd "$(dirname "$0")/../.."

memcheck=(valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect
  --errors-for-leak-kinds=definite,indirect --error-exitcode=9)

for test in lib mint_issuer error json verify_hostile mint_vectors; do
  [ "$test" = lib ] && choice=(--lib) || choice=(--test "$test")
  program=$(cargo test --package grantmint "${choice[@]}" --no-run --message-format json 2>/dev/null |
    sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')
  (cd crates/grantmint && "${memcheck[@]}" "$program" --test-threads=1 --skip every_small_change)
done

# CPython frees little of its own memory at exit, so only reports with the module's name count.
log=$(mktemp)
said=$(mktemp)
trap 'rm -f "$log" "$said"' EXIT
for program in 'soak.py 200 200 200' 'orders.py 200 1'; do
  # shellcheck disable=SC2086 # its arguments are words
  PYTHONMALLOC=malloc valgrind --leak-check=full --show-leak-kinds=definite,indirect --log-file="$log" \
    .venv/bin/python tests/reliability/$program >"$said" || true
  # Memory may grow beyond the program's limit under valgrind. The program must still run to its end.
  grep -q 'inspections\|all are gone' "$said"
  grep -q 'ERROR SUMMARY' "$log"
  if grep -B12 '_grantmint' "$log"; then
    echo "valgrind: the Python module has errors in $program" >&2
    exit 9
  fi
done
echo 'valgrind: nothing in the core or the Python module'
