// `Verifier` and `Issuer.issue`, beyond the single tokens of the shared vectors.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import test from 'node:test'
import { inspect as show } from 'node:util'
import { runInNewContext } from 'node:vm'
import { GrantmintError, InputError, Issuer, SyncGrant, TokenError, Verifier, VideoGrant } from 'grantmint'
import jsonwebtoken from 'jsonwebtoken'
import { ACCOUNT_SID, KEY_SID, NOW, SECRET, SERVICE_SID } from './credentials.mjs'
import { refused, thrownBy } from './refused.mjs'

const OLD = { sid: `SK${'0'.repeat(32)}`, secret: 'fake-old-secret-fake-old-secret-fake' }
const NEW = { sid: KEY_SID, secret: SECRET }

function mint({ sid, secret } = NEW, options = {}) {
  const grants = [new SyncGrant({ serviceSid: SERVICE_SID })]
  const issuer = new Issuer({ accountSid: ACCOUNT_SID, keySid: sid, secret, grants })
  return issuer.mint('alice', { now: NOW, ...options })
}

const GOOD = { iss: KEY_SID, sub: ACCOUNT_SID, exp: NOW + 60, grants: { identity: 'alice', video: {} } }
const signed = (claims) => jsonwebtoken.sign(claims, SECRET, { noTimestamp: true, header: { cty: 'twilio-fpa;v=1' } })

function denied(run, code, field) {
  const error = thrownBy(run)
  assert.ok(error instanceof TokenError && error instanceof GrantmintError && !(error instanceof InputError))
  assert.deepEqual([error.name, error.code, error.field], ['TokenError', code, field])
  return error
}

