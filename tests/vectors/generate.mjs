// Mints the tokens that every language must reproduce byte for byte, with the official library under a frozen clock.
//
//   node tests/vectors/generate.mjs           writes tokens.json
//   node tests/vectors/generate.mjs --check   fails if tokens.json is stale
//
// README.md beside this file describes the format and says which cases twilio-node itself cannot mint.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import jsonwebtoken from 'jsonwebtoken'
import twilio from 'twilio'

import { about, ascii, writeOrCheck } from './generated.mjs'

const { AccessToken } = twilio.jwt
const GENERATOR = 'generate.mjs'

const NOW = 1700000000
const fakeSid = (prefix, digits) => prefix + digits.repeat(32 / digits.length)
const BASE = {
  now: NOW,
  account_sid: fakeSid('AC', 'a0'),
  key_sid: fakeSid('SK', 'b1'),
  secret: 'fake-secret-0123456789-abcdefghi',
  identity: 'alice',
}
const ALGORITHMS = ['HS256', 'HS384', 'HS512']

/** The order in which a case's members are written. */
const MEMBERS = [
  'title',
  'now',
  'account_sid',
  'key_sid',
  'secret',
  'algorithm',
  'identity',
  'ttl',
  'nbf',
  'valid_until',
  'region',
  'jti',
  'grants',
  'minted_by',
  'token',
]

/** Every typed grant with a sample value for each of its fields, in payload order. */
const GRANTS = {
  SyncGrant: { service_sid: fakeSid('IS', 'c2'), endpoint_id: 'phone:alice' },
  ChatGrant: {
    service_sid: fakeSid('IS', 'd3'),
    endpoint_id: 'HelloApp:alice:browser',
    deployment_role_sid: fakeSid('RL', 'e4'),
    push_credential_sid: fakeSid('CR', 'f5'),
  },
  VideoGrant: { room: 'daily' },
  VoiceGrant: {
    incoming_allow: true,
    outgoing_application_sid: fakeSid('AP', '06'),
    outgoing_application_params: { to: 'support', priority: 1 },
    push_credential_sid: fakeSid('CR', '17'),
    endpoint_id: 'desk',
  },
  TaskRouterGrant: { workspace_sid: fakeSid('WS', '28'), worker_sid: fakeSid('WK', '39'), role: 'worker' },
  PlaybackGrant: {
    grant: { requestCredentials: null, playbackUrl: 'https://playback.example/v1/stream.m3u8?a=1&b=2', ttl: 60 },
  },
}

/** The keys of the grants above that twilio-node lacks. The payload of such a grant is its fields that are not empty. */
const LACKED = {}

const typed = (name, fields = GRANTS[name]) => ({ [name]: fields })
const custom = (key, payload) => ({ custom: { key, payload } })
const SYNC = typed('SyncGrant', { service_sid: GRANTS.SyncGrant.service_sid })
const video = (room) => typed('VideoGrant', { room })
const voice = (outgoing_application_params) => {
  const { outgoing_application_sid } = GRANTS.VoiceGrant
  return typed('VoiceGrant', { outgoing_application_sid, outgoing_application_params })
}

const CONTROLS = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('')

/** Strings that a JSON writer or a UTF-16 to UTF-8 conversion gets wrong. Invisible characters are escaped here. */
const STRINGS = {
  'Latin-1': 'Zo\u00eb M\u00fc\u00dfner \u00ff',
  Cyrillic: 'Алиса Петрова',
  Han: '愛麗絲',
  'right-to-left': 'שלום مرحبا',
  emoji: '😀🎉',
  'a ZWJ sequence': '👩\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈',
  'combining marks': 'e\u0301 n\u0303 Z\u0351\u036b\u0343',
  'composed next to decomposed': '\u00e9 e\u0301 \u212b \u00c5',
  'quotes and slashes': '"double" \'single\' \\back\\ /slash/ </script>',
  'text that looks like escapes': '\\u0041 \\n %41 &amp; +',
  'all C0 controls': `<${CONTROLS}>`,
  'DEL and C1 controls': '<\u007f\u0080\u0085\u009f>',
  'line and paragraph separators': '<\u2028\u2029>',
  'a byte order mark first': '\ufeffbom',
  'noncharacters at the ends of planes': '<\ufffe\uffff\u{1ffff}\u{10ffff}>',
  'neighbours of the surrogates': '<\ud7ff\ue000\uffff\u{10000}>',
  'the replacement character': '<\ufffd>',
  'spaces around it': '  alice\u00a0\u3000 ',
  'reserved characters': "!*'();:@&=+$,/?%#[]",
}

