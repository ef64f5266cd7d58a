// Resident memory stays flat: `node --expose-gc --max-semi-space-size=1 soak.mjs [mints [refusals [inspections]]]`, 10,000,000
// of each by default. The first round does not count, since it may allocate permanent objects.
//
// Left to itself, V8 lets the space of its young objects grow from 1 to 16 MiB, in steps of up to 8, when much survives: that
// is not a leak, but as large as one. The option keeps it at its smallest.

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
// The memory in use is more reliable.
const LIMIT_OF_USED = 1 << 20

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

// Most of a round is the first kind of call; the rarer kinds alternate.
const ROUNDS = {
  mints: [
    () => issuer.mint('alice'),
    () => issuer.mint('älice', { grants: [new SyncGrant({ serviceSid: `IS${'c2'.repeat(16)}` })], ttl: 60, jti: 'x' }),
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

/** Returns the minimum over several collections, in bytes: resident memory, and V8's used heap. */
async function memory() {
  let [resident, used] = [Infinity, Infinity]
  for (let times = 0; times < 8; times++) {
    globalThis.gc()
    // Finalizers run in turns of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 20))
    const { rss, heapUsed } = process.memoryUsage()
    resident = Math.min(resident, rss)
    used = Math.min(used, heapUsed)
  }
  return { resident, used }
}

assert.ok(globalThis.gc, 'run with --expose-gc')
assert.ok(process.execArgv.includes('--max-semi-space-size=1'), 'run with --max-semi-space-size=1')
const counts = process.argv.slice(2).map(Number)
while (counts.length < 3) counts.push(counts.at(-1) ?? 10_000_000)
const mebibytes = (bytes) => (bytes / (1 << 20)).toFixed(2)
const signed = (bytes) => `${bytes < 0 ? '' : '+'}${mebibytes(bytes)} MiB`
for (const [what, round] of Object.entries(ROUNDS)) {
  const count = counts.shift()
  await play(round, Math.min(4 * count, 400_000))
  const before = await memory()
  await play(round, count)
  const after = await memory()
  const growth = after.resident - before.resident
  const used = after.used - before.used
  const isFlat = growth <= LIMIT && used <= LIMIT_OF_USED
  console.log(
    `Node: ${count.toLocaleString('en')} ${what}: ${signed(growth)} of ${mebibytes(before.resident)}, ` +
      `of V8's heap ${signed(used)} of ${mebibytes(before.used)}, ${isFlat ? 'flat' : 'GROWN'}`,
  )
  if (!isFlat) process.exitCode = 1
}
