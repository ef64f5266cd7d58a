// The issuer is strict about its arguments, and its tokens equal those of AccessToken.

import assert from 'node:assert/strict'
import test from 'node:test'
import { AccessToken, ChatGrant, Issuer, SyncGrant, VideoGrant } from 'grantmint'
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
import { refused, rejected } from './refused.mjs'

const at = { now: NOW }

/** The token of AccessToken for the same inputs: the other tests hold that to the official library's. */
function expected(identity, grants, { algorithm, ...options } = {}) {
  const token = new AccessToken(...CREDENTIALS, { identity, ...options })
  token.grants = grants
  return token.toJwt(algorithm, at)
}

const GRANTS = [new SyncGrant({ serviceSid: SERVICE_SID }), new VideoGrant({ room: 'daily' })]

test('its tokens are those of AccessToken', async () => {
  const issuer = issuerWith({ grants: GRANTS })
  for (const identity of ['alice', 'Zoë 😀', '\0', 42, -7, '0', 'x'.repeat(128)]) {
    assert.equal(issuer.mint(identity, at), expected(identity, GRANTS))
    assert.deepEqual(await issuer.mintMany([identity], at), [expected(identity, GRANTS)])
  }
  await verified(issuer.mint('alice'))
})

test('without now, it is the current second', async () => {
  const before = Math.floor(Date.now() / 1000)
  const issuer = issuerWith()
  const tokens = [issuer.mint('alice'), issuer.mint('alice', {}), issuer.mint(5), ...(await issuer.mintMany(['alice']))]
  for (const token of tokens) {
    const { iat, exp } = claims(token)
    assert.ok(iat >= before && iat <= Math.ceil(Date.now() / 1000))
    assert.equal(exp, iat + 3600)
  }
})

test('its own lifetime, region and algorithm', () => {
  for (const region of ['ie1', 'a "b" é']) {
    const options = { ttl: 60, region, algorithm: 'HS256' }
    const issuer = issuerWith({ grants: GRANTS, ...options })
    assert.equal(issuer.mint('alice', at), expected('alice', GRANTS, options))
  }
  for (const nothing of [undefined, null, '']) {
    const issuer = issuerWith({ grants: GRANTS, ttl: nothing, region: nothing || undefined, algorithm: nothing })
    assert.equal(issuer.mint('alice', at), expected('alice', GRANTS))
  }
})

test("one token's own grants, lifetime, nbf and jti", () => {
  const issuer = issuerWith({ grants: GRANTS, ttl: 60 })
  const chat = new ChatGrant({ serviceSid: SERVICE_SID })
  const options = { ttl: 600, nbf: NOW + 5, jti: 'one' }
  assert.equal(
    issuer.mint('alice', { grants: [chat], ...options, ...at }),
    expected('alice', [...GRANTS, chat], options),
  )
  assert.equal(issuer.mint('alice', at), expected('alice', GRANTS, { ttl: 60 }))
  for (const nothing of [undefined, null, '']) {
    const blank = { ttl: nothing, nbf: nothing, jti: nothing || undefined, grants: nothing || undefined }
    assert.equal(issuer.mint('alice', { ...blank, ...at }), expected('alice', GRANTS, { ttl: 60 }))
  }
  assert.equal(issuer.mint('alice', { grants: [], ...at }), expected('alice', GRANTS, { ttl: 60 }))
})

test("a token's own grant replaces the issuer's of the same key, and keeps its place", () => {
  const issuer = issuerWith({ grants: GRANTS })
  const other = new SyncGrant({ serviceSid: `IS${'d4'.repeat(16)}` })
  assert.equal(issuer.mint('alice', { grants: [other], ...at }), expected('alice', [other, GRANTS[1]]))
  assert.equal(issuer.mint('alice', at), expected('alice', GRANTS))
})