/** Numbers at the turns of ECMAScript's number-to-string, among them the samples of RFC 8785, appendix B. */
const NUMBERS = {
  'small integers': [0, 1, -1, 7, 10, 100, -100, 1000000],
  'integers around 32 and 53 bits': [
    2147483647,
    2147483648,
    -2147483648,
    -2147483649,
    4294967295,
    4294967296,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
  ],
  fractions: [0.1, 0.5, 1.5, -1.5, 4.35, 123456789.123, 0.30000000000000004, 333333333.33333329, 1.0000000000000002],
  'down to the exponent form': [0.001, 0.000001, 0.000001234, 1e-7, -1e-7, 1.5e-7, 1.234e-10],
  'up to the exponent form': [
    1e16, 1e17, 1e20, -1e20, 999999999999999900000, 1e21, -1e21, 1.5e21, 1e22, 1e23, 1e300, 295147905179352830000,
    9.999999999999997e22,
  ],
  'the ends of the range': [
    5e-324, -5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308, -1.7976931348623157e308,
  ],
}

/** All JSON types, nested, with the key order that must survive. */
const NESTED = {
  z: 'last letter first',
  a: null,
  yes: true,
  no: false,
  list: [1, 'two', null, true, [], {}, [[['deep']]], { k: [{ k: {} }] }],
  object: { b: { a: { list: [{}, []] } }, '': 'an empty key', 'key with "quotes"': '\n', ключ: '值' },
  toJSON: 'a key, not a method',
  constructor: 'too',
  Z: 0.5,
}
const DEEP = Array.from({ length: 40 }).reduce((inner, _, level) => (level % 2 ? { d: inner } : [inner]), 'bottom')

const cases = []
function add(title, members = {}) {
  cases.push({ title, ...BASE, grants: [SYNC], ...members })
}

function grantFields() {
  for (const [name, sample] of Object.entries(GRANTS)) {
    const addGrant = (what, entries) => add(`${name}: ${what}`, { grants: [typed(name, Object.fromEntries(entries))] })
    const filled = Object.entries(sample)
    const nulls = filled.map(([field]) => [field, null])
    const blanks = filled.map(([field, value]) => [field, typeof value === 'string' ? '' : null])

    addGrant('no field', [])
    for (const [field, value] of filled) {
      if (field !== 'outgoing_application_params') addGrant(`${field} only`, [[field, value]]) // needs the SID
    }
    addGrant('all fields null', nulls)
    if (name !== 'PlaybackGrant') addGrant('all strings empty', blanks)
    if (filled.length > 1) {
      addGrant('all fields', filled)
      addGrant('all fields, given in reverse order', filled.toReversed())
      addGrant('all but the last field blank', [...blanks.slice(0, -1), filled.at(-1)])
    }
  }
  add('VoiceGrant: incoming_allow false', { grants: [typed('VoiceGrant', { incoming_allow: false })] })
  add('VoiceGrant: all fields, incoming_allow false', {
    grants: [typed('VoiceGrant', { ...GRANTS.VoiceGrant, incoming_allow: false })],
  })
}

function freeFormObjects() {
  const objects = {
    'an empty object': {},
    'an empty object and array inside': { object: {}, array: [] },
    'an empty key': { '': '' },
    'nested values of all types': NESTED,
    'forty levels': { d: DEEP },
    'keys that differ in normalization': { '\u00e9': 1, 'e\u0301': 2 },
  }
  for (const [what, object] of Object.entries(objects)) {
    add(`outgoing params: ${what}`, { grants: [voice(object)] })
    add(`playback grant: ${what}`, { grants: [typed('PlaybackGrant', { grant: object })] })
    add(`custom grant: ${what}`, { grants: [custom('my_product', object)] })
  }
  for (const [what, list] of Object.entries(NUMBERS)) add(`numbers: ${what}`, { grants: [voice({ list })] })
  const members = Object.values(NUMBERS)
    .flat()
    .map((number) => [`n${number}`, number])
  add('numbers: as members of a custom grant', { grants: [custom('numbers', Object.fromEntries(members))] })
  for (const key of ['my_product', 'Ключ 😀', 'with space', 'constructor', 'toString', 'grants', 'Identity']) {
    add(`custom grant: key ${key}`, { grants: [custom(key, { a: 1 })] })
  }
}

function strings() {
  for (const [what, text] of Object.entries(STRINGS)) {
    add(`string: ${what}, in identity, secret, room, params and custom grant`, {
      identity: text,
      secret: `fake-secret-0123456789-${text}`,
      grants: [video(text), voice({ [text]: text, list: [text] }), custom(text, { [text]: [text] })],
    })
    add(`string: ${what}, in region and jti`, { region: text, jti: text })
  }
  for (const region of ['ie1', 'au1', 'us1', 'a "quoted" \\ one']) add(`region: ${region}`, { region })
  add('region: all C0 controls, in a token without jti', { region: CONTROLS })
}

