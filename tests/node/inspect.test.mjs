// `inspect`: the shared vectors, sound tokens of twilio-node and grantmint, and any other input.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import grantmint, { inspect } from 'grantmint'
import twilio from 'twilio'
import { player } from './case.mjs'
import { ACCOUNT_SID, CREDENTIALS, KEY_SID, NOW, SECRET } from './credentials.mjs'
import { refused } from './refused.mjs'

const { checkConsistency, codes, tokenOf } = player
const { cases } = player.readVectors('inspections.json')
for (const vector of cases) test(vector.title, () => player.isInspected(vector))

test('there are vectors, each title once', () => {
  assert.ok(cases.filter((vector) => vector.codes.length > 0).length > 120)
  assert.equal(new Set(cases.map(({ title }) => title)).size, cases.length)
})

test('what it takes, and what it refuses', () => {
  const { token } = cases.find(({ codes: found }) => found.length === 0)
  const bytes = inspect(token, { secret: Buffer.from(SECRET), now: NOW })
  assert.deepEqual([bytes.signature, bytes.findings], ['valid', []])
  for (const options of [undefined, null, {}, { secret: undefined, now: null }])
    assert.deepEqual(codes(inspect(token, options)), ['expired'])
  for (const nothing of [undefined, null, 1, 1n, true, Symbol('token'), {}, [token], () => token, new String(token)])
    assert.deepEqual(codes(inspect(nothing)), ['not_a_string'])
  refused(() => inspect(token, { secret: 1 }), 'wrong_type', 'secret')
  refused(() => inspect(token, { now: -1 }), 'out_of_range', 'now')
  refused(() => inspect(token, { now: '1' }), 'wrong_type', 'now')
  refused(() => inspect(token, { Secret: SECRET }), 'unknown_option', 'Secret')
})

test('half of a surrogate pair is no character of a token', () => {
  for (const text of ['\ud800', 'a.b.\udc00', `${cases[0].token}\ud800`, '\ud800'.repeat(20_000)]) {
    const inspection = inspect(text)
    assert.ok(!inspection.sound)
    checkConsistency(inspection)
  }
})

test('what is nested deep behind a name that stands twice is not read', () => {
  const payload = `{"a":{"x":1,"x":2},"b":${'['.repeat(5900)}${']'.repeat(5900)}}`
  const inspection = inspect(`e30.${Buffer.from(payload).toString('base64url')}.AAAA`)
  checkConsistency(inspection)
  assert.ok(codes(inspection).includes('duplicate_member'))
  assert.equal(inspection.claims, null)
})

// Sound tokens: nothing at all is found in them.

const sid = (prefix) =>
  fc
    .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 })
    .map((digits) => prefix + digits)
const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.é愛'), minLength: 1, maxLength: 40 })
const maybe = (value) => fc.option(value, { nil: undefined })
const json = fc.dictionary(word, fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null)), { maxKeys: 4 })
const GRANTS = {
  SyncGrant: fc.record({ serviceSid: fc.oneof(sid('IS'), fc.constant('default')), endpointId: maybe(word) }),
  ChatGrant: fc.record({
    serviceSid: sid('IS'),
    endpointId: maybe(word),
    deploymentRoleSid: maybe(sid('RL')),
    pushCredentialSid: maybe(sid('CR')),
  }),
  VideoGrant: fc.record({ room: maybe(fc.oneof(word, sid('RM'))) }),
  VoiceGrant: fc.oneof(
    fc.record({ incomingAllow: fc.constant(true), pushCredentialSid: maybe(sid('CR')), endpointId: maybe(word) }),
    fc.record({
      incomingAllow: maybe(fc.boolean()),
      outgoingApplicationSid: sid('AP'),
      outgoingApplicationParams: maybe(json),
    }),
  ),
  TaskRouterGrant: fc.record({
    workspaceSid: sid('WS'),
    workerSid: maybe(sid('WK')),
    role: fc.constantFrom('worker', 'supervisor', undefined),
  }),
}
const SOUND = fc
  .record({
    names: fc.uniqueArray(fc.constantFrom(...Object.keys(GRANTS)), { minLength: 1 }),
    fields: fc.record(GRANTS),
    identity: word,
    ttl: fc.integer({ min: 181, max: 86_400 }),
    region: fc.constantFrom(undefined, 'ie1', 'au1', 'us1'),
    earlier: fc.option(fc.integer({ min: 0, max: 3600 }), { nil: undefined }),
    now: fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }),
    later: fc.nat(180),
  })
  // Voice accepts letters, digits and underscores alone.
  .map((given) =>
    given.names.includes('VoiceGrant') ? { ...given, identity: given.identity.replace(/\W/g, '_') } : given,
  )

function at(now, mint) {
  const realNow = Date.now
  Date.now = () => now * 1000
  try {
    return mint()
  } finally {
    Date.now = realNow
  }
}

