// One mistake for each error code: its class, field and words, and a stack trace that leads to who made it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import {
  AccessToken,
  GrantmintError,
  InputError,
  Issuer,
  inspect,
  PlaybackGrant,
  SyncGrant,
  Verifier,
  VideoGrant,
  VoiceGrant,
} from 'grantmint'
import twilio from 'twilio'
import { CREDENTIALS, issuerWith, KEY_SID, NOW } from './credentials.mjs'
import { refused, rejected, thrownBy } from './refused.mjs'

const HERE = import.meta.url
/** These tests, of which some call through a function of another file. */
const TESTS = new URL('.', HERE).href

const make = (options) => new AccessToken(...CREDENTIALS, { identity: 'alice', ...options })
const sign = (options, ...grants) => {
  const token = make(options)
  for (const grant of grants) token.addGrant(grant)
  return token.toJwt('HS256', { now: NOW })
}
const custom = (key, payload = {}) => ({ key, toPayload: () => payload })
const nested = (levels) => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

/** Code → how to make the mistake, the field, the message. */
const MISTAKES = {
  required: [() => new AccessToken('', 'SK123', 'fake'), 'accountSid', 'accountSid is required'],
  wrong_type: [() => sign({ region: {} }), 'region', 'region must be a string, not an object'],
  not_whole: [() => sign({ ttl: 1.5 }), 'ttl', 'ttl must be a whole number of seconds, not 1.5'],
  out_of_range: [() => sign({ ttl: 86_401 }), 'ttl', 'ttl must be from 1 to 86400, not 86401'],
  not_before_expiry: [
    () => sign({ nbf: NOW + 60, ttl: 60 }),
    'nbf',
    'nbf must be before the expiry (1700000060 is not before 1700000060)',
  ],
  lone_surrogate: [
    () => sign({ jti: '\ud800' }),
    'jti',
    'jti is not well-formed Unicode: it contains a lone surrogate',
  ],
  unsupported_algorithm: [
    () => make().toJwt('none'),
    'algorithm',
    'Algorithm not supported. Allowed values are HS256, HS384, HS512',
  ],
  unknown_option: [
    () => new SyncGrant({ servicesid: 'IS123' }),
    'servicesid',
    'unknown option "servicesid"; did you mean serviceSid? expected one of: serviceSid, endpointId',
  ],
  secret_is_key: [
    () => new AccessToken('AC123', 'SK123', '-----BEGIN PUBLIC KEY-----\nfake', { identity: 'alice' }).toJwt(),
    'secret',
    'secret is a PEM key, not the secret of a Twilio API key',
  ],
  secret_too_short: [
    () => issuerWith({ secret: 'fake-secret' }),
    'secret',
    'secret must be at least 32 bytes long, not 11',
  ],
  malformed_sid: [
    () => issuerWith({ keySid: 'SK123' }),
    'keySid',
    'keySid must be SK followed by 32 hexadecimal digits, not a SID with fewer digits',
  ],
  no_grants: [() => issuerWith({ grants: [] }).mint('alice'), 'grants', 'at least one grant is required'],
  not_a_grant: [
    () => make().addGrant('video'),
    'grants',
    'a grant must be an object with a string `key` and a method `toPayload`',
  ],
  reserved_grant_key: [() => sign({}, custom('identity')), 'key', 'a grant\'s key must not be "identity"'],
  needs_field: [
    () => sign({}, new VoiceGrant({ outgoingApplicationParams: { a: 1 } })),
    'outgoingApplicationParams',
    'VoiceGrant.outgoingApplicationParams needs outgoingApplicationSid',
  ],
  not_json: [
    () => sign({}, new PlaybackGrant({ grant: { a: 1n } })),
    'grant',
    'PlaybackGrant.grant contains a BigInt, which JSON cannot represent',
  ],
  too_deep: [
    () => sign({}, new PlaybackGrant({ grant: { a: nested(200) } })),
    'grant',
    'PlaybackGrant.grant is nested deeper than 128 levels',
  ],
  lossy_integer: [
    () => sign({ identity: 2 ** 53 }),
    'identity',
    'identity contains the integer 9007199254740992, which loses precision in JSON',
  ],
  missing_variable: [
    () => withEnvironment({}, () => Issuer.fromEnv()),
    undefined,
    'the environment variables TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET are not set',
  ],
  secret_is_zeros: [() => new Verifier({ secret: Buffer.alloc(32) }), 'secret', 'secret consists of zero bytes'],
  conflict: [() => new Verifier({ keys: {}, secret: 'fake-secret' }), 'keys', 'keys and secret exclude each other'],
}

for (const [code, [mistake, field, message]] of Object.entries(MISTAKES)) {
  test(`${code}: class, field and message`, () => {
    const error = refused(mistake, code, field, message)
    assert.equal(Object.hasOwn(error, 'field'), field !== undefined)
    assert.equal('index' in error, false)
  })

  test(`${code}: the stack trace starts in the caller's file`, () => {
    assert.ok(firstFrame(thrownBy(mistake)).includes(TESTS), thrownBy(mistake).stack)
  })
}

