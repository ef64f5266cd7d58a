// In the official library's place: programs written against it get the same tokens, by another import.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test, { mock } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import vm from 'node:vm'
import { Worker } from 'node:worker_threads'
import grantmint, * as named from 'grantmint'
import { AccessToken, jwt, SyncGrant } from 'grantmint'
import twilio from 'twilio'
import {
  ACCOUNT_SID,
  CREDENTIALS,
  claims,
  issuerWith,
  KEY_SID,
  NOW,
  SECRET,
  SERVICE_SID,
  verified,
} from './credentials.mjs'
import { thrownBy } from './refused.mjs'

const require = createRequire(import.meta.url)
const native = require('../../node/lib/native.js')

/** Samples as Twilio's guides have them; each gets the library's `AccessToken` and gives the token object. */
const GUIDES = {
  'Sync, with the identity in the options': (AccessToken) => {
    const { SyncGrant } = AccessToken
    const syncGrant = new SyncGrant({ serviceSid: SERVICE_SID })
    const token = new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, { identity: 'user@example.com' })
    token.addGrant(syncGrant)
    return token
  },
  'Chat, with a lifetime': (AccessToken) => {
    const { ChatGrant } = AccessToken
    const chatGrant = new ChatGrant({ serviceSid: SERVICE_SID })
    const token = new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, { identity: 'user@example.com', ttl: 14400 })
    token.addGrant(chatGrant)
    return token
  },
  'Video, for one room': (AccessToken) => {
    const { VideoGrant } = AccessToken
    const videoGrant = new VideoGrant({ room: 'cool room' })
    const token = new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, { identity: 'user' })
    token.addGrant(videoGrant)
    return token
  },
  'Video, for any room': (AccessToken) => {
    const token = new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, { identity: 'user' })
    token.addGrant(new AccessToken.VideoGrant())
    return token
  },
  'Voice, in and out': (AccessToken) => {
    const { VoiceGrant } = AccessToken
    const voiceGrant = new VoiceGrant({ outgoingApplicationSid: `AP${'d3'.repeat(16)}`, incomingAllow: true })
    const token = new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, { identity: 'user' })
    token.addGrant(voiceGrant)
    return token
  },
  'TaskRouter, beside Sync and a region': (AccessToken) => {
    const options = { identity: 'worker', nbf: NOW, region: 'au1' }
    const token = new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, options)
    const [workspaceSid, workerSid] = ['WS', 'WK'].map((kind) => kind + 'e4'.repeat(16))
    token.addGrant(new AccessToken.TaskRouterGrant({ workspaceSid, workerSid, role: 'worker' }))
    token.addGrant(new AccessToken.SyncGrant({ serviceSid: SERVICE_SID, endpointId: 'phone' }))
    return token
  },
  'playback, and a grant with the parameters of a call': (AccessToken) => {
    const token = new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, { identity: 'viewer' })
    token.addGrant(new AccessToken.PlaybackGrant({ grant: { requestCredentials: null, playbackUrl: 'https://a/' } }))
    const outgoingApplicationParams = { foo: 'bar', n: 1.5 }
    const outgoingApplicationSid = `AP${'d3'.repeat(16)}`
    token.addGrant(new AccessToken.VoiceGrant({ outgoingApplicationSid, outgoingApplicationParams }))
    return token
  },
}

/** Our token of the second of the official one, which reads the clock twice: it must not go on in between. */
function same(official, ours, algorithm) {
  const clock = mock.method(Date, 'now', () => NOW * 1000)
  const expected = official.toJwt(algorithm)
  clock.mock.restore()
  assert.equal(ours.toJwt(algorithm, { now: NOW }), expected)
}

for (const [guide, build] of Object.entries(GUIDES)) {
  test(`the guide's sample: ${guide}`, async () => {
    for (const algorithm of [undefined, 'HS256', 'HS384', 'HS512']) {
      same(build(twilio.jwt.AccessToken), build(AccessToken), algorithm)
    }
    await verified(build(AccessToken).toJwt())
  })
}

test('the older form of the Sync guide: three arguments, the identity set later', () => {
  const token = new AccessToken(ACCOUNT_SID, KEY_SID, SECRET)
  token.addGrant(new SyncGrant({ serviceSid: SERVICE_SID }))
  token.identity = 'user@example.com'
  same(GUIDES['Sync, with the identity in the options'](twilio.jwt.AccessToken), token)
})

