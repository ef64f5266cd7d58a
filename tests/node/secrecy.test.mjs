// The secret is where it was put, `secret`, and nowhere else.

import assert from 'node:assert/strict'
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import test from 'node:test'
import util from 'node:util'
import v8 from 'node:v8'
import { AccessToken, Issuer, VideoGrant } from 'grantmint'
import { ACCOUNT_SID, issuerWith, KEY_SID, NOW, verified } from './credentials.mjs'
import { thrownBy } from './refused.mjs'

const CANARY = 'fake-canary-that-nobody-may-ever-see'
const PARTS = [
  CANARY,
  'canary',
  Buffer.from(CANARY).toString('hex'),
  Buffer.from(CANARY).toString('base64').slice(0, -2),
]
const BYTES = [...Buffer.from('canary')].join(',')

class Subclass extends AccessToken {
  tenant = 'mine'
}

/** The objects that contain the secret, in each form of a secret. */
function holders() {
  const options = { identity: 'alice' }
  const assigned = new AccessToken(ACCOUNT_SID, KEY_SID, 'fake-other', options)
  assigned.secret = CANARY
  const used = new AccessToken(ACCOUNT_SID, KEY_SID, CANARY, options)
  used.addGrant(new VideoGrant())
  used.toJwt()
  const issuer = issuerWith({ secret: CANARY })
  issuer.mint('alice')
  return {
    'a token': new AccessToken(ACCOUNT_SID, KEY_SID, CANARY, options),
    'a token of the older form': new AccessToken(ACCOUNT_SID, KEY_SID, CANARY),
    'a token with a secret of bytes': new AccessToken(ACCOUNT_SID, KEY_SID, Buffer.from(CANARY), options),
    'a token with an assigned secret': assigned,
    'a token that was signed': used,
    'a subclass': new Subclass(ACCOUNT_SID, KEY_SID, CANARY, options),
    'a frozen token': Object.freeze(new AccessToken(ACCOUNT_SID, KEY_SID, CANARY, options)),
    'an issuer': issuer,
    'an issuer with a secret of bytes': issuerWith({ secret: new TextEncoder().encode(CANARY) }),
  }
}

function clean(text, what) {
  for (const part of [...PARTS, BYTES]) assert.ok(!String(text).includes(part), `${what}: ${text}`)
}

const every = (choices) =>
  Object.entries(choices).reduce(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  )
const INSPECT = every({
  showHidden: [true, false],
  getters: [true, false, 'get', 'set'],
  showProxy: [true, false],
  depth: [0, 2, Infinity],
  customInspect: [true, false],
})
/** All three options together show the value of every accessor; no class can prevent that. */
const shownAll = ({ showHidden, getters, customInspect }) =>
  showHidden && !customInspect && (getters === true || getters === 'set')

for (const [what, holder] of Object.entries(holders())) {
  test(`${what}: util.inspect`, () => {
    for (const options of INSPECT.filter((options) => !shownAll(options))) {
      for (const value of [holder, [holder], { holder }, new Map([[holder, holder]]), new Proxy({ holder }, {})]) {
        clean(util.inspect(value, options), JSON.stringify(options))
      }
    }
    assert.ok(util.inspect(holder).includes(ACCOUNT_SID))
    assert.match(util.inspect(holder), /^(AccessToken|Issuer) /)
  })

  test(`${what}: the console`, () => {
    let printed = ''
    const stream = new Writable({ write: (chunk, _, done) => done((printed += chunk) && null) })
    const console = new Console({ stdout: stream, stderr: stream })
    for (const method of ['log', 'error', 'info', 'debug', 'warn', 'dir', 'table', 'trace', 'dirxml'])
      console[method](holder)
    console.log('%s %o %O %j %i %c', holder, holder, holder, holder, holder, holder)
    console.dir(holder, { showHidden: true, depth: null })
    assert.ok(printed.includes(ACCOUNT_SID))
    clean(printed, 'console')
  })

  test(`${what}: as text and as JSON`, () => {
    clean(JSON.stringify(holder), 'JSON')
    clean(JSON.stringify({ holder }, null, 2), 'JSON')
    clean(`${holder}`, 'String')
    clean(String(holder.toLocaleString()), 'toLocaleString')
    clean(util.format(holder), 'format')
    assert.equal(JSON.parse(JSON.stringify(holder)).accountSid, ACCOUNT_SID)
  })

  test(`${what}: its properties, those of its prototypes, and copies`, () => {
    const names = new Set()
    for (let object = holder; object !== null; object = Object.getPrototypeOf(object)) {
      for (const name of Reflect.ownKeys(object)) if (object !== Object.prototype) names.add(name)
    }
    names.delete('secret')
    for (const name of names) clean(util.inspect(holder[name], { showHidden: true }), String(name))
    for (const list of [Object.keys, Object.getOwnPropertyNames, Object.getOwnPropertySymbols, Reflect.ownKeys]) {
      assert.ok(!list(holder).includes('secret'), list.name)
    }
    const inherited = []
    for (const name in holder) inherited.push(name, holder[name])
    assert.ok(!inherited.includes('secret'))
    const copies = [Object.values(holder), Object.entries(holder), { ...holder }, Object.assign({}, holder), inherited]
    for (const copy of [...copies, Object.getOwnPropertyDescriptors(holder), structuredClone(holder)]) {
      clean(util.inspect(copy, { depth: Infinity, showHidden: true }), 'a copy')
    }
    assert.equal(structuredClone(holder).secret, undefined)
    clean(v8.serialize(holder).toString('latin1'), 'v8.serialize')
    clean(v8.serialize(holder).toString('utf16le'), 'v8.serialize')
  })
}

