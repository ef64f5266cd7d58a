// Resident memory stays flat: `node --expose-gc soak.mjs [mints [refusals [inspections]]]`, 10,000,000 of each where nothing
// is said. A first round, which may set up what stays, is not counted.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

const require = createRequire(new URL('../package.json', import.meta.url))
const { AccessToken, GrantmintError, Issuer, PlaybackGrant, SyncGrant, Verifier, VideoGrant, inspect } =
  require('grantmint')

const ACCOUNT_SID = `AC${'a0'.repeat(16)}`
const KEY_SID = `SK${'b1'.repeat(16)}`
const SECRET = 'fake-secret-0123456789-abcdefghij'
const NOW = 1_700_000_000
const LIMIT = 8 << 20

const credentials = { accountSid: ACCOUNT_SID, keySid: KEY_SID, secret: SECRET }
const issuer = new Issuer({ ...credentials, grants: [new VideoGrant({ room: 'daily' })] })
const verifier = new Verifier({ keys: { [KEY_SID]: SECRET } })
const token = issuer.mint('alice', { now: NOW })
const forged = token.slice(0, -2) + (token.endsWith('AA') ? 'QQ' : 'AA')

const throwing = {
  key: 'throwing',
  toPayload() {
    throw new RangeError("as a caller's code does")
  },
}

const byHand = (...grants) => {
  const token = new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, { identity: 'alice' })
  for (const grant of grants) token.addGrant(grant)
  return token
}

function refused(call) {
  return () => {
    try {
      call()
    } catch (error) {
      if (error instanceof GrantmintError || error instanceof RangeError) return
      throw error
    }
    assert.fail('not refused')
  }
}

const explain = (text) => () => assert.ok(String(inspect(text, { secret: SECRET, now: NOW })))

// Most of a round is what comes first; the rarer things take their turns.
const ROUNDS = {
  mints: [
    () => issuer.mint('alice'),
    () => issuer.mint('älice', { grants: [new SyncGrant({ serviceSid: 'IS123' })], ttl: 60, jti: 'x' }),
    () => byHand(new PlaybackGrant({ grant: { a: [1, { b: null }] } })).toJwt(),
    () => issuer.issue('alice'),
    () => issuer.mintMany(['alice', 'bob', 'carol']),
    () => new Issuer({ ...credentials, secret: Buffer.from(SECRET), grants: [new VideoGrant()] }).mint('alice'),
  ],
  refusals: [
    refused(() => verifier.verify(forged, { now: NOW })),
    refused(() => verifier.verify(token)),
    refused(() => verifier.verify('x'.repeat(20_000))),
    refused(() => verifier.verify(null)),
    refused(() => issuer.mint('')),
    () => issuer.mintMany(['alice', '']).catch((error) => assert.equal(error.code, 'required')),
    refused(() => issuer.mint('alice', { grants: [throwing] })),
    refused(() => new AccessToken('', KEY_SID, SECRET)),
    refused(() => new Issuer({ ...credentials, secret: 'short' })),
    () => assert.equal(verifier.verify(token, { now: NOW }).identity, 'alice'),
  ],
  inspections: [explain(token), explain(forged), explain('Bearer abc'), explain(`"${token}"`), explain('é')],
}

async function play([usual, ...rare], count) {
  for (let turn = 0; turn < count; turn++) {
    if (turn % 8) usual()
    else await rare[(turn / 8) % rare.length]()
  }
}

async function resident() {
  for (let times = 0; times < 4; times++) {
    globalThis.gc()
    // Finalizers run in turns of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return process.memoryUsage.rss()
}

assert.ok(globalThis.gc, 'run with --expose-gc')
const counts = process.argv.slice(2).map(Number)
while (counts.length < 3) counts.push(counts.at(-1) ?? 10_000_000)
const mebibytes = (bytes) => (bytes / (1 << 20)).toFixed(2)
for (const [what, round] of Object.entries(ROUNDS)) {
  const count = counts.shift()
  await play(round, 400_000)
  const before = await resident()
  await play(round, count)
  const growth = (await resident()) - before
  const verdict = growth <= LIMIT ? 'flat' : 'GROWN'
  console.log(
    `Node: ${count.toLocaleString('en')} ${what}: ${growth < 0 ? '' : '+'}${mebibytes(growth)} MiB of ${mebibytes(before)}, ${verdict}`
  )
  if (growth > LIMIT) process.exitCode = 1
}