// The vectors have the codes of an issuer's stricter rules.
const VECTORS = JSON.parse(readFileSync(new URL('../vectors/errors.json', HERE), 'utf8'))
const KNOWN = new Set([...Object.keys(MISTAKES), ...VECTORS.cases.map(({ error }) => error.code)])

test('every documented code has a mistake', () => {
  const page = readFileSync(new URL('../../docs/errors.md', HERE), 'utf8')
  const section = page.split('\n## `InputError`')[1].split('\n## ')[0]
  const codes = [...section.matchAll(/^\| `([a-z_]+)`/gm)].map(([, code]) => code)
  // A caller cannot cause a bug of grantmint on purpose. The test of the WebAssembly engine stops the clock.
  assert.deepEqual([...KNOWN, 'internal', 'no_clock'].sort(), codes.sort())
})

test('every code is in the documentation of InputError', () => {
  const types = readFileSync(new URL('../../node/index.d.ts', HERE), 'utf8')
  for (const code of KNOWN) assert.ok(types.includes(`\`${code}\``), code)
})

test('the classes of errors', () => {
  assert.ok(InputError.prototype instanceof GrantmintError)
  assert.ok(GrantmintError.prototype instanceof Error)
  const error = thrownBy(() => make({ ttl: 0 }).toJwt())
  assert.equal(String(error), 'InputError: ttl must be from 1 to 86400, not 0')
  assert.match(error.stack, /^InputError: ttl must be from 1 to 86400, not 0\n {4}at /)
  assert.deepEqual({ ...error }, { code: 'out_of_range', field: 'ttl' })
  assert.equal(error.cause, undefined)
})

test('a stack trace starts where a constructor, a subclass or a callback was called', () => {
  class Mine extends AccessToken {
    addGrant(grant) {
      return super.addGrant(grant)
    }

    toJwt() {
      return super.toJwt('HS256')
    }
  }
  const mine = new Mine(...CREDENTIALS)
  mine.ttl = 0
  const mistakes = [
    () => new AccessToken(),
    () => new Mine(),
    () => new AccessToken(...CREDENTIALS, { identiy: 'alice' }),
    () => new Issuer(),
    () => new Issuer({ accountSId: '' }),
    () => issuerWith({ secret: '' }),
    () => Issuer.fromEnv({ secret: 'fake' }),
    () => withEnvironment({ TWILIO_ACCOUNT_SID: 'AC123' }, () => Issuer.fromEnv()),
    () => mine.addGrant(1),
    () => mine.toJwt(),
    () => new SyncGrant({ serviceSid: 1 }).toPayload(),
    () => issuerWith().mint(''),
    () => issuerWith().mint('alice', { ttl: 0 }),
    () => ['alice', ''].map((identity) => issuerWith().mint(identity)),
  ]
  for (const mistake of mistakes) {
    const error = thrownBy(mistake)
    assert.ok(error instanceof InputError, error.stack)
    assert.ok(firstFrame(error).includes(TESTS), error.stack)
  }
})

test('a stack trace of fromEnv starts where it was called, whatever is wrong', () => {
  const malformed = { TWILIO_ACCOUNT_SID: 'AC123', TWILIO_API_KEY: KEY_SID, TWILIO_API_SECRET: 'fake-secret' }
  const error = thrownBy(() => withEnvironment(malformed, () => Issuer.fromEnv()))
  assert.equal(error.code, 'malformed_sid')
  assert.ok(firstFrame(error).includes(TESTS), error.stack)
})

test('a promise of mintMany rejects, and the stack trace starts at who awaits it', async () => {
  const later = async (identities, options) => await issuerWith().mintMany(identities, options)
  const mistakes = [['alice'], ['alice', { ttl: 0 }], [[''], {}], [['alice'], { ttl: 0 }], [['alice'], { jti: 'x' }]]
  for (const mistake of mistakes) {
    const error = await later(...mistake).catch((error) => error)
    assert.ok(error instanceof InputError)
    assert.ok(firstFrame(error).includes(TESTS), error.stack)
  }
})

test('an error of a list says where in it', async () => {
  const error = await rejected(
    issuerWith().mintMany(['alice', 'bob', '']),
    'required',
    'identity',
    'identities[2]: identity is required (it was empty)',
  )
  assert.equal(error.index, 2)
})

test('the official words for the same mistake', () => {
  const official = twilio.jwt.AccessToken
  const options = { identity: 'alice' }
  const mistakes = {
    'no account': (Class) => new Class(),
    'an empty account': (Class) => new Class('', 'SK123', 'fake', options),
    'no key': (Class) => new Class('AC123', undefined, 'fake', options),
    'no secret': (Class) => new Class('AC123', 'SK123', null, options),
    'an empty secret': (Class) => new Class('AC123', 'SK123', '', options),
    'options without an identity': (Class) => new Class('AC123', 'SK123', 'fake', {}),
    'an empty identity': (Class) => new Class('AC123', 'SK123', 'fake', { identity: '' }),
    'options that are null': (Class) => new Class('AC123', 'SK123', 'fake', null),
    'a lifetime, but no identity': (Class) => new Class('AC123', 'SK123', 'fake', { ttl: 60 }),
    'another algorithm': (Class) => new Class('AC123', 'SK123', 'fake', options).toJwt('RS256'),
    'no algorithm at all': (Class) => new Class('AC123', 'SK123', 'fake', options).toJwt('none'),
  }
  for (const [what, mistake] of Object.entries(mistakes)) {
    assert.equal(thrownBy(() => mistake(AccessToken)).message, thrownBy(() => mistake(official)).message, what)
  }
})