test('the secret is where it was put', () => {
  const token = new AccessToken(ACCOUNT_SID, KEY_SID, CANARY)
  assert.equal(token.secret, CANARY)
  assert.ok('secret' in token)
  token.secret = 'fake-other'
  assert.equal(token.secret, 'fake-other')
  const bytes = Buffer.from(CANARY)
  assert.equal(new AccessToken(ACCOUNT_SID, KEY_SID, bytes).secret, bytes)
  assert.equal(issuerWith({ secret: CANARY }).secret, undefined)
})

test('a token that refers to itself is printed as the cycle that it is', () => {
  const token = new AccessToken(ACCOUNT_SID, KEY_SID, CANARY, { identity: 'alice' })
  token.context = { token }
  const printed = util.inspect(token, { depth: Infinity })
  clean(printed, 'util.inspect')
  assert.ok(printed.length < 5000, `${printed.length} characters`)
})

test('errors do not tell', () => {
  const keys = [
    '-----BEGIN PRIVATE KEY-----\n',
    'ssh-ed25519 ',
    '---- BEGIN SSH2 PUBLIC KEY ----\n',
    '{"kty":"oct","k":"',
  ]
  const wrong = [
    ...keys.map((key) => key + CANARY),
    `${CANARY}\ud800`,
    [CANARY],
    { secret: CANARY },
    () => CANARY,
    Symbol(CANARY),
  ]
  const sign = (fields) => Object.assign(new AccessToken(ACCOUNT_SID, KEY_SID, CANARY), fields).toJwt()
  const mistakes = [
    ...wrong.flatMap((secret) => [() => sign({ secret }), () => issuerWith({ secret })]),
    () => new AccessToken('', KEY_SID, CANARY),
    () => new AccessToken(ACCOUNT_SID, KEY_SID, CANARY, {}),
    () => new AccessToken(ACCOUNT_SID, KEY_SID, CANARY, { nonsense: 1 }),
    ...['ttl', 'nbf', 'identity', 'region', 'jti', 'validUntil', 'accountSid', 'keySid', 'grants'].map(
      (field) => () => sign({ [field]: [0.5] }),
    ),
    () => sign({ grants: [{ key: 'identity', toPayload: () => ({ CANARY }) }] }),
    () => issuerWith({ secret: 'canary' }),
    () => issuerWith({ secret: CANARY, accountSid: 'AC123' }),
    () => issuerWith({ secret: CANARY, ttl: 0 }),
    () => issuerWith({ secret: CANARY, nonsense: 1 }),
    () => issuerWith({ secret: CANARY }).mint(''),
  ]
  for (const mistake of mistakes) {
    const error = thrownBy(mistake)
    assert.ok(error.code, error.stack)
    for (const text of [error.message, JSON.stringify(error), ...Object.values(error)]) clean(text, 'an error')
    clean(error.stack, 'a stack')
    clean(util.inspect(error, { showHidden: true, depth: Infinity }), 'an error')
  }
})

test('neither does a promise, or the environment', async () => {
  const issuer = issuerWith({ secret: CANARY })
  const error = await issuer.mintMany(['alice', '']).catch((error) => error)
  clean(util.inspect(error, { showHidden: true }), 'an error')
  const names = { TWILIO_ACCOUNT_SID: 'wrong', TWILIO_API_KEY: KEY_SID, TWILIO_API_SECRET: CANARY }
  Object.assign(process.env, names)
  try {
    const error = thrownBy(() => Issuer.fromEnv({ grants: [new VideoGrant()] }))
    assert.equal(error.code, 'malformed_sid')
    clean(util.inspect(error, { showHidden: true }), 'an error')
  } finally {
    for (const name of Object.keys(names)) delete process.env[name]
  }
})

test('a secret of bytes gives the token of the same secret as a string', async () => {
  const sign = (secret) => {
    const token = new AccessToken(ACCOUNT_SID, KEY_SID, secret, { identity: 'alice' })
    return token.toJwt('HS256', { now: NOW })
  }
  for (const secret of [CANARY, 'fake-é-愛-😀-0123456789-0123456789', `fake-\0-${'x'.repeat(300)}`]) {
    const bytes = new TextEncoder().encode(secret)
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
    shared.set(bytes)
    const view = Buffer.concat([Buffer.from('xx'), bytes, Buffer.from('yy')]).subarray(2, 2 + bytes.length)
    const mint = (secret) => issuerWith({ secret }).mint('alice', { now: NOW })
    for (const form of [bytes, Buffer.from(bytes), shared, view]) {
      assert.equal(sign(form), sign(secret))
      assert.equal(mint(form), mint(secret))
    }
    await verified(mint(bytes), secret)
    bytes.fill(0)
    await verified(mint(secret), secret)
  }
  // Bytes that are no UTF-8 are a secret too.
  const random = Uint8Array.from({ length: 64 }, (_, index) => 255 - index)
  assert.notEqual(sign(random), sign(random.slice(1)))
})

test('an issuer keeps its secret, whatever becomes of the bytes', () => {
  const bytes = Buffer.from(CANARY)
  const issuer = issuerWith({ secret: bytes })
  const token = issuer.mint('alice', { now: NOW })
  bytes.fill(0)
  assert.equal(issuer.mint('alice', { now: NOW }), token)
})