test('without now, it is the current second', async () => {
  const before = Math.floor(Date.now() / 1000)
  const { iat } = claims(GUIDES['Video, for any room'](AccessToken).toJwt())
  assert.ok(iat >= before && iat <= Math.floor(Date.now() / 1000))
  await sleep(1000 - (Date.now() % 1000) + 20)
  const next = claims(GUIDES['Video, for any room'](AccessToken).toJwt())
  assert.ok(next.iat > iat)
})

test('everything can be changed until the token is signed', () => {
  const change = (token, AccessToken) => {
    token.accountSid = 'AC456'
    token.keySid = 'SK456'
    token.secret = 'fake-other-secret'
    token.ttl = 60
    token.identity = 'bob'
    token.nbf = NOW
    token.region = 'ie1'
    token.grants[0].room = 'other'
    token.grants.push(new AccessToken.SyncGrant({ serviceSid: 'IS456' }))
    return token
  }
  const sample = GUIDES['Video, for one room']
  const official = change(sample(twilio.jwt.AccessToken), twilio.jwt.AccessToken)
  same(official, change(sample(AccessToken), AccessToken))
})

test('the properties of a new token are the official ones, and two more', () => {
  for (const build of Object.values(GUIDES)) {
    const official = build(twilio.jwt.AccessToken)
    const ours = build(AccessToken)
    for (const name of Object.keys(official)) assert.deepEqual(plain(ours[name]), plain(official[name]), name)
    const added = Object.keys(ours).filter((name) => !Object.hasOwn(official, name))
    assert.deepEqual(added, ['validUntil', 'jti'])
  }
})

test('the static members are the official ones', () => {
  const official = twilio.jwt.AccessToken
  // The rows of docs/differences.md name the grants that the official class lacks.
  const names = Object.keys(AccessToken).filter((name) => name in official || !/.Grant$/.test(name))
  assert.deepEqual(names.sort(), Object.keys(official).sort())
  assert.deepEqual(AccessToken.ALGORITHMS, official.ALGORITHMS)
  assert.equal(AccessToken.DEFAULT_ALGORITHM, official.DEFAULT_ALGORITHM)
  assert.equal(AccessToken.length >= 3 && AccessToken.name, 'AccessToken')
  assert.equal(typeof AccessToken.prototype.addGrant, 'function')
})

test('each grant class: its key, its fields and its payload are the official ones', () => {
  const classes = Object.keys(twilio.jwt.AccessToken).filter((name) => /.Grant$/.test(name))
  assert.ok(classes.includes('SyncGrant'))
  for (const name of classes) {
    const [official, ours] = [new twilio.jwt.AccessToken[name](), new AccessToken[name]()]
    assert.deepEqual({ ...ours }, { ...official })
    assert.ok(ours instanceof AccessToken.Grant)
    assert.equal(ours.constructor.name, name)
    assert.deepEqual(ours.toPayload(), official.toPayload())
    assert.equal(grantmint[name], AccessToken[name])
  }
  for (const build of Object.values(GUIDES)) {
    const official = build(twilio.jwt.AccessToken).grants.map((grant) => grant.toPayload())
    assert.deepEqual(
      build(AccessToken).grants.map((grant) => grant.toPayload()),
      official,
    )
  }
})

test("the official library's own grants are taken", () => {
  for (const build of Object.values(GUIDES)) {
    const official = build(twilio.jwt.AccessToken)
    const ours = new AccessToken(...CREDENTIALS, { identity: official.identity, ttl: official.ttl })
    Object.assign(ours, { nbf: official.nbf, region: official.region })
    for (const grant of official.grants) ours.addGrant(grant)
    same(official, ours)
    const issuer = issuerWith({ grants: official.grants, region: official.region, ttl: official.ttl })
    const expected = official.toJwt()
    const { iat, nbf } = claims(expected)
    assert.equal(issuer.mint(official.identity, { now: iat, nbf }), expected)
  }
})

test('our grants are taken by the official library', () => {
  for (const build of Object.values(GUIDES)) {
    const official = build(twilio.jwt.AccessToken)
    official.grants = build(AccessToken).grants
    same(official, build(AccessToken))
  }
})

test('a subclass of the token and of the abstract grant', () => {
  const program = ({ AccessToken }) => {
    class FleetGrant extends AccessToken.Grant {
      constructor(fleetSid) {
        super('fleet')
        this.fleetSid = fleetSid
      }

      toPayload() {
        return { fleet_sid: this.fleetSid, list: [1, { a: null }] }
      }
    }
    class AppToken extends AccessToken {
      constructor(identity) {
        super(ACCOUNT_SID, KEY_SID, SECRET, { identity, ttl: 60 })
        this.app = 'mine'
        this.addGrant(new FleetGrant('FL123'))
      }

      toJwt(...rest) {
        this.identity = `${this.app}:${this.identity}`
        return super.toJwt(...rest)
      }
    }
    return new AppToken('alice')
  }
  same(program(twilio.jwt), program({ AccessToken }))
  assert.ok(program({ AccessToken }) instanceof AccessToken)
})