test('its grants are read when it is made', () => {
  const sync = new SyncGrant({ serviceSid: SERVICE_SID })
  const payload = { a: 1 }
  const grants = [sync, { key: 'fleet', toPayload: () => payload }]
  const issuer = issuerWith({ grants })
  const before = issuer.mint('alice', at)
  sync.serviceSid = 'IS456'
  payload.a = 2
  grants.pop()
  assert.equal(issuer.mint('alice', at), before)
  assert.deepEqual(claims(before).grants, {
    identity: 'alice',
    data_sync: { service_sid: SERVICE_SID },
    fleet: { a: 1 },
  })
})

test('its credentials are those that it was made with', () => {
  const options = { accountSid: ACCOUNT_SID, keySid: KEY_SID, secret: SECRET, grants: [...GRANTS] }
  const issuer = new Issuer(options)
  Object.assign(options, { accountSid: 'x', keySid: 'x', secret: 'x' })
  assert.equal(issuer.mint('alice', at), expected('alice', GRANTS))
  assert.deepEqual([issuer.accountSid, issuer.keySid], [ACCOUNT_SID, KEY_SID])
  assert.throws(() => Object.assign(issuer, { accountSid: 'x' }), TypeError)
  assert.equal(issuer.mint('alice', at), expected('alice', GRANTS))
})

test('an account and a key are well-formed SIDs', () => {
  const digits = 'a0'.repeat(16)
  for (const [field, prefix] of [
    ['accountSid', 'AC'],
    ['keySid', 'SK'],
  ]) {
    const wrong = {
      [prefix]: 'a SID with fewer digits',
      [`${prefix}123`]: 'a SID with fewer digits',
      [`XX${digits}`]: 'a SID of another kind',
      [`IS${digits}`]: 'the SID of a Sync or Conversations service',
      [prefix.toLowerCase() + digits]: 'a SID in lower case',
      [`${prefix}${digits}0`]: 'a SID with more digits',
      [` ${prefix}${digits}`]: 'text that starts with white space',
      [`${prefix}${digits}\n`]: 'text that ends with a line feed',
      [`'${prefix}${digits}'`]: 'text in quotation marks',
      [`${prefix}${digits.slice(1)}g`]: 'a SID with another character than hexadecimal digits',
      [`${prefix}${digits.slice(1)}٣`]: 'a SID with another character than hexadecimal digits',
      [digits + prefix]: 'text that is not a SID',
      [SECRET]: 'text that is not a SID',
      undefined: 'the text of an unset variable',
      [`\${TWILIO_${field}}`]: 'a placeholder',
      [`${prefix}xxxxxxxx`]: 'a placeholder',
    }
    for (const [sid, found] of Object.entries(wrong)) {
      const message = `${field} must be ${prefix} followed by 32 hexadecimal digits, not ${found}`
      refused(() => issuerWith({ [field]: sid }), 'malformed_sid', field, message)
    }
    const variable = field === 'accountSid' ? 'TWILIO_ACCOUNT_SID' : 'TWILIO_API_KEY'
    for (const [sid, found] of MISSING) {
      const message = `${field} is required (it was ${found}: is ${variable} set?)`
      refused(() => issuerWith({ [field]: sid }), 'required', field, message)
    }
    assert.equal(issuerWith({ [field]: prefix + digits.toUpperCase() })[field], prefix + digits.toUpperCase())
  }
  refused(
    () => issuerWith({ accountSid: KEY_SID, keySid: ACCOUNT_SID }),
    'malformed_sid',
    'accountSid',
    'accountSid must be AC followed by 32 hexadecimal digits, not the SID of an API key: the two are swapped',
  )
  refused(
    () => issuerWith({ keySid: SECRET, secret: KEY_SID }),
    'malformed_sid',
    'keySid',
    'keySid must be SK followed by 32 hexadecimal digits, not text of another kind: it is swapped with the secret',
  )
})

