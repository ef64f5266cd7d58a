// Resident memory stays flat over some 100,000 calls; `make soak` does it with ten million of each kind.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

test('memory stays flat', () => {
  const soak = fileURLToPath(new URL('../reliability/soak.mjs', import.meta.url))
  const args = ['--expose-gc', '--max-semi-space-size=1', soak, '100000', '100000', '20000']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 300_000 })
  assert.deepEqual([status, stderr, stdout.match(/flat/g)?.length], [0, '', 3], stdout)
})
