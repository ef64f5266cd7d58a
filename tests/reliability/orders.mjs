// Objects that are created, thrown and dropped in any order are collected: `node --expose-gc orders.mjs [rounds [seed]]`.
//
// Tokens, grants, claims and errors refer to each other; callbacks throw in the middle of a call; lists and workers are still at
// work when everybody else has dropped what they use. In the end nothing may be left of it.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import util from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const require = createRequire(new URL('../package.json', import.meta.url))
const {
  AccessToken,
  ChatGrant,
  Grant,
  GrantmintError,
  Issuer,
  PlaybackGrant,
  SyncGrant,
  TaskRouterGrant,
  Verifier,
  VideoGrant,
  VoiceGrant,
  inspect,
} = require('grantmint')

const ACCOUNT_SID = `AC${'a0'.repeat(16)}`
const KEY_SID = `SK${'b1'.repeat(16)}`
const SECRET = 'fake-secret-0123456789-abcdefghij'
const NOW = 1_700_000_000
const options = {
  accountSid: ACCOUNT_SID,
  keySid: KEY_SID,
  secret: SECRET,
  grants: [new VideoGrant({ room: 'daily' })],
}

// Everybody who must be gone in the end.
const tracked = []

function track(object) {
  tracked.push(new WeakRef(object))
  return object
}

class Thrown extends Error {
  constructor(...others) {
    super('as a caller does')
    this.others = others
    track(this)
  }
}

const throws = (...others) => {
  throw new Thrown(...others)
}

/** An object that throws at every access except `typeof`. */
const surly = (...others) =>
  new Proxy({}, { get: () => throws(...others), has: () => throws(), ownKeys: () => throws() })

const newIssuer = (others) => track(new Issuer({ ...options, ...others }))

function newToken(...others) {
  const token = track(new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, { identity: 'alice' }))
  token.others = others
  return token
}

function custom(toPayload, ...others) {
  return track({ key: 'custom', toPayload, others })
}

function withGrant(grant) {
  const token = newToken(grant)
  token.addGrant(grant)
  return token
}

/** The integers below `end`, always the same (mulberry32). */
function chanceOf(seed) {
  return (end) => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end)
  }
}

function refusal(call) {
  try {
    call()
  } catch (error) {
    assert.ok(error instanceof GrantmintError, error)
    return track(error)
  }
  assert.fail('not refused')
}

const MEMBERS = ['accountSid', 'keySid', 'secret', 'identity', 'ttl', 'nbf', 'validUntil', 'region', 'jti', 'grants']
const GRANTS = [
  [SyncGrant, 'serviceSid'],
  [ChatGrant, 'endpointId'],
  [VideoGrant, 'room'],
  [VoiceGrant, 'outgoingApplicationParams'],
  [TaskRouterGrant, 'role'],
  [PlaybackGrant, 'grant'],
]

// Each creates an object that refers to an earlier one, or to `undefined`.
const MADE = {
  'a token that refers to itself': (other, chance) => {
    const token = newToken(other)
    token[MEMBERS[chance(MEMBERS.length)]] = track({ token, other })
    refusal(() => token.toJwt())
    return token
  },
  'a token and its grant': (other) => {
    const token = newToken()
    token.addGrant(custom(() => ({}), token, other))
    assert.ok(token.toJwt('HS256', { now: NOW }))
    return token.grants
  },
  'a grant that refers to itself': (other, chance) => {
    const [type, field] = GRANTS[chance(GRANTS.length)]
    const grant = track(new type())
    grant[field] = { grant, other }
    return refusal(() => grant.toPayload())
  },
  'a grant of a class of its own': (other) => {
    class Own extends Grant {
      toPayload() {
        return { own: track({}) && 1 }
      }
    }
    const grant = track(new Own('own'))
    Object.assign(grant, { grant, other })
    assert.ok(newIssuer().mint('alice', { grants: [grant] }))
    return grant
  },
  'what a token says': (other, chance) => {
    const issuer = newIssuer()
    const { token } = issuer.issue('alice', { now: NOW })
    const verifier = track(new Verifier({ keys: { [KEY_SID]: Buffer.from(SECRET) } }))
    const claims = track(verifier.verify(token, { now: NOW }))
    const inspection = track(inspect(token, { secret: SECRET }))
    Object.assign(claims, { inspection, verifier, other })
    Object.assign(inspection, { claims, issuer })
    return [claims, inspection, claims.payload, String(inspection)][chance(4)]
  },
  'a refused token': (other) => {
    const verifier = track(new Verifier({ secret: SECRET }))
    const error = refusal(() => verifier.verify('a.b.c'))
    Object.assign(error, { verifier, other })
    verifier.error = error
    return error
  },
  'an error with a cause': (other, chance) => {
    const token = newToken(other)
    token.ttl = -1
    const error = refusal(() => token.toJwt())
    token.jti = new Error('outer', { cause: Object.assign(error, { token }) })
    // A stack trace is written when it is looked at.
    return chance(2) ? error : error.stack
  },
  'a method alone': (other) => {
    const { mint } = newIssuer().constructor.prototype
    return track(mint.bind(newIssuer(), { other }))
  },
  'a list that nobody waits for': (other, chance) => {
    const names = track(Array.from({ length: chance(200) + 1024 * chance(2) }, (_, place) => `user-${place}`))
    const list = track(newIssuer().mintMany(names))
    names.length = 0
    list.catch(() => {}).others = other
    return list
  },
  'a list that is refused': async (other) => {
    const grants = [custom(() => ({}), other)]
    const error = await newIssuer()
      .mintMany(['alice', ''], { grants })
      .catch((error) => track(error))
    assert.equal(error.code, 'required')
    return error
  },
  'what a callback does meanwhile': (other) => {
    let issuer = newIssuer()
    const meddling = custom(() => {
      issuer = undefined
      globalThis.gc()
      return { token: newIssuer().mint('bob') }
    }, other)
    assert.ok(issuer.mint('alice', { grants: [meddling] }))
    return meddling
  },
  'what a callback threw': async (other, chance) => {
    const call = THROWING[chance(THROWING.length)]
    try {
      await call(other)
    } catch (error) {
      assert.ok(error instanceof Thrown, error)
      return error
    }
    assert.fail(`nothing was thrown: ${call}`)
  },
}