test('a secret has at least 32 bytes', () => {
  const long = (bytes) => `secret must be at least 32 bytes long, not ${bytes}`
  refused(() => issuerWith({ secret: 'g'.repeat(31) }), 'secret_too_short', 'secret', long(31))
  refused(() => issuerWith({ secret: Buffer.alloc(31, 1) }), 'secret_too_short', 'secret', long(31))
  assert.ok(issuerWith({ secret: 'g'.repeat(32) }))
  assert.ok(issuerWith({ secret: 'é'.repeat(16) }))
  assert.ok(issuerWith({ secret: Buffer.alloc(32, 1) }))
  refused(() => issuerWith({ secret: `-----BEGIN PRIVATE KEY-----\n${'f'.repeat(40)}` }), 'secret_is_key', 'secret')
})

test('every token has a grant', async () => {
  for (const grants of [undefined, null, []]) {
    const issuer = issuerWith({ grants })
    refused(() => issuer.mint('alice'), 'no_grants', 'grants', 'at least one grant is required')
    refused(() => issuer.mint('alice', { grants: [] }), 'no_grants', 'grants')
    await rejected(issuer.mintMany(['alice']), 'no_grants', 'grants')
    assert.equal(issuer.mint('alice', { grants: GRANTS, ...at }), expected('alice', GRANTS))
    assert.deepEqual(await issuer.mintMany(['alice'], { grants: GRANTS, ...at }), [expected('alice', GRANTS)])
  }
})

/** What an unset variable leaves, and its name in messages. */
const MISSING = [
  [undefined, 'undefined'],
  [null, 'null'],
  ['', 'empty'],
]

test('a Sync or Chat grant has its service', async () => {
  for (const Class of [SyncGrant, ChatGrant]) {
    for (const serviceSid of [undefined, null, '']) {
      const grant = new Class({ serviceSid, endpointId: 'phone' })
      const cause = `it was ${serviceSid === '' ? 'empty' : 'not given'}: is its environment variable set?`
      const error = ['required', 'serviceSid', `${Class.name}.serviceSid is required (${cause})`]
      refused(() => issuerWith({ grants: [grant] }), ...error)
      refused(() => issuerWith().mint('alice', { grants: [grant] }), ...error)
      await rejected(issuerWith().mintMany(['alice'], { grants: [grant] }), ...error)
      class Mine extends Class {}
      refused(() => issuerWith({ grants: [new Mine({ serviceSid })] }), ...error)
    }
  }
})

test('every token has an identity', async () => {
  for (const [identity, found] of MISSING) {
    const message = `identity is required (it was ${found})`
    refused(() => issuerWith().mint(identity), 'required', 'identity', message)
    refused(() => issuerWith().mint(identity, {}), 'required', 'identity', message)
    refused(() => issuerWith().issue(identity), 'required', 'identity', message)
    const error = await rejected(issuerWith().mintMany(['alice', identity]), 'required', 'identity')
    const inList = identity === '' ? 'empty' : 'undefined or null'
    assert.deepEqual([error.index, error.message], [1, `identities[1]: identity is required (it was ${inList})`])
  }
})

test('its lifetime is checked when it is made', () => {
  for (const ttl of [0, 86_401]) refused(() => issuerWith({ ttl }), 'out_of_range', 'ttl')
  for (const algorithm of ['none', 'RS256', 'hs256', 'HS256 ']) {
    refused(() => issuerWith({ algorithm }), 'unsupported_algorithm', 'algorithm')
  }
  const late = { now: NOW, nbf: NOW + 60 }
  refused(() => issuerWith({ ttl: 60 }).mint('alice', late), 'not_before_expiry', 'nbf')
  assert.equal(claims(issuerWith({ ttl: 61 }).mint('alice', late)).nbf, NOW + 60)
})

test('mintMany: in order, all in the same second', async () => {
  const issuer = issuerWith({ grants: GRANTS })
  const identities = Array.from({ length: 10_000 }, (_, index) => (index % 3 ? `user-${index} 😀` : index))
  const tokens = await issuer.mintMany(identities, at)
  assert.deepEqual(
    tokens,
    identities.map((identity) => expected(identity, GRANTS)),
  )
  const seconds = new Set((await issuer.mintMany(identities)).map((token) => claims(token).iat))
  assert.equal(seconds.size, 1)
})

