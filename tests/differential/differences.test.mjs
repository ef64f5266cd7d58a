// Every row of docs/differences.md about Node: the behaviour of twilio-node, and of grantmint.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { inspect } from 'node:util'
import { AccessToken } from 'grantmint'
import twilio from 'twilio'
import { ours, theirs } from './against_official.mjs'

const NOW = 1_700_000_000
const SECRET = 'fake-secret-0123456789-abcdefghi'
const OTHER_SECRET = 'fake-other-secret-0123456789-abcdef'

/** Returns the result: the text of the claims, or the error. */
function outcome(make, AccessToken, sign) {
  try {
    const made = make(AccessToken)
    if (typeof made === 'string') return made
    const [header, claims] = sign(made, made.algorithm, NOW).split('.', 2)
    return made.showHeader ? Buffer.from(header, 'base64url').toString() : Buffer.from(claims, 'base64url').toString()
  } catch (error) {
    return `throws ${error.code ?? ''}: ${error.message}`
  }
}

const create = (AccessToken, options = { identity: 'alice' }, secret = SECRET) =>
  new AccessToken('AC1', 'SK1', secret, options)
/** A token with properties that were set later. */
const later = (properties) => (AccessToken) => Object.assign(create(AccessToken), properties)
const granting = (grant) => (AccessToken) => {
  const token = create(AccessToken)
  token.addGrant(typeof grant === 'function' ? grant(AccessToken) : grant)
  return token
}
const custom = (key, payload) => ({ key, toPayload: () => payload })
const playback = (grant) => granting((AccessToken) => new AccessToken.PlaybackGrant({ grant }))
const voice = (options) => granting((AccessToken) => new AccessToken.VoiceGrant(options))
const nested = (levels) => JSON.parse('{"d":'.repeat(levels) + '1' + '}'.repeat(levels))

/** Mints a token under another clock. */
function inTheYear2033(AccessToken) {
  const { now } = Date
  Date.now = () => 2_000_000_000_000
  try {
    const [, claims] = create(AccessToken).toJwt().split('.')
    return `iat ${JSON.parse(Buffer.from(claims, 'base64url')).iat}`
  } finally {
    Date.now = now
  }
}

/** Names the secret that signs a token. */
function signatureOf(token) {
  const [header, payload, signature] = token.toJwt().split('.')
  const signs = (secret) =>
    createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url') === signature
  return `signed with ${signs(SECRET) ? 'the first' : signs(OTHER_SECRET) ? 'the other' : 'neither'}`
}

const ALICE = /"grants":\{"identity":"alice"\},/