function identities() {
  for (const algorithm of ALGORITHMS) {
    for (let length = 1; length <= 12; length++) {
      add(`${algorithm}: identity, length ${length}`, { algorithm, identity: 'abcdefghijkl'.slice(0, length) })
    }
  }
  for (const length of [300, 4096]) {
    add(`identity: length ${length}`, { identity: 'x'.repeat(length) })
    add(`identity: ${length} emoji`, { identity: '😀'.repeat(length) })
  }
  for (const identity of [0, 1, 42, -7, 4294967296, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    add(`identity: the integer ${identity}`, { identity })
  }
  add('identity: a string of digits', { identity: '007' })
  add('identity: none', { identity: undefined })
  add('identity: none, and no grant', { identity: undefined, grants: [] })
}

function times() {
  for (const now of [0, 1, 999999999, NOW, 2147483648, 4102444800]) add(`now: ${now}`, { now })
  for (const ttl of [1, 60, 3599, 3600, 3601, 86400]) add(`ttl: ${ttl}`, { ttl })
  for (const nbf of [0, 1, NOW - 3600, NOW, NOW + 60, NOW + 3599]) add(`nbf: ${nbf}, now ${NOW}`, { nbf })
  add('nbf: now is zero too', { now: 0, nbf: 0 })
  for (const lifetime of [1, 60, 3600, 86400]) {
    add(`valid_until: ${lifetime} s from now`, { valid_until: NOW + lifetime })
  }
  add('valid_until: with nbf', { valid_until: NOW + 600, nbf: NOW - 10 })
  add('valid_until: now is zero', { now: 0, valid_until: 600 })
}

function options() {
  for (const jti of ['x', '7f0c5a52-8d5b-4f0e-9a7e-000000000000', 'a "quoted" \\ one']) add(`jti: ${jti}`, { jti })
  add('jti: with nbf, region and valid_until', { jti: 'id-1', nbf: NOW, region: 'ie1', valid_until: NOW + 60 })
  for (const algorithm of ALGORITHMS) {
    add(`${algorithm}: every option that twilio-node has`, { algorithm, ttl: 600, nbf: NOW - 5, region: 'ie1' })
    add(`${algorithm}: every option`, { algorithm, nbf: NOW - 5, valid_until: NOW + 900, region: 'ie1', jti: 'id-2' })
  }
  add('options: all null', { identity: null, ttl: null, nbf: null, valid_until: null, region: null, jti: null })
  add('options: all strings empty', { region: '', jti: '' })
}

function credentials() {
  add('SIDs: short ones', { account_sid: 'AC123', key_sid: 'SK123' })
  add('SIDs: upper case', { account_sid: BASE.account_sid.toUpperCase(), key_sid: BASE.key_sid.toUpperCase() })
  add('SIDs: other prefixes', { account_sid: 'account', key_sid: 'key' })
  add('SIDs: characters to escape', { account_sid: 'AC"\\\n', key_sid: 'SK ключ 😀' })
  for (const secret of ['f', 'fake', 'fake-secret']) add(`secret: short, ${secret}`, { secret })
  for (const secret of [' fake-secret with spaces around ', 'fake-secret-with-newline\n', 'fake-secret-\0-with-nul']) {
    add(`secret: used as it is, ${JSON.stringify(secret)}`, { secret })
  }
  for (const algorithm of ALGORITHMS) {
    for (const length of [63, 64, 65, 127, 128, 129]) {
      // Around the block sizes of SHA-256 (64 bytes) and SHA-384/512 (128 bytes): a longer key is hashed first.
      add(`${algorithm}: secret of ${length} bytes`, { algorithm, secret: 'fake-secret-'.padEnd(length, '0123456789') })
    }
  }
}

function severalGrants() {
  const all = [...Object.keys(GRANTS).map((name) => typed(name)), custom('my_product', { a: 1 })]
  for (let count = 0; count <= all.length; count++) add(`grants: the first ${count}`, { grants: all.slice(0, count) })
  add('grants: all, in reverse order', { grants: all.toReversed() })
  add('grants: all, every field blank', { grants: Object.keys(GRANTS).map((name) => typed(name, {})) })
  add('grants: two custom ones', { grants: [custom('z', { n: 1 }), custom('a', { n: 2 })] })

  const others = [typed('SyncGrant'), custom('other', {})]
  for (const [kind, first, second] of [
    ['typed', video('old'), video('new')],
    ['custom', custom('k', { old: 1 }), custom('k', { new: 2 })],
    ['custom after typed', video('old'), custom('video', { new: 2 })],
    ['typed after custom', custom('video', { old: 1 }), video('new')],
    ['blank after filled', video('old'), typed('VideoGrant', {})],
  ]) {
    add(`duplicate grant, ${kind}: alone`, { grants: [first, second] })
    for (const [place, index] of [
      ['first', 0],
      ['in the middle', 1],
      ['last', 2],
    ]) {
      add(`duplicate grant, ${kind}: ${place}`, { grants: [...others.toSpliced(index, 0, first), second] })
    }
  }
  add('duplicate grant: three times', { grants: [video('a'), SYNC, video('b'), SYNC, video('c')] })
  add('duplicate grant: the very same one', { grants: [SYNC, SYNC] })
}

const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())