test('mintMany: options, and lists of any length', async () => {
  const issuer = issuerWith()
  const options = { grants: GRANTS, ttl: 60, nbf: NOW - 1, ...at }
  // Up to 1,024 are minted on this thread, more on others.
  for (const length of [0, 1, 2, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025, 2049]) {
    const identities = Array.from({ length }, (_, index) => `user-${index}`)
    const tokens = await issuer.mintMany(identities, options)
    assert.deepEqual(
      tokens,
      identities.map((identity) => issuer.mint(identity, options)),
    )
  }
  assert.deepEqual(await issuer.mintMany([]), [])
  await rejected(issuer.mintMany([], { ttl: 0 }), 'out_of_range', 'ttl')
})

test('mintMany: all or nothing, and the first that is wrong', async () => {
  for (const [length, index] of [500, 2000].flatMap((length) =>
    [0, 255, 256, 320, length - 1].map((at) => [length, at]),
  )) {
    const identities = Array.from({ length }, (_, index) => `user-${index}`)
    for (const [wrong, code] of [
      ['', 'required'],
      [{}, 'wrong_type'],
      ['\ud800', 'lone_surrogate'],
      [2 ** 53, 'lossy_integer'],
    ]) {
      const list = identities.with ? identities.with(index, wrong) : Object.assign([...identities], { [index]: wrong })
      assert.equal((await rejected(issuerWith().mintMany(list), code, 'identity')).index, index)
      const worse = Object.assign([...list], { [length - 1]: list[length - 1] === wrong ? wrong : '' })
      assert.equal((await rejected(issuerWith().mintMany(worse), code, 'identity')).index, index)
    }
  }
})

test('mintMany: a hole in the list is a missing identity', async () => {
  const list = ['alice', 'bob', 'carol']
  delete list[1]
  assert.equal((await rejected(issuerWith().mintMany(list), 'required', 'identity')).index, 1)
})

test('mintMany: only an array', async () => {
  for (const [found, list] of [
    ['undefined', undefined],
    ['null', null],
    ['a string', 'alice'],
    ['an object', new Set(['alice'])],
  ]) {
    const message = `identities must be an array, not ${found}`
    await rejected(issuerWith().mintMany(list), 'wrong_type', 'identities', message)
  }
  // One jti for many tokens would be no identifier.
  await rejected(issuerWith().mintMany(['alice'], { jti: 'one' }), 'unknown_option', 'jti')
})

test('mintMany: the list and the grants are read at once', async () => {
  for (const length of [2, 2000]) {
    const identities = Array(length).fill('alice')
    const sync = new SyncGrant({ serviceSid: SERVICE_SID })
    const promise = issuerWith({ grants: [] }).mintMany(identities, { grants: [sync], ...at })
    identities.push('carol')
    identities[0] = ''
    sync.serviceSid = 'IS456'
    const before = new SyncGrant({ serviceSid: SERVICE_SID })
    assert.deepEqual(await promise, Array(length).fill(expected('alice', [before])))
  }
})

test('mintMany: many lists at the same time', async () => {
  const issuer = issuerWith({ grants: GRANTS })
  const lists = Array.from({ length: 50 }, (_, list) =>
    Array.from({ length: list % 5 === 0 ? 1500 : 20 }, (_, index) => `${list}-${index}`),
  )
  const tokens = await Promise.all(lists.map((list) => issuer.mintMany(list, at)))
  assert.deepEqual(
    tokens,
    lists.map((list) => list.map((identity) => issuer.mint(identity, at))),
  )
})

const VARIABLES = { TWILIO_ACCOUNT_SID: ACCOUNT_SID, TWILIO_API_KEY: KEY_SID, TWILIO_API_SECRET: SECRET }
const BEFORE = { ...process.env }

test('fromEnv: the credentials of the environment', (t) => {
  setVariables(t, VARIABLES)
  const options = { ttl: 60, region: 'ie1', algorithm: 'HS256' }
  const issuer = Issuer.fromEnv({ grants: GRANTS, ...options })
  assert.equal(issuer.mint('alice', at), expected('alice', GRANTS, options))
  assert.equal(Issuer.fromEnv().mint('alice', { grants: GRANTS, ...at }), expected('alice', GRANTS))
})