/** By the row's first cell: the program, and its result with twilio-node and with grantmint. */
const ROWS = {
  '`iat`': [[create, /"iat":1700000000/, /"iat":1700000000/]],
  'default `nbf`': [[create, /^(?!.*"nbf")/, /^(?!.*"nbf")/]],
  identity: [
    [(AccessToken) => new AccessToken('AC1', 'SK1', SECRET), /^throws : identity is required/, /"grants":\{\}/],
  ],
  'options given without an identity (Node)': [
    [
      (AccessToken) => create(AccessToken, {}),
      /^throws : identity is required to be specified in options$/,
      /^throws required: identity is required to be specified in options$/,
    ],
  ],
  'integer identity': [[later({ identity: -7 }), /"identity":"-7"/, /"identity":"-7"/]],
  'integer identity 0': [
    [(AccessToken) => create(AccessToken, { identity: 0 }), /^throws : identity is required/, /"identity":"0"/],
    [later({ identity: 0 }), /"identity":"0"/, /"identity":"0"/],
  ],
  'integer identity beyond 2^53': [
    [later({ identity: 2 ** 60 }), /"identity":"1152921504606847000"/, /^throws lossy_integer/],
  ],
  'empty identity set later': [[later({ identity: '' }), /"identity":""/, /"grants":\{\}/]],
  'lifetime over 24 hours, TTL 0 or negative': [
    [later({ ttl: 86_401 }), /"exp":1700086401/, /^throws out_of_range/],
    [(AccessToken) => create(AccessToken, { identity: 'alice', ttl: 0 }), /"exp":1700003600/, /^throws out_of_range/],
    [later({ ttl: 0 }), /"exp":1700000000/, /^throws out_of_range/],
    [later({ ttl: -5 }), /"exp":1699999995/, /^throws out_of_range/],
  ],
  '`nbf` not before the expiry': [[later({ nbf: NOW + 3600 }), /"nbf":1700003600/, /^throws not_before_expiry/]],
  'times that are negative or not whole': [
    [later({ nbf: -1 }), /"nbf":-1/, /^throws out_of_range/],
    [later({ nbf: 1.5 }), /"nbf":1.5/, /^throws not_whole/],
    [later({ nbf: NaN }), /"nbf":null/, /^throws not_whole/],
    [later({ ttl: 1.5 }), /^throws : "expiresIn" should be/, /^throws not_whole/],
  ],
  'TTL set to nothing later': [undefined, null, ''].map((ttl) => [
    later({ ttl }),
    /^throws : "expiresIn" should be/,
    /"exp":1700003600/,
  ]),
  'wrong types': [
    [later({ identity: {} }), /"grants":\{\}/, /^throws wrong_type/],
    [later({ identity: 1.5 }), /"grants":\{\}/, /^throws wrong_type/],
    [later({ region: {} }), ALICE, /^throws wrong_type/],
    [later({ nbf: '5' }), /^(?!.*"nbf")/, /^throws wrong_type/],
    [later({ grants: new Set() }), ALICE, /^throws wrong_type/],
    [voice({ incomingAllow: 'true' }), /"voice":\{\}/, /^throws wrong_type/],
    [voice({ outgoingApplicationSid: 'AP1', outgoingApplicationParams: 'x' }), /"params":"x"/, /^throws wrong_type/],
    [granting((AccessToken) => new AccessToken.VideoGrant({ room: 5 })), /"room":5/, /^throws wrong_type/],
    [granting((AccessToken) => new AccessToken.VideoGrant({ room: 0 })), /"video":\{\}/, /^throws wrong_type/],
    [playback([1]), /"player":\[1\]/, /^throws wrong_type/],
    [playback(new Date(0)), /"player":"1970/, /^throws wrong_type/],
    [granting(custom('fleet', [1])), /"fleet":\[1\]/, /^throws wrong_type/],
    [granting(custom('fleet', undefined)), ALICE, /^throws wrong_type/],
    [granting(custom('fleet', Promise.resolve({}))), /"fleet":\{\}/, /^throws wrong_type/],
    [granting(custom(5, {})), /"5":\{\}/, /^throws wrong_type/],
  ],
  'TTL as a string (Node)': [
    [later({ ttl: '3600' }), /"exp":1700000003/, /^throws wrong_type/],
    [later({ ttl: '1h' }), /"exp":1700003600/, /^throws wrong_type/],
  ],
  'a credential emptied later': [
    [later({ keySid: '' }), /"iss":""/, /^throws required: keySid/],
    [later({ accountSid: undefined }), /^throws : "subject" must be a string/, /^throws required: accountSid/],
    [later({ secret: '' }), /^throws : secretOrPrivateKey must have a value/, /^throws required: secret/],
  ],
  'another algorithm than HS256, HS384 and HS512': [
    [
      later({ algorithm: 'none' }),
      /^throws : Algorithm not supported/,
      /^throws unsupported_algorithm: Algorithm not supported/,
    ],
  ],
  '`addGrant` of a value that is not a grant (Node)': [
    [granting({ key: 'video' }), /^throws : grant.toPayload is not a function/, /^throws not_a_grant/],
  ],
  '`PlaybackGrant` without a grant': [[playback(undefined), /"player":\{\}/, /"player":\{\}/]],
  'parameters without an application SID': [
    [voice({ outgoingApplicationParams: { a: 1 } }), /"voice":\{\}/, /^throws needs_field/],
  ],
  'empty parameters, `{}`': [
    [voice({ outgoingApplicationSid: 'AP1', outgoingApplicationParams: {} }), /"params":\{\}/, /"params":\{\}/],
  ],
  'region with letters beyond ASCII': [
    [later({ region: 'é', showHeader: true }), /"twr":"\ufffd"/, /"twr":"é"/],
    // `Ģ` loses its upper byte and becomes a quotation mark.
    [
      later({ region: 'x\u0122,\u0122alg\u0122:\u0122none', showHeader: true }),
      /"twr":"x","alg":"none"/,
      /"twr":"x\u0122,/,
    ],
  ],
  'a lone surrogate in a string': [
    [later({ identity: 'a\ud800' }), /"identity":"a\\ud800"/, /^throws lone_surrogate/],
    [later({ secret: 'fake\ud800' }), ALICE, /^throws lone_surrogate/],
    [playback({ text: '\udfff' }), /"text":"\\udfff"/, /^throws lone_surrogate/],
  ],
  'custom grant named `identity`': [
    [granting(custom('identity', { a: 1 })), /"identity":\{"a":1\}/, /^throws reserved_grant_key/],
  ],
  'custom grant whose name looks like an integer': [
    [granting(custom('7', {})), /"grants":\{"7":\{\},"identity":"alice"\}/, /"grants":\{"identity":"alice","7":\{\}\}/],
  ],
  'custom grant named `__proto__`': [[granting(custom('__proto__', { a: 1 })), ALICE, /"__proto__":\{"a":1\}/]],
  'custom grant with an empty name': [[granting(custom('', {})), /"":\{\}/, /^throws required: key/]],
  'a promise as a free-form object (Node)': [
    [
      playback(Promise.resolve({ playbackUrl: 'https://example.com' })),
      /"player":\{\}/,
      /^throws wrong_type: PlaybackGrant.grant must be an object, not a promise$/,
    ],
  ],
  '`toJSON` of a free-form object itself (Node)': [
    [playback({ toJSON: (name) => ({ name }) }), /"player":\{"name":"player"\}/, /"player":\{"name":""\}/],
  ],
  'free-form objects by which the claims are nested deeper than 128 levels': [
    [playback(nested(126)), /"d":1\}/, /"d":1\}/],
    [playback(nested(127)), /"d":1\}/, /^throws too_deep/],
  ],
  'integers in free-form objects that a double cannot hold': [
    [playback({ n: 9007199254740993 }), /"n":9007199254740992/, /"n":9007199254740992/],
  ],
  'NaN and infinities in free-form objects': [
    [playback({ n: [NaN, -Infinity] }), /"n":\[null,null\]/, /"n":\[null,null\]/],
  ],
  'a secret of nothing but zero bytes': [
    [(AccessToken) => create(AccessToken, { identity: 'alice' }, '\0'.repeat(32)), ALICE, /^throws secret_is_zeros/],
  ],
  'a secret that is the text of a PEM, JWK or OpenSSH key': [
    '-----BEGIN PUBLIC KEY-----\nfake',
    '{"kty":"oct","k":"fake"}',
    'ssh-ed25519 fake',
  ].map((secret) => [later({ secret }), ALICE, /^throws secret_is_key/]),
  'a secret of no bytes (Node)': [[later({ secret: new Uint8Array(0) }), ALICE, /^throws required: secret/]],
  'unknown options (a misspelled `servicesid`)': [
    [
      granting((AccessToken) => new AccessToken.SyncGrant({ servicesid: 'IS1' })),
      /"data_sync":\{\}/,
      /^throws unknown_option/,
    ],
    [
      (AccessToken) => create(AccessToken, { identity: 'alice', TTL: 60 }),
      /"exp":1700003600/,
      /^throws unknown_option/,
    ],
  ],
  'a misspelled field set later, such as `service_sid` (Node)': [
    [
      granting((AccessToken) => Object.assign(new AccessToken.SyncGrant(), { service_sid: 'IS1' })),
      /"data_sync":\{\}/,
      /^throws unknown_option: .*service_sid/,
    ],
    [later({ identitty: 'bob' }), ALICE, /^throws unknown_option: .*identitty/],
  ],
  'the secret of a token (Node)': [
    [
      (AccessToken) =>
        signatureOf(
          create(
            class extends AccessToken {
              get secret() {
                return OTHER_SECRET
              }
            },
          ),
        ),
      /^throws : Cannot set property secret of .* which has only a getter$/,
      /^signed with the other$/,
    ],
    [
      (AccessToken) => {
        const token = create(AccessToken)
        const { prototype } = AccessToken
        const original = Object.getOwnPropertyDescriptor(prototype, 'secret')
        Object.defineProperty(prototype, 'secret', { get: () => OTHER_SECRET, configurable: true })
        try {
          return signatureOf(token)
        } finally {
          delete prototype.secret
          if (original) Object.defineProperty(prototype, 'secret', original)
        }
      },
      /^signed with the first$/,
      /^signed with the other$/,
    ],
  ],
  'a copy or a pickle of a token object': [
    [(AccessToken) => JSON.stringify({ ...create(AccessToken) }), /fake-secret/, /^(?!.*fake-secret)/s],
  ],
  'a clock that a test has replaced, `Date` or `time.time`': [
    [inTheYear2033, /^iat 2000000000$/, /^iat (?!2000000000)/],
  ],
  'printing a token object': [[(AccessToken) => inspect(create(AccessToken)), /fake-secret/, /^(?!.*fake-secret)/s]],
}

