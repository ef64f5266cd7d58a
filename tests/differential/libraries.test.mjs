// Cross-verification: other JWT libraries accept our tokens, of every algorithm and shape, with the same claims.

import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import test from 'node:test'
import fc from 'fast-check'
import { createVerifier } from 'fast-jwt'
import * as jose from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { hasIdentity, readVectors, setLater, withOptions } from '../node/case.mjs'
import { ours } from './against_official.mjs'
import { CASES, howToRepeat, SEED } from './run.mjs'
import { play, scenario } from './scenario.mjs'

/** Each answers a token's claims if it accepts it at that second, which is never 0: some take that for no time. */
const LIBRARIES = {
  jsonwebtoken: (token, secret, algorithm, second) =>
    jsonwebtoken.verify(token, createSecretKey(Buffer.from(secret)), {
      algorithms: [algorithm],
      clockTimestamp: second,
    }),
  jose: async (token, secret, algorithm, second) => {
    const options = { algorithms: [algorithm], currentDate: new Date(second * 1000), typ: 'JWT' }
    return (await jose.jwtVerify(token, createSecretKey(Buffer.from(secret)), options)).payload
  },
  'fast-jwt': (token, secret, algorithm, second) =>
    createVerifier({ key: Buffer.from(secret), algorithms: [algorithm], clockTimestamp: second * 1000 })(token),
}

async function crossVerify(token, secret) {
  const [header, claims] = token.split('.', 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')))
  const wrong = Buffer.from(secret)
  wrong[0] ^= 1
  for (const [name, verify] of Object.entries(LIBRARIES)) {
    // The last moment at which it is valid: `nbf` may be as late as that.
    const second = claims.exp - 0.5
    assert.deepEqual(await verify(token, secret, header.alg, second), claims, name)
    await assert.rejects(async () => verify(token, wrong, header.alg, second), undefined, name)
    // A second late, as fast-jwt still takes it at the second of its expiry.
    await assert.rejects(async () => verify(token, secret, header.alg, claims.exp + 1), undefined, `${name}, expired`)
  }
}

for (const vector of readVectors('tokens.json').cases) {
  test(`libraries: ${vector.title}`, async () => {
    const token = (hasIdentity(vector) ? withOptions : setLater)(vector)
    await crossVerify(token, vector.secret)
  })
}

test('libraries: random scenarios', async (t) => {
  t.diagnostic(howToRepeat())
  const property = fc.asyncProperty(scenario, async (scenario) => {
    const signed = []
    const sign = (sign) => (token, algorithm, now) => signed.push([sign(token, algorithm, now), token.secret])
    ours((AccessToken, mint) => play(scenario, AccessToken, sign(mint)))
    for (const [token, secret] of signed) await crossVerify(token, secret)
  })
  // Nine verifications for each token.
  await fc.assert(property, { seed: SEED, numRuns: Math.ceil(CASES / 10) })
})