test('fromEnv: the variable that is missing is named', (t) => {
  for (const missing of Object.keys(VARIABLES)) {
    for (const value of [undefined, '']) {
      setVariables(t, { ...VARIABLES, [missing]: value })
      refused(() => Issuer.fromEnv(), 'missing_variable', undefined, `the environment variable ${missing} is not set`)
    }
  }
  for (const [missing, instead] of [
    ['TWILIO_API_KEY', 'TWILIO_API_KEY_SID'],
    ['TWILIO_API_SECRET', 'TWILIO_API_KEY_SECRET'],
    ['TWILIO_API_SECRET', 'TWILIO_API_SECRET_KEY'],
  ]) {
    setVariables(t, { ...VARIABLES, [missing]: undefined, [instead]: VARIABLES[missing] })
    const message = `the environment variable ${missing} is not set, but ${instead} is; expected the name ${missing}`
    refused(() => Issuer.fromEnv(), 'missing_variable', undefined, message)
  }
  setVariables(t, {})
  refused(
    () => Issuer.fromEnv(),
    'missing_variable',
    undefined,
    'the environment variables TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET are not set',
  )
  setVariables(t, { TWILIO_API_KEY_SID: KEY_SID, TWILIO_API_SECRET_KEY: 'fake' })
  refused(
    () => Issuer.fromEnv(),
    'missing_variable',
    undefined,
    'the environment variables TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET are not set, but ' +
      'TWILIO_API_KEY_SID and TWILIO_API_SECRET_KEY are; expected the names TWILIO_API_KEY and TWILIO_API_SECRET',
  )
})

test('fromEnv: as strict as the constructor', (t) => {
  setVariables(t, { ...VARIABLES, TWILIO_API_SECRET: 'fake-short' })
  refused(() => Issuer.fromEnv(), 'secret_too_short', 'secret')
  setVariables(t, VARIABLES)
  refused(() => Issuer.fromEnv({ grants: [new SyncGrant()] }), 'required', 'serviceSid')
  for (const name of ['accountSid', 'keySid', 'secret', 'identity']) {
    refused(() => Issuer.fromEnv({ [name]: 'x' }), 'unknown_option', name)
  }
})

/** Sets these TWILIO_ variables and no others, until the test ends. */
function setVariables(t, variables) {
  assign(variables)
  t.after(() => assign(BEFORE))
}

function assign(variables) {
  const others = ['TWILIO_API_KEY_SID', 'TWILIO_API_KEY_SECRET', 'TWILIO_API_SECRET_KEY']
  for (const name of [...Object.keys(VARIABLES), ...others]) {
    if (variables[name] === undefined) delete process.env[name]
    else process.env[name] = variables[name]
  }
}

test('a proxy, or an object with it as prototype, mints the same tokens', async () => {
  const issuer = issuerWith({ grants: GRANTS })
  const token = issuer.mint('alice', at)
  for (const shown of [new Proxy(issuer, {}), Object.create(issuer), new Proxy(new Proxy(issuer, {}), {})]) {
    assert.equal(shown.mint('alice', at), token)
    assert.equal(shown.issue('alice', at).token, token)
    assert.deepEqual(await shown.mintMany(['alice'], at), [token])
  }
})

test('a method without its issuer says so', async () => {
  const { mint, issue, mintMany } = issuerWith({ grants: GRANTS })
  const message = (name) => `${name} was called without its Issuer; write issuer.${name}(…) or () => issuer.${name}(…)`
  for (const holder of [undefined, null, {}, Issuer.prototype]) {
    refused(() => mint.call(holder, 'alice'), 'wrong_type', 'this', message('mint'))
    refused(() => issue.call(holder, 'alice'), 'wrong_type', 'this', message('issue'))
    await rejected(mintMany.call(holder, ['alice']), 'wrong_type', 'this', message('mintMany'))
  }
})