// A row for each grant that twilio-node lacks.
for (const name of Object.keys(AccessToken).filter((name) => /.Grant$/.test(name))) {
  if (name in twilio.jwt.AccessToken) continue
  const key = new AccessToken[name]().key
  const program = granting((AccessToken) => new AccessToken[name]())
  ROWS[`\`${name}\``] = [[program, /^throws : .*is not a constructor$/, new RegExp(`"${key}":\\{\\}`)]]
}

for (const [title, examples] of Object.entries(ROWS)) {
  test(title.replaceAll('`', ''), () => {
    for (const [make, official, grantmint] of examples) {
      assert.match(
        theirs(NOW * 1000, (...library) => outcome(make, ...library)),
        official,
      )
      assert.match(
        ours((...library) => outcome(make, ...library)),
        grantmint,
      )
    }
  })
}

test('each row that says something of twilio-node is here, and no other', () => {
  const lines = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8').split('\n')
  const rows = lines.filter((line) => line.startsWith('| ')).map((line) => line.split('|').map((cell) => cell.trim()))
  const documented = rows
    .slice(1)
    .filter(([, , node]) => node !== '')
    .map(([, title]) => title)
  const lacking = Object.keys(ROWS).filter((title) => !documented.includes(title))
  assert.deepEqual(lacking, [], 'docs/differences.md lacks these rows')
  assert.deepEqual(documented.sort(), Object.keys(ROWS).sort(), 'docs/differences.md has rows without a test')
})
