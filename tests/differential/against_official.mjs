// Plays random scenarios with twilio-node under a frozen clock and with grantmint: every token string must be equal.
// As a worker, plays those that it is told to.

import assert from 'node:assert/strict'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import fc from 'fast-check'
import grantmint from 'grantmint'
import twilio from 'twilio'
import { play, scenario } from './scenario.mjs'

const { now: realNow } = Date
const official = twilio.jwt.AccessToken

/** Returns the tokens of twilio-node at a fixed time. */
export function theirs(clock, run) {
  Date.now = () => clock
  try {
    return run(official, (token, algorithm) => token.toJwt(algorithm))
  } finally {
    Date.now = realNow
  }
}

/** The tokens of grantmint, which is told the time. */
export function ours(run) {
  return run(grantmint.AccessToken, (token, algorithm, now) => token.toJwt(algorithm, { now }))
}

/** Throws with the smallest scenario that it finds if two tokens differ. */
export function compare(seed, cases) {
  let tokens = 0
  const property = fc.property(scenario, (scenario) => {
    const run = (AccessToken, sign) => play(scenario, AccessToken, sign)
    const expected = theirs(scenario.clock, run)
    assert.deepEqual(readable(ours(run)), readable(expected))
    tokens += expected.length
  })
  fc.assert(property, { seed, numRuns: cases })
  return tokens
}

/** Decoded only if it comes to be shown: the strings themselves are compared. */
function readable(tokens) {
  return tokens.map((token) => [
    token,
    ...token
      .split('.')
      .slice(0, 2)
      .map((part) => Buffer.from(part, 'base64url').toString()),
  ])
}

if (!isMainThread && workerData?.shares) {
  for (const { seed, cases } of workerData.shares) parentPort.postMessage(compare(seed, cases))
}