test('unknown options are refused, in every constructor and method', () => {
  const classes = Object.entries(AccessToken).filter(([name]) => name.endsWith('Grant') && name !== 'Grant')
  assert.ok(classes.some(([name]) => name === 'SyncGrant'))
  for (const [name, Class] of classes) {
    const error = refused(() => new Class({ nonsense: undefined }), 'unknown_option', 'nonsense')
    const known = Object.keys(new Class()).filter((field) => field !== 'key')
    assert.equal(error.message, `unknown option "nonsense"; expected one of: ${known.join(', ')}`, name)
  }
  refused(() => make({ expires: NOW }), 'unknown_option', 'expires')
  refused(() => make().toJwt('HS256', { NOW }), 'unknown_option', 'NOW')
  refused(() => issuerWith({ accountSID: '' }), 'unknown_option', 'accountSID')
  refused(() => Issuer.fromEnv({ accountSid: '' }), 'unknown_option', 'accountSid')
  refused(() => issuerWith().mint('alice', { validUntil: NOW }), 'unknown_option', 'validUntil')
  refused(() => new VideoGrant(Object.create({ inherited: 1 })), 'unknown_option', 'inherited')
})

test('an unknown option is named as it was spelt', () => {
  const words = 'unknown option "service_sid"; did you mean serviceSid? expected one of: serviceSid, endpointId'
  refused(() => new SyncGrant({ service_sid: 'IS123' }), 'unknown_option', 'service_sid', words)
  for (const [call, option, meant] of [
    [(options) => make(options), 'valid_until', 'validUntil'],
    [(options) => make(options), 'identiy', 'identity'],
    [(options) => new VideoGrant(options), 'rooom', 'room'],
    [(options) => new VoiceGrant(options), 'incoming_allow', 'incomingAllow'],
    [(options) => issuerWith(options), 'Region', 'region'],
    [(options) => Issuer.fromEnv(options), 'algoritm', 'algorithm'],
    [(options) => issuerWith().mint('alice', options), 'grant', 'grants'],
    [(options) => issuerWith().issue('alice', options), 'TTL', 'ttl'],
    [(options) => new Verifier({ secret: 'fake-secret', ...options }), 'account_sid', 'accountSid'],
    [(options) => new Verifier({ secret: 'fake-secret', ...options }), 'key', 'keys'],
    [(options) => new Verifier({ secret: 'fake-secret' }).verify('x', options), 'NOW', 'now'],
    [(options) => inspect('x', options), 'secrets', 'secret'],
    [(options) => inspect('x', options), 'colour', undefined],
  ]) {
    const error = refused(() => call({ [option]: 1 }), 'unknown_option', option)
    const hint = meant ? `did you mean ${meant}? ` : ''
    assert.ok(error.message.startsWith(`unknown option "${option}"; ${hint}expected one of: `), error.message)
  }
})

test('options that are no object', () => {
  const named = { true: 'a boolean', 5: 'a number', text: 'a string', '() => 1': 'a function' }
  for (const options of [true, 5, 'text', () => 1]) {
    const message = `options must be an object, not ${named[String(options)]}`
    const hinted = (hint) => (typeof options === 'string' ? `${message} (${hint})` : message)
    for (const Class of [SyncGrant, VoiceGrant]) {
      refused(() => new Class(options), 'wrong_type', 'options', message)
    }
    const credentials = hinted('expected { accountSid, keySid, secret }')
    refused(() => new Issuer(options), 'wrong_type', 'options', credentials)
    const identity = hinted('an identity is the option identity')
    refused(() => new AccessToken(...CREDENTIALS, options), 'wrong_type', 'options', identity)
    const secret = hinted('a secret is the option secret')
    refused(() => new Verifier(options), 'wrong_type', 'options', secret)
    refused(() => inspect('a token', options), 'wrong_type', 'options', secret)
    refused(() => make().toJwt('HS256', options), 'wrong_type', 'options', message)
    refused(() => issuerWith().mint('alice', options), 'wrong_type', 'options', message)
  }
})

/** Runs with these TWILIO_ variables and no others. */
function withEnvironment(variables, run) {
  const before = { ...process.env }
  for (const name of Object.keys(process.env)) if (name.startsWith('TWILIO_')) delete process.env[name]
  Object.assign(process.env, variables)
  try {
    return run()
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name]
    Object.assign(process.env, before)
  }
}

function firstFrame(error) {
  return error.stack.split('\n').find((line) => line.startsWith('    at ')) ?? ''
}
