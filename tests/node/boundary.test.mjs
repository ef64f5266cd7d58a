// Any argument results in a value or in an error that names the problem, never in a bug or a crash.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  AccessToken,
  GrantmintError,
  Issuer,
  inspect,
  PlaybackGrant,
  SyncGrant,
  TokenError,
  Verifier,
  VideoGrant,
  VoiceGrant,
} from 'grantmint'
import { ACCOUNT_SID, issuerWith, KEY_SID, NOW, SECRET } from './credentials.mjs'

// `make boundary` asks for many more.
const CASES = Number(process.env.GRANTMINT_CASES ?? 500)

const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
const text = units.map((units) => String.fromCharCode(...units))
const anything = fc.oneof(
  { weight: 3, arbitrary: text },
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true, withSparseArray: true }),
  fc.constantFrom(SECRET, KEY_SID, 'AC', 'HS256', NOW, 2 ** 53, -0, Symbol('s'), () => 1, new Proxy({}, {})),
)
const maybe = fc.option(anything, { nil: undefined })
const options = (...names) => fc.record(Object.fromEntries(names.map((name) => [name, maybe])), { requiredKeys: [] })
const grant = fc.oneof(
  anything.map((room) => tried(() => new VideoGrant({ room }))),
  anything.map((serviceSid) => tried(() => new SyncGrant({ serviceSid }))),
  anything.map((grant) => tried(() => new PlaybackGrant({ grant }))),
  fc
    .tuple(anything, anything)
    .map(([incomingAllow, outgoingApplicationParams]) =>
      tried(() => new VoiceGrant({ incomingAllow, outgoingApplicationSid: 'AP1', outgoingApplicationParams })),
    ),
)

/** The result, or nothing if the caller was told off. */
function tried(call) {
  try {
    return call()
  } catch (error) {
    return toldOff(error)
  }
}

function toldOff(error) {
  assert.ok(error instanceof GrantmintError, error?.stack ?? String(error))
  assert.notEqual(error.code, 'internal')
  assert.ok(error.message)
}

const check = (name, arbitrary, property) =>
  test(name, () => fc.assert(fc.asyncProperty(arbitrary, property), { numRuns: CASES }))

check(
  'an access token',
  fc.record({
    credentials: fc.tuple(maybe, maybe, maybe),
    given: options('identity', 'ttl', 'nbf', 'validUntil', 'region', 'jti'),
    grants: fc.array(fc.oneof(grant, anything), { maxLength: 3 }),
    algorithm: maybe,
  }),
  async ({ credentials, given, grants, algorithm }) => {
    tried(() => new AccessToken(...credentials, given).toJwt())
    const token = new AccessToken(ACCOUNT_SID, KEY_SID, SECRET)
    for (const grant of grants) tried(() => token.addGrant(grant))
    Object.assign(token, given)
    tried(() => token.toJwt(algorithm))
  },
)

check(
  'an issuer',
  fc.record({
    made: options('accountSid', 'keySid', 'secret', 'ttl', 'grants', 'region', 'algorithm'),
    given: options('grants', 'ttl', 'nbf', 'jti', 'now'),
    identities: fc.oneof(maybe, fc.array(anything)),
  }),
  async ({ made, given, identities }) => {
    tried(() => new Issuer(made))
    const issuer = issuerWith()
    tried(() => issuer.mint(identities, given))
    tried(() => issuer.issue('alice', given))
    await issuer.mintMany(identities, given).catch(toldOff)
  },
)

check(
  'a verifier',
  fc.record({ made: options('keys', 'secret', 'accountSid', 'leeway', 'algorithm', 'maxSize'), token: maybe }),
  async ({ made, token }) => {
    tried(() => new Verifier(made).verify(token))
    assert.throws(() => new Verifier({ secret: SECRET }).verify(token), TokenError)
  },
)

check(
  'inspect',
  fc.record({
    token: fc.oneof(
      maybe,
      text.map((text) => `${text}.${text}.${text}`),
    ),
    given: options('secret', 'now'),
  }),
  async ({ token, given }) => {
    tried(() => inspect(token, given))
    const inspection = inspect(token)
    assert.equal(inspection.sound, false)
    assert.ok(inspection.findings.length > 0)
    assert.doesNotMatch(String(inspection), /[\0-\x09\x0b-\x1f\x7f-\x9f]/)
  },
)