const THROWING = [
  (other) => withGrant(custom(() => throws(other))).toJwt(),
  (other) => withGrant(custom(() => ({ a: 1, toJSON: () => throws(other) }))).toJwt(),
  (other) =>
    withGrant(
      custom(() => Object.defineProperty({ a: 1 }, 'b', { enumerable: true, get: () => throws(other) })),
    ).toJwt(),
  (other) => withGrant(custom(() => surly(other))).toJwt(),
  (other) =>
    withGrant(
      Object.defineProperty(
        custom(() => ({})),
        'key',
        { get: () => throws(other) },
      ),
    ).toJwt(),
  (other) => newToken().addGrant(surly(other)),
  (other) => new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, surly(other)),
  (other) => new PlaybackGrant({ grant: { toJSON: () => throws(other) } }).toPayload(),
  (other) => new VoiceGrant(surly(other)),
  (other) => new Issuer(surly(other)),
  (other) => newIssuer({ grants: [new VideoGrant(), custom(() => throws(other))] }),
  (other) => newIssuer().mint('alice', surly(other)),
  (other) => newIssuer().mint('alice', { grants: [new VideoGrant(), custom(() => throws(other))] }),
  (other) => newIssuer().mint('alice', { grants: untilItThrows([new VideoGrant()], other) }),
  (other) =>
    newIssuer().issue('alice', {
      get ttl() {
        return throws(other)
      },
    }), // prettier-ignore
  (other) => newIssuer().mintMany(untilItThrows(['alice', 'bob'], other)),
  (other) => newIssuer().mintMany(['alice'], { grants: [custom(() => throws(other))] }),
  (other) => new Verifier({ keys: surly(other) }),
  (other) =>
    new Verifier({
      keys: {
        get [KEY_SID]() {
          return throws(other)
        },
      },
    }), // prettier-ignore
  (other) => new Verifier({ secret: SECRET }).verify('a.b.c', surly(other)),
  (other) => inspect('a.b.c', surly(other)),
]

function untilItThrows(items, other) {
  const list = [...items, 'last']
  return Object.defineProperty(list, items.length, { get: () => throws(other) })
}

async function play(rounds, seed) {
  const chance = chanceOf(seed)
  const made = Object.values(MADE)
  const kept = [undefined]
  for (let round = 0; round < rounds; round++) {
    kept.push(await made[chance(made.length)](kept[chance(kept.length)], chance))
    if (kept.length > 50) kept.splice(chance(kept.length), 1)
    if (chance(50) === 0) globalThis.gc()
  }
  while (kept.length > 0) kept.splice(chance(kept.length), 1)
}

async function left() {
  let found
  // Finalizers run in turns of the event loop; the objects that they release are collected later. A list may still be pending.
  for (let times = 0; times < 1000; times++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    globalThis.gc()
    found = tracked.map((reference) => reference.deref()).filter((object) => object !== undefined)
    if (found.length === 0) break
  }
  return found
}

async function main(rounds = 1000, seed = 1) {
  await play(rounds, seed)
  const found = await left()
  assert.equal(found.length, 0, `${found.length} of ${tracked.length} are left: ${util.inspect(found[0])}`)
  return tracked.length
}

/** A worker's program, and the message that ends it: `undefined` if it ends by itself. */
const WORKERS = [
  { ends: undefined, work: (seed) => main(50, seed) },
  { ends: 'started', work: (seed) => main(50, seed) },
  { ends: 'done', work: (seed) => main(50, seed) },
  // Ended while it makes an issuer or a verifier, most likely; so there are more of these.
  ...Array.from({ length: 3 }, () => ({ ends: 'started', work: () => makeForEver() })),
]

function makeForEver() {
  for (;;) {
    new Issuer(options)
    new Verifier({ secret: SECRET })
  }
}

function inWorker(place) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: place })
    worker.once('error', reject)
    worker.once('exit', resolve)
    worker.on('message', (message) => {
      if (message === WORKERS[place % WORKERS.length].ends) worker.terminate()
    })
  })
}

const numbers = process.argv.slice(2).map(Number)
if (isMainThread) {
  const count = await main(...numbers)
  // Four at a time.
  for (let place = 0; place < 24; place += 4) {
    await Promise.all([0, 1, 2, 3].map((next) => inWorker(place + next)))
  }
  console.log(
    `Node: ${count.toLocaleString('en')} objects were dropped in some order, and all are gone (seed ${numbers[1] ?? 1})`,
  )
} else {
  // Some are ended with a list at work.
  new Issuer(options).mintMany(Array.from({ length: 5000 }, () => 'alice')).catch(() => {})
  parentPort.postMessage('started')
  await WORKERS[workerData % WORKERS.length].work(workerData)
  parentPort.postMessage('done')
}