test('a class is called with new', () => {
  for (const Class of [AccessToken, SyncGrant, grantmint.Issuer]) {
    assert.match(thrownBy(() => Class()).message, /cannot be invoked without 'new'/)
  }
})

test('CommonJS and ES modules have the same names and the same classes', () => {
  const names = [
    ...['AccessToken', 'Grant', 'GrantmintError', 'InputError', 'Issuer', 'TokenError', 'Verifier', 'inspect', 'jwt'],
    ...JSON.parse(native.contract()).products.map(({ class: name }) => name),
  ].sort()
  const common = require('grantmint')
  assert.deepEqual(Object.keys(common).sort(), names)
  assert.deepEqual(Object.keys(named).sort(), [...names, 'default'].sort())
  assert.equal(named.default, common)
  assert.equal(grantmint, common)
  for (const name of names) assert.equal(named[name], common[name], name)
  assert.equal(jwt.AccessToken, AccessToken)
})

test('worker threads mint the same tokens, and end', async () => {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { AccessToken, Issuer, VideoGrant } = require(workerData.path)
    const [accountSid, keySid, secret] = workerData.credentials
    const token = new AccessToken(accountSid, keySid, secret, { identity: 'alice' })
    token.addGrant(new VideoGrant())
    const issuer = new Issuer({ accountSid, keySid, secret, grants: [new VideoGrant()] })
    const now = workerData.now
    issuer.mintMany(['alice'], { now }).then(([third]) => {
      parentPort.postMessage([token.toJwt('HS256', { now }), issuer.mint('alice', { now }), third])
    })`
  const workerData = { path: require.resolve('grantmint'), credentials: CREDENTIALS, now: NOW }
  const expected = issuerWith().mint('alice', { now: NOW })
  const run = () =>
    new Promise((resolve, reject) => {
      let tokens
      const worker = new Worker(program, { eval: true, workerData })
      worker.on('message', (message) => (tokens = message))
      worker.on('error', reject)
      worker.on('exit', (code) => resolve({ code, tokens }))
    })
  for (const { code, tokens } of await Promise.all([run(), run(), run(), run()])) {
    assert.deepEqual({ code, tokens }, { code: 0, tokens: [expected, expected, expected] })
  }
})

test('a worker that is stopped in the middle of a list does no harm', async () => {
  const program = `
    const { Issuer, VideoGrant } = require(require('node:worker_threads').workerData)
    const sid = (prefix) => prefix + '0'.repeat(32)
    const [accountSid, keySid] = [sid('AC'), sid('SK')]
    const options = { accountSid, keySid, secret: 'fake-'.repeat(8), grants: [new VideoGrant()] }
    new Issuer(options).mintMany(Array(100_000).fill('alice'))
    require('node:worker_threads').parentPort.postMessage('started')`
  const worker = new Worker(program, { eval: true, workerData: require.resolve('grantmint') })
  await new Promise((resolve) => worker.once('message', resolve))
  await worker.terminate()
  assert.equal(issuerWith().mint('alice', { now: NOW }), issuerWith().mint('alice', { now: NOW }))
})

test('objects of another context are as good', () => {
  const { options, grants, bytes } = vm.runInNewContext(`({
    options: { identity: 'alice', ttl: 60 },
    grants: [{ key: 'fleet', toPayload: () => ({ list: [1, { a: 'b' }], at: new Date(0) }) }],
    bytes: new Uint8Array([...${JSON.stringify(SECRET)}].map((letter) => letter.charCodeAt(0))),
  })`)
  const official = new twilio.jwt.AccessToken(...CREDENTIALS, options)
  official.grants = grants
  const ours = new AccessToken(ACCOUNT_SID, KEY_SID, bytes, options)
  ours.grants = grants
  same(official, ours)
  const issuer = issuerWith({ secret: bytes, grants, ttl: options.ttl })
  assert.equal(issuer.mint('alice', { now: NOW }), ours.toJwt('HS256', { now: NOW }))
})

function plain(value) {
  return Array.isArray(value) ? value.map((grant) => ({ ...grant })) : value
}