test('the claims', () => {
  const verifier = new Verifier({ keys: { [KEY_SID]: SECRET }, accountSid: ACCOUNT_SID })
  const claims = verifier.verify(mint(NEW, { nbf: NOW, jti: 'x' }), { now: NOW })
  const { payload, ...rest } = claims
  assert.deepEqual(rest, {
    identity: 'alice',
    grants: { data_sync: { service_sid: SERVICE_SID } },
    keySid: KEY_SID,
    accountSid: ACCOUNT_SID,
    jti: 'x',
    issuedAt: NOW,
    notBefore: NOW,
    expiresAt: NOW + 3600,
  })
  assert.equal(payload.grants.identity, 'alice')
  assert.deepEqual(claims.header, { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' })
})

test('claims that are absent are undefined', () => {
  const { iss, sub, exp } = GOOD
  const claims = new Verifier({ secret: SECRET }).verify(signed({ iss, sub, exp, grants: {} }), { now: NOW })
  const { identity, jti, issuedAt, notBefore, grants } = claims
  assert.deepEqual(
    { identity, jti, issuedAt, notBefore },
    {
      identity: undefined,
      jti: undefined,
      issuedAt: undefined,
      notBefore: undefined,
    },
  )
  assert.deepEqual(grants, {})
})

test('an integer identity is its digits', () => {
  const token = signed({ ...GOOD, grants: { identity: 7 } })
  assert.equal(new Verifier({ secret: SECRET }).verify(token, { now: NOW }).identity, '7')
})

test('a grant called __proto__ is a grant', () => {
  const grants = JSON.parse('{"identity":"alice","__proto__":{"admin":true}}')
  const claims = new Verifier({ secret: SECRET }).verify(signed({ ...GOOD, grants }), { now: NOW })
  assert.equal(claims.admin, undefined)
  assert.equal(claims.grants.admin, undefined)
  assert.deepEqual(Object.keys(claims.grants), ['__proto__'])
})

test('keys are rotated', () => {
  const verifier = new Verifier({ keys: { [OLD.sid]: OLD.secret, [NEW.sid]: Buffer.from(NEW.secret) } })
  for (const key of [OLD, NEW]) assert.equal(verifier.verify(mint(key), { now: NOW }).keySid, key.sid)
  // Signed by the one, in the name of the other.
  for (const [one, other] of [
    [OLD, NEW],
    [NEW, OLD],
  ]) {
    const token = mint({ sid: one.sid, secret: other.secret })
    denied(() => verifier.verify(token, { now: NOW }), 'bad_signature')
  }
  const stranger = mint({ sid: `SK${'9'.repeat(32)}`, secret: 'fake-third-secret-fake-third-secret!' })
  denied(() => verifier.verify(stranger, { now: NOW }), 'unknown_key', 'iss')
})

test('a Map of keys is as good as an object', () => {
  const token = mint({ sid: KEY_SID, secret: SECRET })
  const foreign = runInNewContext('new Map()')
  foreign.set(KEY_SID, SECRET)
  for (const keys of [new Map([[KEY_SID, SECRET]]), foreign, new (class Keys extends Map {})([[KEY_SID, SECRET]])]) {
    assert.equal(new Verifier({ keys }).verify(token, { now: NOW }).keySid, KEY_SID)
    const stranger = mint({ sid: KEY_SID, secret: 'fake-third-secret-fake-third-secret!' })
    denied(() => new Verifier({ keys }).verify(stranger, { now: NOW }), 'bad_signature')
  }
})

test('keys that are no object: the message says what to write', () => {
  const message =
    'keys must be an object or a Map of secrets by key SID (one secret alone is the option secret), not a string'
  refused(() => new Verifier({ keys: 'abc' }), 'wrong_type', 'keys', message)
})

test('what is around a token is named', () => {
  const [verifier, token] = [new Verifier({ secret: SECRET }), mint({ sid: KEY_SID, secret: SECRET })]
  for (const [text, segment, around] of [
    [`Bearer ${token}`, 'header', '"Bearer" is before the token'],
    [`bearer ${token}`, 'header', '"Bearer" is before the token'],
    [`JWT ${token}`, 'header', '"JWT" is before the token'],
    [`Authorization: ${token}`, 'header', '"Authorization" is before the token'],
    [`"${token}"`, 'header', 'the token is in quotation marks'],
    [`{"token":"${token}"}`, 'header', 'the token is inside JSON'],
    [` ${token}`, 'header', 'white space is before the token'],
    [`${token}\n`, 'signature', 'a line feed is after the token'],
    [`${token} `, 'signature', 'white space is after the token'],
  ]) {
    const error = denied(() => verifier.verify(text, { now: NOW }), 'not_base64url', segment)
    assert.equal(error.message, `the token's ${segment} is not base64url without padding: ${around}`)
  }
})

test('an option that is present has a value: an unset variable accepts nobody', () => {
  for (const nothing of [undefined, null, '']) {
    const keys = { [KEY_SID]: SECRET }
    const cause = (variable) => `(it was ${nothing === '' ? 'empty' : nothing}: is ${variable} set?)`
    const account = `accountSid is required ${cause('TWILIO_ACCOUNT_SID')}`
    refused(() => new Verifier({ keys, accountSid: nothing }), 'required', 'accountSid', account)
    const secret = `secret is required ${cause('TWILIO_API_SECRET')}`
    refused(() => new Verifier({ keys: { [KEY_SID]: nothing } }), 'required', 'secret', secret)
    refused(() => new Verifier({ keys: new Map([[KEY_SID, nothing]]) }), 'required', 'secret', secret)
    refused(() => new Verifier({ secret: nothing }), 'required', 'secret', secret)
  }
  refused(() => new Verifier({ keys: {} }), 'required', 'keys', 'keys is required (it was empty)')
  for (const nothing of [undefined, null]) {
    const message = `keys is required (it was ${nothing})`
    refused(() => new Verifier({ keys: nothing, secret: SECRET }), 'required', 'keys', message)
    refused(() => new Verifier({ keys: { [KEY_SID]: SECRET }, secret: nothing }), 'required', 'secret')
  }
})

test('leeway on each side', () => {
  for (const leeway of [0, 1, 86_400]) {
    const verifier = new Verifier({ secret: SECRET, leeway })
    const token = mint(NEW, { ttl: 60, nbf: NOW + 10 })
    for (const now of [NOW + 10 - leeway, NOW + 59 + leeway]) {
      assert.equal(verifier.verify(token, { now }).identity, 'alice')
    }
    denied(() => verifier.verify(token, { now: NOW + 9 - leeway }), 'not_yet_valid', 'nbf')
    denied(() => verifier.verify(token, { now: NOW + 60 + leeway }), 'expired', 'exp')
  }
})

test('the current time is the default', () => {
  const verifier = new Verifier({ secret: SECRET })
  const now = Math.floor(Date.now() / 1000)
  assert.equal(verifier.verify(signed({ ...GOOD, exp: now + 60 })).identity, 'alice')
  denied(() => verifier.verify(signed({ ...GOOD, exp: now })), 'expired', 'exp')
})

test('a refusal tells the numbers of Twilio, and leads to who asked', () => {
  const error = denied(() => new Verifier({ secret: SECRET }).verify(mint(), { now: 2 * NOW }), 'expired', 'exp')
  assert.deepEqual(error.twilioCodes, [20104, 20156, 31205, 51119])
  assert.match(error.stack.split('\n')[1], /verifier\.test\.mjs/)
  // It may be logged.
  assert.ok(!show(error).includes('eyJ'))
})

test('what is no string is a bad token', () => {
  const verifier = new Verifier({ secret: SECRET })
  for (const token of [undefined, null, 7, {}, [], Symbol('x'), Buffer.from(mint()), new String(mint())]) {
    denied(() => verifier.verify(token), 'not_a_string', undefined)
  }
})

test('a rope of many strings is read as one', () => {
  const token = mint()
  let rope = ''
  for (const letter of token) rope += letter
  assert.equal(new Verifier({ secret: SECRET }).verify(rope, { now: NOW }).identity, 'alice')
})

for (const [options, code, field] of [
  [undefined, 'required', 'secret'],
  [{}, 'required', 'secret'],
  [{ keys: {} }, 'required', 'keys'],
  [{ keys: new Map() }, 'required', 'keys'],
  [{ keys: new Map([[1, SECRET]]) }, 'wrong_type', 'keys'],
  [{ keys: new Set([SECRET]) }, 'required', 'keys'],
  [{ keys: { [KEY_SID]: undefined } }, 'required', 'secret'],
  [{ keys: { '': SECRET } }, 'required', 'keySid'],
  [{ keys: { '\ud800': SECRET } }, 'lone_surrogate', 'keys'],
  [{ keys: [SECRET] }, 'wrong_type', 'keys'],
  [{ keys: SECRET }, 'wrong_type', 'keys'],
  [{ keys: { [KEY_SID]: 7 } }, 'wrong_type', 'secret'],
  [{ secret: '-----BEGIN PUBLIC KEY-----' }, 'secret_is_key', 'secret'],
  [{ secret: Buffer.alloc(32) }, 'secret_is_zeros', 'secret'],
  [{ keys: { [KEY_SID]: SECRET }, secret: SECRET }, 'conflict', 'keys'],
  [{ secret: SECRET, leeway: -1 }, 'out_of_range', 'leeway'],
  [{ secret: SECRET, leeway: 86_401 }, 'out_of_range', 'leeway'],
  [{ secret: SECRET, leeway: 0.5 }, 'not_whole', 'leeway'],
  [{ secret: SECRET, maxSize: 0 }, 'out_of_range', 'maxSize'],
  [{ secret: SECRET, maxSize: -1 }, 'out_of_range', 'maxSize'],
  [{ secret: SECRET, maxSize: 1e300 }, 'out_of_range', 'maxSize'],
  [{ secret: SECRET, maxSize: 0.5 }, 'wrong_type', 'maxSize'],
  [{ secret: SECRET, algorithm: 'RS256' }, 'unsupported_algorithm', 'algorithm'],
  [{ secret: SECRET, accountSid: {} }, 'wrong_type', 'accountSid'],
  [{ secret: SECRET, key: SECRET }, 'unknown_option', 'key'],
]) {
  test(`${code} for ${show(options)}`, () => void refused(() => new Verifier(options), code, field))
}

test('claims are those of the token, whatever every object inherits', () => {
  const issuer = new Issuer({ accountSid: ACCOUNT_SID, keySid: KEY_SID, secret: SECRET, grants: [new VideoGrant()] })
  const [header, payload] = issuer.mint('alice').split('.')
  const bare = { ...JSON.parse(Buffer.from(payload, 'base64url')), grants: { video: {} } }
  delete bare.jti
  delete bare.iat
  const signed = `${header}.${Buffer.from(JSON.stringify(bare)).toString('base64url')}`
  const token = `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`
  const verifier = new Verifier({ secret: SECRET })
  const polluted = { identity: 'admin', nbf: 7, iat: 7, jti: 'mine', grants: { chat: {} } }
  Object.assign(Object.prototype, polluted)
  try {
    const { identity, grants, jti, issuedAt, notBefore } = verifier.verify(token)
    assert.deepEqual([identity, jti, issuedAt, notBefore], [undefined, undefined, undefined, undefined])
    assert.deepEqual(Object.keys(grants), ['video'])
  } finally {
    for (const name of Object.keys(polluted)) delete Object.prototype[name]
  }
})

test('nothing that is printed shows a secret', () => {
  const verifier = new Verifier({ keys: { [KEY_SID]: SECRET } })
  for (const text of [show(verifier, { showHidden: true, depth: 9 }), JSON.stringify(verifier), String(verifier)]) {
    assert.ok(!text.includes('fake'), text)
  }
})

for (const [ttl, after] of [
  [3600, 3420],
  [86_400, 86_220],
  [360, 180],
  [361, 181],
  [359, 179],
  [60, 30],
  [1, 0],
]) {
  test(`a token of ${ttl} seconds is renewed after ${after}`, () => {
    const issuer = new Issuer({ accountSid: ACCOUNT_SID, keySid: KEY_SID, secret: SECRET, grants: [new VideoGrant()] })
    assert.deepEqual(issuer.issue('alice', { ttl, now: NOW }), {
      identity: 'alice',
      token: issuer.mint('alice', { ttl, now: NOW }),
      expiresAt: NOW + ttl,
      expiresIn: ttl,
      renewAt: NOW + after,
    })
  })
}

test('issue takes what mint takes', () => {
  const issuer = new Issuer({ accountSid: ACCOUNT_SID, keySid: KEY_SID, secret: SECRET })
  const issued = issuer.issue(7, { grants: [new VideoGrant()], nbf: NOW, jti: 'x', now: NOW })
  const claims = new Verifier({ secret: SECRET }).verify(issued.token, { now: NOW })
  assert.deepEqual([issued.identity, claims.identity, claims.jti, claims.notBefore], ['7', '7', 'x', NOW])
  refused(() => issuer.issue('alice'), 'no_grants', 'grants')
  refused(() => issuer.issue('alice', { tll: 5 }), 'unknown_option', 'tll')
})

test('a proxy verifies, and a method without its verifier says so', () => {
  const verifier = new Verifier({ secret: SECRET })
  const token = mint()
  for (const shown of [new Proxy(verifier, {}), Object.create(verifier)]) {
    assert.deepEqual(shown.verify(token, { now: NOW }), verifier.verify(token, { now: NOW }))
  }
  const { verify } = verifier
  const call = 'verifier.verify(…)'
  const message = `verify was called without its Verifier; write ${call} or () => ${call}`
  for (const holder of [undefined, {}]) refused(() => verify.call(holder, token), 'wrong_type', 'this', message)
  const claims = verifier.verify(token, { now: NOW })
  const copy = 'header must be read from the claims, not from a proxy or copy'
  for (const shown of [new Proxy(claims, {}), Object.create(claims)]) {
    assert.equal(shown.identity, 'alice')
    refused(() => shown.header, 'wrong_type', 'this', copy)
  }
})
