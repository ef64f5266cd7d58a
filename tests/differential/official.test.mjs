// Node: the token strings of twilio-node, for any scenario but the rows of docs/differences.md, which
// differences.test.mjs pins one by one.

import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import test from 'node:test'
import { Worker } from 'node:worker_threads'
import { compare } from './against_official.mjs'
import { CASES, howToRepeat, SEED } from './run.mjs'

/** The cases of one seed, so that a failure can be repeated alone. */
const SHARE = 10_000

test(`${CASES} scenarios give twilio-node's tokens, byte for byte`, async (t) => {
  t.diagnostic(howToRepeat())
  const shares = []
  for (let start = 0; start < CASES; start += SHARE) {
    shares.push({ seed: SEED + start / SHARE, cases: Math.min(SHARE, CASES - start) })
  }
  const tokens = shares.length === 1 ? compare(shares[0].seed, shares[0].cases) : await inWorkers(shares)
  t.diagnostic(`${tokens} tokens compared`)
  assert.ok(tokens >= CASES)
})

async function inWorkers(shares) {
  const count = availableParallelism()
  const counted = Array.from({ length: count }, (_, place) => {
    const own = shares.filter((_, index) => index % count === place)
    return new Promise((resolve, reject) => {
      let tokens = 0
      const worker = new Worker(new URL('./against_official.mjs', import.meta.url), {
        workerData: { shares: own },
      })
      worker.on('message', (compared) => (tokens += compared))
      worker.on('error', reject)
      worker.on('exit', () => resolve(tokens))
    })
  })
  return (await Promise.all(counted)).reduce((sum, tokens) => sum + tokens, 0)
}
