// Resident memory stays flat, and dropped objects are collected. `make soak` tests the former with ten million calls of
// each kind, `make asan` the latter with a module that detects leaks.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

/** Returns the output of a program of tests/reliability. */
function output(program, flags, ...args) {
  const file = fileURLToPath(new URL(`../reliability/${program}`, import.meta.url))
  const command = ['--expose-gc', ...flags, file, ...args]
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    timeout: 300_000,
  })
  assert.deepEqual([status, signal, stderr], [0, null, ''], stdout)
  return stdout
}

test('memory stays flat', () => {
  const stdout = output('soak.mjs', ['--max-semi-space-size=1'], '100000', '100000', '20000')
  assert.equal(stdout.match(/flat/g)?.length, 3, stdout)
})

for (const seed of ['1', '2', '3']) {
  test(`what is dropped in any order is collected, seed ${seed}`, () => {
    assert.match(output('orders.mjs', [], '500', seed), /all are gone/)
  })
}