/** The same token by each of the two. */
function soundTokens({ names, fields, identity, ttl, region, earlier, now }) {
  const options = { identity, ttl, region, ...(earlier !== undefined && { nbf: now - earlier }) }
  const minted = (AccessToken, signed) => {
    const token = new AccessToken(...CREDENTIALS, options)
    for (const name of names) token.addGrant(new AccessToken[name](fields[name]))
    return signed(token)
  }
  return [
    at(now, () => minted(twilio.jwt.AccessToken, (token) => token.toJwt())),
    minted(grantmint.AccessToken, (token) => token.toJwt('HS256', { now })),
  ]
}

test('advice is in the words of JavaScript', () => {
  const token = new grantmint.AccessToken(...CREDENTIALS, { identity: 'alice' }).toJwt()
  const wrapped = JSON.stringify({ data: { token } })
  for (const text of [wrapped, JSON.stringify(token), 'function toJwt() {}', '[object Object]', token]) {
    const report = String(inspect(text))
    for (const word of ['to_jwt', 'account_sid,', 'incoming_allow', 'time.time()', 'response.text.', 'jq ']) {
      assert.ok(!report.includes(word), report)
    }
  }
  assert.match(String(inspect(wrapped)), /take it out with\s+body\.data\.token\./)
})

// The note about phone apps belongs to every grant that allows incoming calls.
const isNoNote = ({ severity }) => severity !== 'note'

test('1,000 sound tokens of twilio-node and of grantmint: not a word against them', () => {
  let count = 0
  fc.assert(
    fc.property(SOUND, (given) => {
      for (const token of soundTokens(given)) {
        const now = given.now + given.later
        const inspection = inspect(token, { secret: SECRET, now })
        assert.deepEqual(inspection.findings.filter(isNoNote), [])
        const { kind, sound, signature, identity, keySid, accountSid, expiresIn } = inspection
        assert.deepEqual(
          [kind, sound, signature, identity, keySid, accountSid, expiresIn],
          ['access_token', true, 'valid', given.identity, KEY_SID, ACCOUNT_SID, given.ttl - given.later],
        )
        assert.deepEqual(Object.keys(inspection.grants).length, given.names.length)
        assert.ok(inspection.renewAt < inspection.expiresAt && inspection.renewAt > inspection.issuedAt)
        assert.match(String(inspection), /^Twilio Access Token: sound\n/)
        assert.deepEqual(inspect(token, { now }).findings.filter(isNoNote), [])
        count += 1
      }
    }),
    { numRuns: 500 },
  )
  assert.ok(count >= 1000)
})

// No input causes an exception, and every report can be shown.

const base64url = (text) => Buffer.from(text).toString('base64url')
const name = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom(
    'alg',
    'typ',
    'cty',
    'crit',
    'twr',
    'iss',
    'sub',
    'exp',
    'nbf',
    'iat',
    'grants',
    'identity',
    'data_sync',
    'chat',
    'video',
    'voice',
    'sync',
    'service_sid',
    'outgoing',
    'application_sid',
    'incoming',
    'allow',
    'scope',
    'policies',
    'hrh',
    'rqh',
    '__proto__',
    'toString',
  ),
)
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(name, tie('value'), { maxKeys: 6 }),
}))
const explained = (token, options = { now: NOW }) => checkConsistency(inspect(token, options))

test('any text at all is explained', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(
          '',
          '\u001b',
          '.',
          '"',
          '{',
          ' ',
          'eyJ',
          'Bearer ',
          '\ud800',
          '\u0000',
          '\u009b',
          '\u202e',
          'a',
          '\n',
        ),
      }),
      fc.option(fc.string()),
      (token, secret) => {
        explained(token, { now: NOW, secret })
      },
    ),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (token) => explained(token)),
    { numRuns: 500 },
  )
})

test('anything at all for a token is explained', () => {
  fc.assert(fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (token) => explained(token)))
})

test('any header and payload are explained', () => {
  const text = fc.oneof(
    anything.map((value) => JSON.stringify(value)),
    fc.string(),
  )
  fc.assert(
    fc.property(text, text, (header, payload) => {
      explained(`${base64url(header)}.${base64url(payload)}.AAAA`)
    }),
    { numRuns: 500 },
  )
  const claims = fc.tuple(anything, anything).map(([other, grants]) => ({ ...other, grants }))
  const header = base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' }))
  fc.assert(
    fc.property(claims, (payload) => {
      explained(`${header}.${base64url(JSON.stringify(payload))}.AAAA`, { now: NOW, secret: SECRET })
    }),
    { numRuns: 1000 },
  )
})

test('any change of a token is explained', () => {
  const tokens = cases.map(tokenOf).filter((token) => typeof token === 'string' && token.length < 2000)
  fc.assert(
    fc.property(
      fc.constantFrom(...tokens),
      fc.nat(2000),
      fc.nat(40),
      fc.string({ maxLength: 8 }),
      (token, from, cut, text) => {
        const start = from % (token.length + 1)
        explained(token.slice(0, start) + text + token.slice(start + cut))
      },
    ),
    { numRuns: 2000 },
  )
})