function officialGrant(grant) {
  const [[name, fields]] = Object.entries(grant)
  if (name === 'custom') return { key: fields.key, toPayload: () => fields.payload }
  if (name in LACKED) {
    const names = Object.keys(GRANTS[name]).filter((field) => fields[field])
    return { key: LACKED[name], toPayload: () => Object.fromEntries(names.map((field) => [field, fields[field]])) }
  }
  assert.ok(name in AccessToken, `twilio-node has no ${name}: add its key to LACKED`)
  const camelCased = Object.entries(fields).map(([field, value]) => [camelCase(field), value])
  return new AccessToken[name](Object.fromEntries(camelCased))
}

function officialToken({ account_sid, key_sid, secret, identity, ttl, nbf, region, grants }) {
  // The constructor insists on a truthy identity; assigning it afterwards is the official way round that.
  const token = new AccessToken(account_sid, key_sid, secret, { identity: 'placeholder', ttl, nbf, region })
  token.identity = identity
  for (const grant of grants) token.addGrant(officialGrant(grant))
  return token
}

const isAscii = (text) => !/[^\0-\x7f]/.test(text)

/** Whether twilio-node can mint it: it has no `valid_until` and no `jti`, and a non-ASCII `region` comes out broken. */
function isOfficial({ valid_until, jti, region }) {
  return valid_until == null && !jti && isAscii(region ?? '')
}

/** Returns the token that jsonwebtoken signs, which twilio-node uses, for inputs that twilio-node does not accept. */
function signDirectly(vector) {
  const { now, account_sid, key_sid, secret, algorithm = 'HS256', identity, nbf, valid_until, region, jti } = vector
  const claims = {
    jti: jti || `${key_sid}-${now}`,
    grants: {
      ...(identity == null ? {} : { identity: String(identity) }),
      ...Object.fromEntries(vector.grants.map(officialGrant).map((grant) => [grant.key, grant.toPayload()])),
    },
    ...(nbf == null ? {} : { nbf }),
    iat: now,
    exp: valid_until ?? now + (vector.ttl ?? 3600),
    iss: key_sid,
    sub: account_sid,
  }
  const header = { typ: 'JWT', cty: 'twilio-fpa;v=1' }
  // jsonwebtoken writes the header as Latin-1, one byte a character. RFC 7515, 3.1, wants UTF-8: here are its bytes.
  if (region) header.twr = Buffer.from(region).toString('latin1')
  return jsonwebtoken.sign(claims, secret, { header, algorithm })
}

function mint(vector) {
  const realNow = Date.now
  Date.now = () => vector.now * 1000 // read by twilio-node for `jti` and by jsonwebtoken for `iat` and `exp`
  try {
    return isOfficial(vector)
      ? { minted_by: 'twilio', token: officialToken(vector).toJwt(vector.algorithm) }
      : { minted_by: 'jsonwebtoken', token: signDirectly(vector) }
  } finally {
    Date.now = realNow
  }
}

/**
 * Pretty JSON in ASCII. A whole number too big to be safe is written with an exponent, so that Python reads a float
 * as JavaScript does, not an integer. Such a number ends its line, which a string, closed by a quote, never does.
 */
function toText(document) {
  const text = JSON.stringify(document, null, 1).replace(/(?<= )-?\d{16,}(?=,?$)/gm, (digits) =>
    Number.isSafeInteger(Number(digits)) ? digits : Number(digits).toExponential(),
  )
  return ascii(`${text}\n`)
}

for (const group of [grantFields, freeFormObjects, strings, identities, times, options, credentials, severalGrants])
  group()
const version = (name) => createRequire(import.meta.url)(`${name}/package.json`).version
const versions = `twilio ${version('twilio')} and jsonwebtoken ${version('jsonwebtoken')} from npm`
writeOrCheck(
  'tokens.json',
  GENERATOR,
  cases,
  toText({
    about: about(GENERATOR, `Minted under a frozen clock by ${versions}. `),
    cases: cases.map((vector) => {
      const minted = { ...vector, ...mint(vector) }
      return Object.fromEntries(MEMBERS.map((member) => [member, minted[member]]))
    }),
  }),
)
