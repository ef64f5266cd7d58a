// Writes the tokens that every language must accept or refuse alike, with node:crypto and none of our own code.
//
//   node tests/vectors/hostile.mjs           writes hostile.json
//   node tests/vectors/hostile.mjs --check   fails if hostile.json is stale
//
// README.md beside this file describes the format. What a token is refused for follows from the order of the checks
// (docs/errors.md), so every token is signed correctly unless its signature is what is wrong with it.

import { createHash, createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'

const OUTPUT = new URL('./hostile.json', import.meta.url)
const REGENERATE = 'node tests/vectors/hostile.mjs'

const NOW = 1700000000
const MAX_TIME = 253402300799 // the last second of the year 9999
const fakeSid = (prefix, digits) => prefix + digits.repeat(32 / digits.length)
const ACCOUNT = fakeSid('AC', 'a0')
const KEY = fakeSid('SK', 'b1')
const OTHER_KEY = fakeSid('SK', 'c2')
const SECRET = 'fake-secret-0123456789-abcdefghi'
const OTHER_SECRET = 'fake-secret-of-somebody-else-xyz'
const HEADER = '{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}'

/** A good token's claims, each as JSON text, so that a case can give one any text at all. */
const CLAIMS = {
  jti: '"fake-id"',
  grants: '{"identity":"alice","video":{"room":"daily"}}',
  iat: `${NOW}`,
  exp: `${NOW + 3600}`,
  iss: `"${KEY}"`,
  sub: `"${ACCOUNT}"`,
}
/** What a verifier says of them. A case names only what differs. */
const READ = {
  identity: 'alice',
  grants: { video: { room: 'daily' } },
  key_sid: KEY,
  account_sid: ACCOUNT,
  jti: 'fake-id',
  issued_at: NOW,
  not_before: null,
  expires_at: NOW + 3600,
}

const object = (members) => `{${Object.entries(members)
  .filter(([, value]) => value !== undefined)
  .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
  .join()}}`
const claims = (changed = {}) => object({ ...CLAIMS, ...changed })
const header = (changed = {}) => object({ alg: '"HS256"', typ: '"JWT"', cty: '"twilio-fpa;v=1"', ...changed })
/** A good header or claims with more text at the end of the object. */
const withText = (base, text) => `${base.slice(0, -1)},${text}}`

const base64url = (bytes) => Buffer.from(bytes).toString('base64url')
const hmac = (input, { algorithm = 'HS256', secret = SECRET } = {}) => (
  createHmac(`sha${algorithm.slice(2)}`, secret).update(input).digest())
/** Signs two segments as they are. */
const signSegments = (first, second, how) => `${first}.${second}.${base64url(hmac(`${first}.${second}`, how))}`
/** Signs a header and a payload, each as text or bytes. */
const sign = (head = HEADER, payload = claims(), how = {}) => signSegments(base64url(head), base64url(payload), how)
const GOOD = sign()
const [HEAD, BODY, SIGNATURE] = GOOD.split('.')
const withSignature = (signature) => `${HEAD}.${BODY}.${base64url(signature)}`

const cases = []
const add = (title, token, expected, { verifier, now, sound } = {}) => {
  cases.push({ title, token: typeof token === 'string' ? shortened(token) : token, verifier, now, ...expected,
    ...(sound === false && { sound }) })
}

/** A token in which the same few characters follow each other time and again is written as a recipe. */
function shortened(token) {
  const parts = []
  let end = 0
  for (const run of token.matchAll(/(.{4}|.{8}|.{20})\1{24,}/gs)) {
    parts.push(token.slice(end, run.index), { repeat: run[1], times: run[0].length / run[1].length })
    end = run.index + run[0].length
  }
  return end ? { parts: [...parts, token.slice(end)].filter((part) => part !== '') } : token
}

/** What a verifier's settings, its secrets among them, have no part in. */
const ALWAYS = new Set(['not_a_string', 'not_compact', 'not_base64url', 'not_json_object', 'duplicate_member',
  'nested_too_deep', 'unsupported_header', 'wrong_typ', 'wrong_cty', 'missing_claim', 'claim_wrong_type',
  'claim_out_of_range', 'expired', 'not_yet_valid'])
const refuse = (title, token, code, field = null, more = {}) => (
  add(title, token, { error: { code, field } }, { ...(ALWAYS.has(code) && { sound: false }), ...more }))
const accept = (title, token, read = {}, more = {}) => add(title, token, { claims: read }, more)
const refuseVerifier = (title, code, field, verifier) => add(title, GOOD, { input_error: { code, field } },
  { verifier })

const entries = Object.entries
const escaped = (text) => JSON.stringify(text).replace(/[^\x20-\x7e]/g, (unit) => (
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))

function good() {
  // The runners' small changes start from this one, the first.
  const jti = `${KEY}-${NOW}`
  const whole = claims({ jti: `"${jti}"`, nbf: `${NOW}` })
  accept('good: with every claim', sign(HEADER, whole),
    { jti, not_before: NOW, header: JSON.parse(HEADER), payload: JSON.parse(whole) })
  accept('good: as short as it may be', sign('{"alg":"HS256"}', object({ exp: CLAIMS.exp, iss: '""', sub: '""' })),
    { identity: null, grants: {}, key_sid: '', account_sid: '', jti: null, issued_at: null })
  for (const algorithm of ['HS256', 'HS384', 'HS512']) {
    const token = sign(header({ alg: `"${algorithm}"` }), claims(), { algorithm })
    accept(`good: ${algorithm}, pinned`, token, {}, { verifier: { algorithm } })
    for (const other of ['HS256', 'HS384', 'HS512'].filter((other) => other !== algorithm)) {
      refuse(`alg: ${algorithm}, where ${other} is pinned`, token, 'wrong_algorithm', 'alg',
        { verifier: { algorithm: other } })
      refuse(`alg: says ${algorithm}, signed with ${other}`,
        sign(header({ alg: `"${algorithm}"` }), claims(), { algorithm: other }), 'bad_signature', null,
        { verifier: { algorithm } })
    }
  }
}

/** Tokens that the standards themselves print, with keys that everybody knows. */
function fromTheStandards() {
  const key = (text) => ({ verifier: { secret_hex: Buffer.from(text, 'base64url').toString('hex') } })
  const a1 = ['{"typ":"JWT",\r\n "alg":"HS256"}',
    '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'].map(base64url)
  const known = key('AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow')
  const token = `${a1.join('.')}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`
  refuse('RFC 7515, A.1: signed as printed, but no Access Token', token, 'missing_claim', 'sub',
    { ...known, now: 1300819379 })
  refuse('RFC 7515, A.1: with another key', token, 'bad_signature', null, { now: 1300819379, sound: false })
  refuse('RFC 7519, 6.1: an unsecured token', `${base64url('{"alg":"none"}')}.${a1[1]}.`, 'not_compact', null, known)

  const text = 'It\u2019s a dangerous business, Frodo, going out your door. You step onto the road, and if you don\'t '
    + 'keep your feet, there\u2019s no knowing where you might be swept off to.'
  const book = `${base64url('{"alg":"HS256","kid":"018c0ae5-4d9b-471b-bfd6-eef314bc7037"}')}.${base64url(text)}`
  const cookbook = key('hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg')
  refuse('RFC 7520, 4.4: signed as printed, but not JSON', `${book}.s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0`,
    'not_json_object', 'payload', cookbook)
  refuse('RFC 7520, 4.4: one bit of the signature changed', `${book}.t0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0`,
    'bad_signature', null, { ...cookbook, sound: false })
  refuse('RFC 7520, 4.5: the payload detached', `${book.split('.')[0]}..s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0`,
    'not_compact', null, cookbook)
}

function algorithms() {
  for (let bits = 0; bits < 16; bits++) {
    const none = [...'none'].map((letter, at) => (bits >> at & 1 ? letter.toUpperCase() : letter)).join('')
    refuse(`alg: ${none}, with a signature`, sign(header({ alg: `"${none}"` })), 'wrong_algorithm', 'alg',
      { sound: false })
    const unsigned = `${base64url(header({ alg: `"${none}"` }))}.${BODY}`
    refuse(`alg: ${none}, signature empty`, `${unsigned}.`, 'not_compact')
    refuse(`alg: ${none}, any signature`, `${unsigned}.AAAA`, 'wrong_algorithm', 'alg', { sound: false })
  }
  for (const alg of ['"n\\u006fne"', '"\\u006e\\u006f\\u006e\\u0065"', '"none "', '" none"', '"none\\u0000"',
    '"n\\u043ene"', '""', '"hs256"', '"Hs256"', '"HS256 "', '" HS256"', '"HS256\\u0000"', '"HS256\\n"', '"HS 256"',
    '"HS-256"', '"HS2560"', '"HS25"', '"HS255"', '"HS1"', '"SHA256"', '"HMAC"', '"HS256,none"', '"RS256"', '"RS384"',
    '"RS512"', '"PS256"', '"ES256"', '"ES256K"', '"EdDSA"', '"Ed25519"', '"ML-DSA-44"', '"dir"', '"A128KW"',
    '"PBES2-HS256+A128KW"', '"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"', '"\\uff28\\uff33256"', 'null',
    'true', 'false', '256', '0', '[]', '["HS256"]', '{}', '{"name":"HS256"}']) {
    refuse(`alg: ${alg}`, sign(header({ alg })), 'wrong_algorithm', 'alg', { sound: false })
  }
  const alone = '"typ":"JWT","cty":"twilio-fpa;v=1"'
  for (const [what, members] of entries({ missing: '', 'in capitals': '"ALG":"HS256",',
    'with a space': '"alg ":"HS256",',
    'one level down': '"jose":{"alg":"HS256"},', 'in Cyrillic': '"\u0430lg":"HS256",',
      'with a NUL': '"alg\\u0000":"HS256",',
    'called algorithm': '"algorithm":"HS256",', 'on the prototype': '"__proto__":{"alg":"HS256"},' })) {
    refuse(`alg: ${what}`, sign(`{${members}${alone}}`), 'wrong_algorithm', 'alg', { sound: false })
  }
  accept('alg: escaped', sign(header({ alg: '"\\u0048S\\u0032\\u00356"' })))
  accept('alg: its name escaped', sign(`{"\\u0061lg":"HS256",${alone}}`))
  accept('alg: last of the members', sign(`{${alone},"alg":"HS256"}`))
  accept('alg: and another name in capitals', sign(withText(HEADER, '"ALG":"none"')))
  refuse('alg: ES256 with a signature of zeros', `${base64url(header({ alg: '"ES256"' }))}.${BODY}.${'A'.repeat(86)}`,
    'wrong_algorithm', 'alg', { sound: false })
  refuse('alg: PBES2 with a billion rounds',
    sign(header({ alg: '"PBES2-HS256+A128KW"', p2c: '1000000000', p2s: '"AAAA"' })), 'wrong_algorithm', 'alg',
    { sound: false })
}

const PEM_BODY = `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${'fake'.repeat(22)}==`
const pem = (label) => `-----BEGIN ${label}-----\n${PEM_BODY}\n-----END ${label}-----\n`
const KEYS = {
  ...Object.fromEntries(['PUBLIC KEY', 'RSA PUBLIC KEY', 'CERTIFICATE', 'PRIVATE KEY', 'RSA PRIVATE KEY',
    'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'OPENSSH PRIVATE KEY'].map((label) => [`PEM ${label}`, pem(label)])),
  'ssh-rsa': 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABfake fake@example.com',
  'ssh-dss': 'ssh-dss AAAAB3NzaC1kc3MAAACBfake fake@example.com',
  'ssh-ed25519': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIfake fake@example.com',
  'ecdsa-sha2-nistp256': 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYfake',
  'sk-ssh-ed25519@openssh.com': 'sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tfake',
  'sk-ecdsa-sha2-nistp256@openssh.com': 'sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTIfake',
  'RFC 4716': '---- BEGIN SSH2 PUBLIC KEY ----\nAAAAB3NzaC1yc2EAAAfake\n---- END SSH2 PUBLIC KEY ----\n',
  'JWK, oct': '{"kty":"oct","k":"ZmFrZS1mYWtlLWZha2UtZmFrZQ"}',
  'JWK, RSA, spaced': '{\n  "n": "fake",\n  "e": "AQAB",\n  "kty" : "RSA"\n}',
  'JWK, EC': '{"kty":"EC","crv":"P-256","x":"fake","y":"fake"}',
  'JWK, OKP': '{"crv":"Ed25519","kty":"OKP","x":"fake"}',
  'JWK set': '{"keys":[{"kty":"RSA","n":"fake","e":"AQAB"}]}',
  'list of JWKs': '[{"kty":"oct","k":"ZmFrZS1mYWtlLWZha2UtZmFrZQ"}]',
}
/** What has stood before a key where another library no longer saw one. */
const BEFORE = { 'a space': ' ', 'a tab': '\t', 'a newline': '\n', 'a carriage return and newline': '\r\n',
  'a vertical tab and form feed': '\v\f', 'a byte-order mark': '\ufeff', 'a byte-order mark and a newline': '\ufeff\n',
  'a newline and a byte-order mark': '\n\ufeff', 'a quotation mark': '"', 'a no-break space': '\u00a0',
  'a zero-width space': '\u200b', 'a line separator': '\u2028', 'a zero byte': '\0',
  'an option of authorized_keys': 'no-pty ' }

function secrets() {
  for (const [kind, text] of entries(KEYS)) {
    refuseVerifier(`secret: ${kind}`, 'secret_is_key', 'secret', { secret: text })
    refuse(`secret: ${kind}, and the token is signed with its text`, sign(HEADER, claims(), { secret: text }),
      'bad_signature')
  }
  for (const kind of ['PEM PUBLIC KEY', 'PEM OPENSSH PRIVATE KEY', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'RFC 4716',
    'JWK, oct', 'JWK set', 'list of JWKs']) {
    for (const [what, before] of entries(BEFORE)) {
      refuseVerifier(`secret: ${kind} after ${what}`, 'secret_is_key', 'secret', { secret: before + KEYS[kind] })
    }
  }
  refuseVerifier('secret: PEM after other text', 'secret_is_key', 'secret',
    { secret: `subject=/CN=fake\n${pem('CERTIFICATE')}` })
  refuseVerifier('secret: PEM, its lines ended by carriage returns', 'secret_is_key', 'secret',
    { secret: pem('PUBLIC KEY').replaceAll('\n', '\r\n') })
  refuseVerifier('secret: PEM in UTF-16', 'secret_is_key', 'secret',
    { secret_hex: Buffer.from(`\ufeff${pem('PUBLIC KEY')}`, 'utf16le').toString('hex') })
  refuseVerifier('secret: PuTTY', 'secret_is_key', 'secret',
    { secret: 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: fake\n' })
  refuseVerifier('secret: PEM as bytes', 'secret_is_key', 'secret',
    { secret_hex: Buffer.from(pem('PUBLIC KEY')).toString('hex') })
  refuseVerifier('secret: PEM among good ones', 'secret_is_key', undefined,
    { keys: { [KEY]: SECRET, [OTHER_KEY]: pem('PUBLIC KEY') } })

  refuseVerifier('secret: empty', 'required', 'secret', { secret: '' })
  refuseVerifier('secret: empty, as bytes', 'required', 'secret', { secret_hex: '' })
  refuseVerifier('secret: empty among good ones', 'required', undefined, { keys: { [KEY]: SECRET, [OTHER_KEY]: '' } })
  for (const length of [1, 16, 31, 32, 33, 64, 65, 128, 129]) {
    refuseVerifier(`secret: ${length} zero bytes`, 'secret_is_zeros', 'secret', { secret_hex: '00'.repeat(length) })
    refuse(`secret: the token is signed with ${length} zero bytes`,
      sign(HEADER, claims(), { secret: Buffer.alloc(length) }), 'bad_signature')
  }
  refuseVerifier('secret: NULs, as text', 'secret_is_zeros', 'secret', { secret: '\0'.repeat(32) })
  refuseVerifier('secret: zeros among good ones', 'secret_is_zeros', undefined,
    { keys: { [KEY]: SECRET, [OTHER_KEY]: '\0' } })
  refuse('secret: the token is signed with an empty key', sign(HEADER, claims(), { secret: '' }), 'bad_signature')

  const tokenOf = (secret) => sign(HEADER, claims(), { secret })
  for (const [what, secret] of entries({ 'the text PEM starts with, cut': '-----BEGIN',
    'a word for PEM': '-----BEGINNING of a fake',
    'ssh-rsa and no key': 'fake of ssh-rsa', 'a JSON object that is no key': '{"fake":"secret"}',
    'kty without a brace': 'fake "kty":"oct"', 'the digit zero': '0'.repeat(32), 'one letter': 'f',
    'not ASCII': 'fake-ключ-🔑', 'a NUL within': 'fake\0secret', 'a newline at the end': 'fake-secret\n',
    'a space before': ' fake-secret' })) {
    accept(`secret: ${what}`, tokenOf(secret), {}, { verifier: { secret } })
  }
  for (const [what, bytes] of entries({ 'zeros but for the last bit': [...Buffer.alloc(31), 1],
    'all ones': Buffer.alloc(32, 0xff),
    'one byte 01': [1], 'not UTF-8': [0xc3, 0x28, 0xff, 0xfe], '64 bytes': Buffer.alloc(64, 'fake'),
    '65 bytes': Buffer.alloc(65, 'fake'), '200 bytes': Buffer.alloc(200, 'fake') })) {
    const secret = Buffer.from(bytes)
    accept(`secret: ${what}, as bytes`, tokenOf(secret), {}, { verifier: { secret_hex: secret.toString('hex') } })
  }
  // RFC 2104 fills a short key with zeros, so these are the same key: a property of HMAC, not of the verifier.
  accept('secret: the same with a NUL behind it', GOOD, {}, { verifier: { secret: `${SECRET}\0` } })
  refuse('secret: the same with a newline behind it', GOOD, 'bad_signature', null,
    { verifier: { secret: `${SECRET}\n` } })
  refuse('secret: the same with a space before it', GOOD, 'bad_signature', null, { verifier: { secret: ` ${SECRET}` } })
  refuse('secret: the same in capitals', GOOD, 'bad_signature', null, { verifier: { secret: SECRET.toUpperCase() } })
  refuse('secret: its first half', GOOD, 'bad_signature', null, { verifier: { secret: SECRET.slice(0, 16) } })

  refuseVerifier('verifier: leeway of more than a day', 'out_of_range', 'leeway', { leeway: 86401 })
  refuseVerifier('verifier: negative leeway', 'out_of_range', 'leeway', { leeway: -1 })
  for (const algorithm of ['none', 'hs256', 'HS1', 'RS256', 'ES256']) {
    refuseVerifier(`verifier: algorithm ${algorithm}`, 'unsupported_algorithm', 'algorithm', { algorithm })
  }
}

function signatures() {
  const right = hmac(`${HEAD}.${BODY}`)
  const bit = (at) => Buffer.from(right.map((byte, index) => (index === at >> 3 ? byte ^ 1 << (at & 7) : byte)))
  const wrong = {
    ...Object.fromEntries([0, 7, 8, 127, 128, 255].map((at) => [`bit ${at} flipped`, bit(at)])),
    ...Object.fromEntries([1, 2, 16, 20, 31].map((length) => [`its first ${length} bytes`, right.subarray(0, length)])),
    'with a byte behind it': Buffer.concat([right, Buffer.of(0)]),
    'twice': Buffer.concat([right, right]),
    'filled to 64 bytes': Buffer.concat([right, Buffer.alloc(32)]),
    'backwards': Buffer.from(right).reverse(),
    'inverted': right.map((byte) => ~byte),
    '32 zero bytes': Buffer.alloc(32),
    'one zero byte': Buffer.alloc(1),
    '1,000 zero bytes': Buffer.alloc(1000),
    'in hexadecimal': right.toString('hex'),
    'in base64url twice': base64url(right),
    "somebody else's": hmac(`${HEAD}.${BODY}`, { secret: OTHER_SECRET }),
    'of the payload alone': hmac(BODY),
    'of the header alone': hmac(HEAD),
    'of both without the dot': hmac(HEAD + BODY),
    'of the decoded text': hmac(`${HEADER}.${claims()}`),
    'by HS384': hmac(`${HEAD}.${BODY}`, { algorithm: 'HS384' }),
    'by HS512, cut to 32 bytes': hmac(`${HEAD}.${BODY}`, { algorithm: 'HS512' }).subarray(0, 32),
    'a plain SHA-256': createHash('sha256').update(`${HEAD}.${BODY}`).digest(),
    'a SHA-256 of the secret and the text': createHash('sha256').update(`${SECRET}${HEAD}.${BODY}`).digest(),
    'with the secret read as base64': hmac(`${HEAD}.${BODY}`, { secret: Buffer.from(SECRET, 'base64') }),
    'with the secret in base64': hmac(`${HEAD}.${BODY}`, { secret: Buffer.from(SECRET).toString('base64') }),
    'with the secret in hexadecimal': hmac(`${HEAD}.${BODY}`, { secret: Buffer.from(SECRET).toString('hex') }),
    'of another token': hmac(`${HEAD}.${base64url(claims({ sub: '"AC"' }))}`),
  }
  for (const [what, signature] of entries(wrong)) refuse(`signature: ${what}`, withSignature(signature),
    'bad_signature')
  accept('signature: the right one', withSignature(right))
  refuse('signature: of the same claims in another order',
    `${HEAD}.${base64url(object(Object.fromEntries(entries(CLAIMS).reverse())))}.${SIGNATURE}`, 'bad_signature')
  for (const [name, changed] of entries({ identity: { grants: '{"identity":"mallory"}' },
    exp: { exp: `${NOW + 9999}` } })) {
    refuse(`signature: ${name} changed after signing`, `${HEAD}.${base64url(claims(changed))}.${SIGNATURE}`,
      'bad_signature')
  }
}

function criticalHeaders() {
  for (const crit of ['[]', '["exp"]', '["alg"]', '["typ"]', '["b64"]', '["crit"]', '["unknown"]', '[""]',
    '["exp","exp"]',
    '[1]', '[null]', '[["exp"]]', '[{}]', 'null', 'true', 'false', '0', '1', '""', '"exp"', '"b64"', '{}',
      '{"exp":true}']) {
    refuse(`crit: ${crit}`, sign(header({ crit })), 'unsupported_header', 'crit')
  }
  for (const [what, members] of entries({
    'names a header that is there': '"crit":["http://example.com/x"],"http://example.com/x":true',
    'name escaped': '"\\u0063r\\u0069t":["exp"]', 'with b64 false': '"b64":false,"crit":["b64"]',
    'with b64 true': '"b64":true,"crit":["b64"]', 'with zip and enc': '"zip":"DEF","enc":"A128GCM","crit":["zip"]' })) {
    refuse(`crit: ${what}`, sign(withText(HEADER, members)), 'unsupported_header', 'crit')
  }
  for (const b64 of ['false', 'null', '0', '1', '""', '"true"', '"false"', '[]', '[true]', '{}']) {
    refuse(`b64: ${b64}`, sign(header({ b64 })), 'unsupported_header', 'b64')
  }
  const unencoded = base64url(header({ b64: 'false' }))
  refuse('b64: false, and the payload is not encoded',
    `${unencoded}.${claims()}.${base64url(hmac(`${unencoded}.${claims()}`))}`, 'not_base64url', 'payload')
  refuse('b64: false, and the payload is detached', `${unencoded}..${base64url(hmac(`${unencoded}.`))}`, 'not_compact')
  accept('b64: true', sign(header({ b64: 'true' })))
  for (const [name, values] of entries({ zip: ['"DEF"', '"def"', '""', 'null', 'false', '[]'],
    enc: ['"A128GCM"', '"A128CBC-HS256"', '""', 'null', 'false', '{}'] })) {
    for (const value of values) refuse(`${name}: ${value}`, sign(header({ [name]: value })), 'unsupported_header', name)
  }
  refuse('zip: DEF, and the payload is deflated', sign(header({ zip: '"DEF"' }), deflateRawSync(claims())),
    'unsupported_header', 'zip')
  for (const name of ['Crit', 'CRIT', 'crit ', 'B64', 'ZIP', 'Enc']) {
    accept(`unknown header ${name}`, sign(header({ [name]: 'false' })))
  }
  accept('crit, b64, zip and enc one level down in the header',
    sign(header({ x: '{"crit":["b64"],"b64":false,"zip":"DEF","enc":"A128GCM"}' })))
  accept('crit, b64, zip and enc in the payload',
    sign(HEADER, claims({ crit: '["b64"]', b64: 'false', zip: '"DEF"', enc: '"A128GCM"' })))
}

function embeddedKeys() {
  const oct = `{"kty":"oct","k":"${base64url(OTHER_SECRET)}"}`
  const rsa = `{"kty":"RSA","e":"AQAB","n":"${base64url(Buffer.alloc(256, 'fake'))}"}`
  for (const [what, members] of entries({ 'jwk, oct': { jwk: oct }, 'jwk, RSA': { jwk: rsa },
    'jwk, a private key': { jwk: '{"kty":"EC","crv":"P-256","x":"fake","y":"fake","d":"fake"}' },
      'jwk: null': { jwk: 'null' },
    'jwk: text': { jwk: '"fake"' }, jku: { jku: '"https://attacker.example/keys.json"' },
      'jku, a file': { jku: '"file:///dev/zero"' },
    'jku, this machine': { jku: '"http://127.0.0.1:9/keys.json"' },
      x5u: { x5u: '"https://attacker.example/chain.pem"' },
    x5c: { x5c: '["ZmFrZQ=="]' }, 'x5c, empty': { x5c: '[]' }, x5t: { x5t: '"ZmFrZQ"' },
      'x5t#S256': { 'x5t#S256': '"ZmFrZQ"' },
    kid: { kid: `"${KEY}"` }, "kid, somebody else's": { kid: `"${OTHER_KEY}"` },
      'kid, a path': { kid: '"../../../../dev/null"' },
    'kid, SQL': { kid: "\"x' UNION SELECT 'fake';--\"" }, 'kid, a command': { kid: '"x|sleep 9"' },
      'kid, an object': { kid: '{"$ne":null}' },
    'kid, __proto__': { kid: '"__proto__"' }, 'kid: null': { kid: 'null' }, secret: { secret: `"${OTHER_SECRET}"` },
    'all of them': { jwk: oct, jku: '"https://attacker.example/"', x5u: '"https://attacker.example/"',
      kid: '"x"' } })) {
    refuse(`embedded ${what}, signed by whoever put it there`, sign(header(members), claims(),
      { secret: OTHER_SECRET }),
      'bad_signature')
    accept(`embedded ${what}, signed by us`, sign(header(members)))
  }
}

function types() {
  for (const typ of ['"JWT"', '"jwt"', '"Jwt"', '"jWt"', '"JW\\u0054"', undefined]) {
    accept(`typ: ${typ ?? 'absent'}`, sign(header({ typ })))
  }
  for (const typ of ['""', '"JWS"', '"JWE"', '"JOSE"', '"at+jwt"', '"application/jwt"', '"JWT "', '" JWT"', '"JWTT"',
    '"JW"',
    '"\\uff2aWT"', '"JWT\\u0000"', '"SAT"', 'null', 'true', '1', '["JWT"]', '{}']) {
    refuse(`typ: ${typ}`, sign(header({ typ })), 'wrong_typ', 'typ')
  }
  for (const cty of ['"twilio-fpa;v=1"', '"twilio-fpa;\\u0076=1"', undefined]) {
    accept(`cty: ${cty ?? 'absent'}`, sign(header({ cty })))
  }
  for (const cty of ['""', '"TWILIO-FPA;V=1"', '"Twilio-fpa;v=1"', '"twilio-fpa; v=1"', '"twilio-fpa;v=2"',
    '"twilio-fpa;v=10"',
    '"twilio-fpa"', '"twilio-pkrv;v=1"', '"twilio-sat;v=1"', '"JWT"', '"twilio-fpa;v=1 "',
      '"application/twilio-fpa;v=1"', 'null',
    'true', '1', '["twilio-fpa;v=1"]', '{}']) {
    refuse(`cty: ${cty}`, sign(header({ cty })), 'wrong_cty', 'cty')
  }
  accept('twr: a region', sign(header({ twr: '"au1"' })), { header: JSON.parse(header({ twr: '"au1"' })) })
  accept('unknown headers of every type', sign(withText(HEADER, '"a":1,"b":[],"c":{},"d":null,"e":"x","f":true')))
}

/** The same JSON text, for better or worse, as the value of an unknown member of the header and of the payload. */
const BAD_VALUES = ['NaN', 'Infinity', '-Infinity', '1e400', '-1e400', `1${'0'.repeat(400)}`, '01', '-01', '00', '+1',
  '.5', '1.', '-.5',
  '0x10', '1e', '1e+', '-', '--1', '1_000', '1,000.5', '1 2', '1f', 'True', 'TRUE', 'nul', 'nulll', 'undefined', 'None',
    'a', '',
  "'a'", '`a`', '"a', 'a"', '"\\ud800"', '"\\udfff"', '"\\udc00\\ud800"', '"\\ud800\\ud800\\udc00"', '"\\ud800a"',
    '"\\uD83D\\u0041"',
  '"\\ud83d\\n"', '"\\u12"', '"\\u123g"', '"\\u{41}"', '"\\x41"', '"\\\'"', '"\\a"', '"\\0"', '"\t"', '"\n"', '"\0"',
    '"\x1f"', '"\\"',
  '[1,]', '[,1]', '[,]', '[1 2]', '[1', '1]', '[}', '{"a":1,}', '{,}', '{"a" 1}', '{"a":}', '{"a"}', '{a:1}', "{'a':1}",
    '{1:1}',
  '{"\\ud800":1}', '{"a\\udc00":1}', '{null:1}', '/*c*/1', '1/*c*/', '1//c\n', '1#c\n', '<!--c-->1', '1;', '(1)',
    '\ufeff1', '\u00a01',
  '\v1', '\f1', '\u20281', '\u200b1', '-NaN', '1e1.5', '1ee5', '"a""b"', '"a"+"b"', 'new Date(0)', '!0', '0n', '0o17',
    '"\\U00000041"']
const GOOD_VALUES = ['-0', '0', '0.0', '-0.0', '1e308', '-1.7976931348623157e308', '5e-324', '1e-400', '1E5', '1e+5',
  '1.5e-5',
  '123456789012345678901234567890', '18446744073709551616', '-9223372036854775809', `0.${'3'.repeat(400)}`,
    '"\\ud83d\\ude00"', '"😀"',
  '"\\uDBFF\\uDFFF"', '"\\/\\b\\f\\n\\r\\t\\"\\\\"', '"\\u0000"', '"\x7f"', '"\u2028\u2029"', '"\\ufeff"',
    '"\ufffe\uffff"', '"\ufffd"',
  '""', '[]', '{}', '{"":1}', ' \t\r\n1 \t\r\n', '[ 1 , 2 ]', '{"constructor":{"prototype":{}}}',
    '{"toString":null,"hasOwnProperty":1}',
  '{"a":1,"A":2}', '{"a":1,"b":{"a":1}}', '[{"a":1},{"a":1}]', '{"\u00e9":1,"e\u0301":2}',
    '{"a":1,"a ":2,"a\\u0000":3}', '"NaN"', '"//c"',
  '"__proto__"', '[[[[[[[[[[]]]]]]]]]]', '"\\\\ud800"', '"\\uff41"']
const SEGMENTS = {
  header: { base: HEADER, signed: (bytes) => sign(bytes) },
  payload: { base: claims(), signed: (bytes) => sign(HEADER, bytes) },
}
const shown = (text) => (text.length > 60 ? `${text.slice(0, 20)}… (${text.length} characters)`
  : escaped(text).slice(1, -1))

function jsonTexts() {
  for (const [field, { base, signed }] of entries(SEGMENTS)) {
    for (const value of BAD_VALUES) {
      refuse(`JSON: ${field} with the value ${shown(value)}`, signed(withText(base, `"x":${value}`)), 'not_json_object',
        field)
    }
    for (const value of GOOD_VALUES) accept(`JSON: ${field} with the value ${shown(value)}`,
      signed(withText(base, `"x":${value}`)))

    const whole = { 'an array': `[${base}]`, 'an empty array': '[]', 'a string': '"x"',
      'JSON in a string': JSON.stringify(base), null: 'null',
      true: 'true', 'a number': '1', 'only spaces': '   ', 'one NUL': '\0', 'plain text': 'fake',
        'unclosed': base.slice(0, -1),
      'closed twice': `${base}}`, 'twice': base + base, 'twice on two lines': `${base}\n${base}`,
        'followed by text': `${base}x`,
      'followed by a comma': `${base},`, 'followed by a NUL': `${base}\0`, 'followed by a comment': `${base}//c`,
        'followed by null': `${base} null`,
      'behind a comment': `/**/${base}`, 'behind a comma': `,${base}`, 'behind )]}\'': `)]}'${base}`,
        'behind a NUL': `\0${base}`,
      'behind a no-break space': `\u00a0${base}`, 'in front of a no-break space': `${base}\u00a0`,
        'with a trailing comma': base.replace(/}$/, ',}'),
      'with a comma first': base.replace('{', '{,'), 'with single quotes': base.replaceAll('"', "'"),
        'with names unquoted': base.replace(/"(\w+)":/g, '$1:'),
      'with = for :': base.replace(':', '='), 'as a form': 'alg=HS256&exp=1', 'as XML': '<jwt/>',
        'as YAML': 'alg: HS256\nexp: 1\n',
      'as CBOR': Buffer.from('a1636578701a6553f100', 'hex'), 'deflated': deflateRawSync(base),
        'in base64': base64url(base) }
    for (const [what, text] of entries(whole)) refuse(`JSON: ${field} ${what}`, signed(text), 'not_json_object', field)
    for (const [what, text] of entries({ 'with white space around it': ` \t\r\n${base}\n\r\t `,
      'with white space inside': JSON.stringify(JSON.parse(base), null, 4),
        'with every name escaped': base.replace(/"(\w+)":/g,
        (_, name) => `"${[...name].map((unit) => `\\u00${unit.charCodeAt(0).toString(16)}`).join('')}":`) })) {
      accept(`JSON: ${field} ${what}`, signed(text))
    }
    refuse(`JSON: ${field} an empty object`, signed('{}'), ...(field === 'header' ? ['wrong_algorithm', 'alg',
      { sound: false }] : ['missing_claim', 'exp']))
  }
}

const swapped = (bytes, size) => {
  const copy = Buffer.from(bytes)
  return size === 2 ? copy.swap16() : copy.swap32()
}
const utf32 = (text) => Buffer.concat([...text].map((point) => {
  const unit = Buffer.alloc(4)
  unit.writeUInt32LE(point.codePointAt(0))
  return unit
}))

function encodings() {
  for (const [field, { base, signed }] of entries(SEGMENTS)) {
    const utf16 = Buffer.from(base, 'utf16le')
    for (const [what, bytes] of entries({ 'UTF-8 with a byte-order mark': Buffer.from(`\ufeff${base}`),
      'UTF-16LE': utf16,
      'UTF-16LE with a byte-order mark': Buffer.from(`\ufeff${base}`, 'utf16le'), 'UTF-16BE': swapped(utf16, 2),
      'UTF-16BE with a byte-order mark': swapped(Buffer.from(`\ufeff${base}`, 'utf16le'), 2), 'UTF-32LE': utf32(base),
      'UTF-32LE with a byte-order mark': utf32(`\ufeff${base}`), 'UTF-32BE': swapped(utf32(base), 4),
      'UTF-32BE with a byte-order mark': swapped(utf32(`\ufeff${base}`), 4), 'UTF-7': base.replace('{', '+AHs-'),
      'EBCDIC brace': Buffer.concat([Buffer.of(0xc0), Buffer.from(base.slice(1))]),
      'followed by half a byte-order mark': Buffer.concat([Buffer.from(base), Buffer.of(0xef, 0xbb)]) })) {
      refuse(`encoding: ${field} in ${what}`, signed(bytes), 'not_json_object', field)
    }
    const place = { 'in a string': (bytes) => [withText(base, '"x":"'), bytes, '"}'],
      'in a name': (bytes) => [withText(base, '"'), bytes, '":1}'] }
    for (const [where, around] of entries(place)) {
      const within = (hex) => {
        const [before, bytes, after] = around(Buffer.from(hex, 'hex'))
        return signed(Buffer.concat([Buffer.from(before.slice(0, -1)), bytes, Buffer.from(after)]))
      }
      for (const [what, hex] of entries({ 'a continuation byte alone': '80', 'byte ff': 'ff', 'byte fe': 'fe',
        'Latin-1': 'e9',
        'an overlong slash': 'c0af', 'an overlong slash, three bytes': 'e080af',
          'an overlong slash, four bytes': 'f08080af', 'an overlong quote': 'c0a2',
        'an overlong NUL': 'c080', 'a cut sequence of two': 'c3', 'a cut sequence of three': 'e282',
          'a cut sequence of four': 'f09f98',
        'a surrogate': 'eda080', 'another surrogate': 'edbfbf', 'CESU-8': 'eda0bdedb880', 'past U+10FFFF': 'f4908080',
          'five bytes': 'f888808080',
        'six bytes': 'fc8480808080', 'a sequence and one byte more': 'c3a9a9' })) {
        refuse(`encoding: ${field} with ${what} ${where}`, within(hex), 'not_json_object', field)
      }
      for (const hex of ['7f', 'c280', 'dfbf', 'e0a080', 'ed9fbf', 'ee8080', 'efbfbf', 'f0908080', 'f48fbfbf']) {
        accept(`encoding: ${field} with ${hex} ${where}`, within(hex))
      }
    }
  }
}

function duplicates() {
  const twice = { header: { alg: '"HS256"', typ: '"JWT"', cty: '"twilio-fpa;v=1"' }, payload: CLAIMS }
  for (const [field, { base, signed }] of entries(SEGMENTS)) {
    for (const [name, value] of entries(twice[field])) {
      refuse(`duplicate: ${name} in the ${field}, the same value`, signed(withText(base, `"${name}":${value}`)),
        'duplicate_member', field)
      refuse(`duplicate: ${name} in the ${field}, another value first`, signed(`{"${name}":null,${base.slice(1)}`),
        'duplicate_member', field)
      const spelt = `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}`
      refuse(`duplicate: ${name} in the ${field}, escaped`, signed(withText(base, `"${spelt}":${value}`)),
        'duplicate_member', field)
    }
    for (const [what, text] of entries({ 'an unknown member': '"x":1,"x":1', 'an empty name': '"":1,"":2',
      __proto__: '"__proto__":1,"__proto__":2',
      'one level down': '"x":{"a":1,"a":1}', 'two levels down': '"x":{"y":{"a":1,"b":2,"a":3}}',
        'in an array': '"x":[1,{"a":1,"a":2}]',
      'in an array of arrays': '"x":[[[{"a":1,"a":2}]]]', 'escaped twice': '"\\u0061\\u0062":1,"a\\u0062":2',
        'escaped in capitals': '"\\u00E9":1,"\\u00e9":2',
      'escaped and not ASCII': '"\u00e9":1,"\\u00e9":2', 'escaped as a surrogate pair': '"😀":1,"\\ud83d\\ude00":2',
        'escaped slash': '"/":1,"\\/":2',
      'escaped newline': '"\\n":1,"\\u000a":2',
        'first and last of 50': `${Array.from({ length: 50 }, (_, at) => `"n${at}":0`)},"n0":0`,
      'last two of 50': `${Array.from({ length: 50 }, (_, at) => `"n${at}":0`)},"n49":0`,
        'three times': '"a":1,"a":1,"a":1',
      'an array index': '"1":1,"1":2',
        '100 levels down': `"x":${'{"a":'.repeat(99)}{"b":1,"b":2}${'}'.repeat(99)}` })) {
      refuse(`duplicate: ${what}, in the ${field}`, signed(withText(base, text)), 'duplicate_member', field)
    }
    accept(`duplicate: none among 50 members of the ${field}`, signed(withText(base,
      `${Array.from({ length: 50 }, (_, at) => `"n${at}":0`)}`)))
    accept(`duplicate: none, names that differ by their capitals in the ${field}`,
      signed(withText(base, '"x":1,"X":2')))
  }
  const grants = (text) => sign(HEADER, claims({ grants: text }))
  refuse('duplicate: identity in grants', grants('{"identity":"alice","identity":"bob"}'), 'duplicate_member',
    'payload')
  refuse('duplicate: a product in grants', grants('{"identity":"alice","video":{},"video":{}}'), 'duplicate_member',
    'payload')
  refuse('duplicate: a field of a product', grants('{"identity":"alice","video":{"room":"a","room":"b"}}'),
    'duplicate_member', 'payload')
  // A binding that builds an object member by member would set its prototype with this.
  const proto = '{"identity":"alice","__proto__":{"polluted":true},"video":{"room":"daily"}}'
  accept('__proto__ is a member like any other', grants(proto),
    { grants: JSON.parse('{"__proto__":{"polluted":true},"video":{"room":"daily"}}') })
  accept('__proto__ in the header', sign(withText(HEADER, '"__proto__":{"polluted":true}')),
    { header: JSON.parse(withText(HEADER, '"__proto__":{"polluted":true}')) })
  accept('__proto__ in the payload', sign(HEADER, withText(claims(), '"__proto__":{"polluted":true}')),
    { payload: JSON.parse(withText(claims(), '"__proto__":{"polluted":true}')) })
  accept('array indexes, constructor and toJSON as grants',
    grants('{"identity":"alice","2":{},"10":{},"constructor":{},"toJSON":{"a":1}}'),
    { grants: { 2: {}, 10: {}, constructor: {}, toJSON: { a: 1 } } })
}

/** What Project Wycheproof tries on a JWS (README.md), with a key of ours. */
function afterWycheproof() {
  const clean = hmac(`${HEAD}.${BODY}`)
  const refuseSegment = (what, field, first, second) => {
    refuse(`Wycheproof: ${what}, signed so`, signSegments(first, second), 'not_base64url', field)
    refuse(`Wycheproof: ${what}, signed without`, `${first}.${second}.${base64url(clean)}`, 'not_base64url', field)
  }
  for (const ignored of ['?', '    ', '####', '\r\n']) {
    const shownAs = JSON.stringify(ignored)
    refuseSegment(`${shownAs} behind the header`, 'header', HEAD + ignored, BODY)
    refuseSegment(`${shownAs} in the header's last group`, 'header', HEAD.slice(0, -1) + ignored + HEAD.slice(-1), BODY)
    refuseSegment(`${shownAs} before the payload`, 'payload', HEAD, ignored + BODY)
    refuseSegment(`${shownAs} behind the payload`, 'payload', HEAD, BODY + ignored)
    refuse(`Wycheproof: ${shownAs} before the signature`, `${HEAD}.${BODY}.${ignored}${SIGNATURE}`, 'not_base64url',
      'signature')
    refuse(`Wycheproof: ${shownAs} behind the signature`, `${HEAD}.${BODY}.${SIGNATURE}${ignored}`, 'not_base64url',
      'signature')
  }
  refuse('Wycheproof: ???? for the first four characters of the signature', `${HEAD}.${BODY}.????${SIGNATURE.slice(4)}`,
    'not_base64url', 'signature')
  refuse('Wycheproof: unused bits set in a payload of two characters, signed so', signSegments(HEAD, 'AB'),
    'not_base64url', 'payload')
  refuse('Wycheproof: unused bits set in a payload of two characters, signed without',
    `${HEAD}.AB.${base64url(hmac(`${HEAD}.AA`))}`, 'not_base64url', 'payload')
  const oneBitOff = (bytes) => bytes.map((byte, at) => (at ? byte : byte ^ 1))
  for (const text of ['foo', 'Test', '\0']) {
    refuse(`Wycheproof: the payload ${shown(text)}, signed`, sign(HEADER, text), 'not_json_object', 'payload')
    refuse(`Wycheproof: the payload ${shown(text)}, one bit of the signature changed`,
      `${HEAD}.${base64url(text)}.${base64url(oneBitOff(hmac(`${HEAD}.${base64url(text)}`)))}`, 'bad_signature', null,
      { sound: false })
  }
  accept('Wycheproof: spaces in the header', sign('{ "kid" : "hs256-key", "alg" : "HS256" }'))
  accept('Wycheproof: a newline and a tab in the header', sign('{"kid":"hs256-key",\n\t"alg":"HS256"}'))
  // The bytes of an elliptic curve's point: nothing tells them from a secret, so only the right one verifies.
  const point = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 'fake')])
  refuse('Wycheproof: signed with the bytes of a public key', sign(HEADER, claims(), { secret: point }),
    'bad_signature')
}

/** A segment of a repeated text, as a recipe. Each length must be a multiple of three, so that it encodes by itself. */
const repeated = (before, text, times, after, afterTimes = 0, last = '') => {
  for (const piece of [before, text, after]) if (piece.length % 3) throw new Error(`${piece.length} % 3`)
  const closing = after ? [{ repeat: base64url(after), times: afterTimes }] : []
  return [base64url(before), { repeat: base64url(text), times }, ...closing, base64url(last)]
}
const expandPart = (part) => (typeof part === 'string' ? part : part.repeat.repeat(part.times))
const expand = (parts) => parts.map(expandPart).join('')
/** Signs segments given as recipes. */
const recipe = (first, second, signature) => {
  const parts = [...[first].flat(), '.', ...[second].flat()]
  return { parts: [...parts, `.${signature ?? base64url(hmac(expand(parts)))}`].filter((part) => part !== '') }
}
const BIG = { verifier: { max_size: 20000000 } }
const alignedTo3 = (text) => text.padEnd(Math.ceil(text.length / 3) * 3)

function nesting() {
  for (const [field, { base, signed }] of entries(SEGMENTS)) {
    const member = { arrays: (levels) => '['.repeat(levels) + ']'.repeat(levels),
      objects: (levels) => `${'{"a":'.repeat(levels)}0${'}'.repeat(levels)}`,
      both: (levels) => `${'[{"a":'.repeat(levels >> 1)}${levels & 1 ? '[]' : '0'}${'}]'.repeat(levels >> 1)}` }
    for (const [what, nested] of entries(member)) {
      const token = (levels) => signed(withText(base, `"x":${nested(levels - 1)}`))
      accept(`nesting: ${field} of 128 levels, ${what}`, token(128))
      for (const levels of [129, 130, 256, 1000]) refuse(`nesting: ${field} of ${levels} levels, ${what}`,
        token(levels), 'nested_too_deep', field)
    }
    accept(`nesting: ${field} 128 levels deep twice over`, signed(withText(base,
      `"x":${member.arrays(127)},"y":${member.both(127)}`)))
    accept(`nesting: ${field} with a thousand brackets in a string`,
      signed(withText(base, `"x":"${'['.repeat(1000)}"`)))

    const deep = (before, text, after, times, last) => {
      const segment = repeated(before, text, times, after, times, last)
      return field === 'header' ? recipe(segment, BODY) : recipe(HEAD, segment)
    }
    const open = alignedTo3(`${base.slice(0, -1)},"x":`)
    const million = deep(open, '[[[', ']]]', 333333, '}')
    refuse(`nesting: ${field} of a million arrays`, million, 'nested_too_deep', field, BIG)
    refuse(`nesting: ${field} of a million arrays, and no more than the usual size allowed`, million, 'token_too_large',
      null, { sound: false })
    refuse(`nesting: ${field} of a million objects`, deep(open, alignedTo3('{"a":'), '}}}', 1000000, '}'),
      'nested_too_deep', field, BIG)
    refuse(`nesting: ${field} of a million arrays that are never closed`, deep(open, '[[[', '', 333333, ''),
      'nested_too_deep', field, BIG)
  }
}

function sizes() {
  // A token of exactly `size` bytes. Its signature takes 44 with the dot; an unknown member makes up the length.
  const sized = (size) => {
    for (let extra = 0; extra < 3; extra++) {
      const first = base64url(header({ x: `"${'x'.repeat(extra)}"` }))
      const room = size - 44 - first.length - 1
      if (room % 4 === 1) continue
      const filler = Math.floor(room * 3 / 4) - claims({ x: '""' }).length
      const token = signSegments(first, base64url(claims({ x: `"${'x'.repeat(filler)}"` })))
      if (token.length === size) return token
    }
    throw new Error(`no token of ${size} bytes`)
  }
  accept('size: 16,384 bytes', sized(16384))
  refuse('size: 16,385 bytes', sized(16385), 'token_too_large')
  accept('size: 16,385 bytes, and as many allowed', sized(16385), {}, { verifier: { max_size: 16385 } })
  refuse('size: 16,385 bytes, and one fewer allowed', sized(16385), 'token_too_large', null,
    { verifier: { max_size: 16384 } })
  accept('size: 1,000 bytes, and as many allowed', sized(1000), {}, { verifier: { max_size: 1000 } })
  refuse('size: 1,001 bytes, and one fewer allowed', sized(1001), 'token_too_large', null,
    { verifier: { max_size: 1000 } })
  // Bytes, not characters or UTF-16 units.
  refuse('size: 8,192 letters of two bytes', { parts: [{ repeat: 'é', times: 8192 }] }, 'not_compact')
  refuse('size: 8,193 letters of two bytes', { parts: [{ repeat: 'é', times: 8193 }] }, 'token_too_large', null,
    { sound: false })
  refuse('size: 4,097 emoji', { parts: [{ repeat: '😀', times: 4097 }] }, 'token_too_large', null, { sound: false })

  const dots = { parts: [{ repeat: '.', times: 1000000 }] }
  const letters = (count) => ({ repeat: 'A', times: count })
  const huge = {
    'a million dots': [dots, 'not_compact'],
    'a million segments': [{ parts: [{ repeat: 'A.', times: 1000000 }] }, 'not_compact'],
    'a good token and a million dots': [{ parts: [GOOD, ...dots.parts] }, 'not_compact'],
    '8 MB of spaces': [{ parts: [{ repeat: ' ', times: 8000000 }] }, 'not_compact'],
    '8 MB without a dot': [{ parts: [letters(8000000)] }, 'not_compact'],
    'a header of 8 MB': [{ parts: [letters(8000000), `.${BODY}.${SIGNATURE}`] }, 'not_json_object', 'header'],
    'a payload of 8 MB': [{ parts: [`${HEAD}.`, letters(8000000), `.${SIGNATURE}`] }, 'bad_signature'],
    'a signature of 8 MB': [{ parts: [`${HEAD}.${BODY}.`, letters(8000000)] }, 'bad_signature'],
    'three segments of 8 MB with a bad character at the end': [{ parts: [letters(8000000), '.', letters(8000000), '.',
      letters(2000000), '='] }, 'not_base64url', 'signature'],
  }
  for (const [what, [token, code, field = null]] of entries(huge)) {
    refuse(`size: ${what}`, token, 'token_too_large', null, { sound: false })
    refuse(`size: ${what}, and 20 MB allowed`, token, code, field, { ...BIG, sound: false })
  }
  const string = (base) => repeated(alignedTo3(`${base.slice(0, -1)},"x":"`), 'aaa', 2000000, '', 0, '"}')
  accept('size: a string of 6 MB in the payload, and 20 MB allowed', recipe(HEAD, string(claims())), {}, BIG)
  accept('size: a string of 6 MB in the header, and 20 MB allowed', recipe(string(HEADER), BODY), {}, BIG)
  accept('size: a number of a million digits behind the point, and 20 MB allowed',
    recipe(HEAD, repeated(alignedTo3(`${claims().slice(0, -1)},"x":0.`), '333', 333333, '', 0, '}')), {}, BIG)
}

function shapes() {
  for (const token of ['', '.', '..', '...', '....', '.....', 'a', 'AAAA', 'a.', '.a', 'AA.AA', 'AAAA.AAAA',
    '.AAAA.AAAA', 'AAAA..AAAA', 'AAAA.AAAA.',
    '..AAAA', 'AAAA..', '.AAAA.', 'AA.AA.AA.AA', 'AA.AA.AA.AA.AA', ' ', '\n', '\0', 'null', 'undefined', 'Bearer', '{}',
      '{"token":"fake"}']) {
    refuse(`shape: ${token === '' ? 'empty' : escaped(token)}`, token, 'not_compact')
  }
  const [body, signature] = [`"payload":"${BODY}"`, `"signature":"${SIGNATURE}"`]
  for (const [what, token] of entries({
    'without a signature': `${HEAD}.${BODY}`, 'the signature empty': `${HEAD}.${BODY}.`,
      'the payload empty': `${HEAD}..${SIGNATURE}`,
    'the header empty': `.${BODY}.${SIGNATURE}`, 'the header gone': `${BODY}.${SIGNATURE}`,
      'a dot in front': `.${GOOD}`, 'a dot behind': `${GOOD}.`,
    'a fourth segment': `${GOOD}.AAAA`, 'a fourth and an empty fifth': `${GOOD}.AAAA.`,
      'the signature twice': `${GOOD}.${SIGNATURE}`, 'two tokens': `${GOOD}.${GOOD}`,
    'five segments, as a JWE has': `${base64url('{"alg":"dir","enc":"A128GCM"}')}..AAAA.AAAA.AAAA`,
    'five segments, none of them empty': `${base64url('{"alg":"A128KW","enc":"A128GCM"}')}.AAAA.AAAA.AAAA.AAAA`,
    'five segments, the first three a good token': `${GOOD}.AAAA.AAAA`,
    'SD-JWT with a disclosure that has dots': `${GOOD}~a.b~`,
    'JSON serialization, flattened': `{${body},"protected":"${HEAD}",${signature}}`,
    'JSON serialization, general': `{${body},"signatures":[{"protected":"${HEAD}",${signature}}]}`,
    'JSON serialization, without protected header': `{${body},"header":${HEADER},${signature}}`,
    'dots of full width': GOOD.replaceAll('.', '\uff0e'), 'dots escaped for a URL': GOOD.replaceAll('.', '%2E'),
      'middle dots': GOOD.replaceAll('.', '\u00b7'),
    'commas for dots': GOOD.replaceAll('.', ','), 'spaces for dots': GOOD.replaceAll('.', ' '),
      'one dot of full width': GOOD.replace('.', '\uff0e'),
  })) refuse(`shape: ${what}`, token, 'not_compact')

  const forged = base64url(claims({ grants: '{"identity":"mallory"}' }))
  const polyglot = `{"${GOOD}":"","protected":"${HEAD}","payload":"${forged}",${signature}}`
  for (const [what, [token, field]] of entries({
    'JSON serialization with a compact token inside': [polyglot, 'header'],
      'in quotation marks': [`"${GOOD}"`, 'header'], 'in apostrophes': [`'${GOOD}'`, 'header'],
    'in angle brackets': [`<${GOOD}>`, 'header'], 'in JSON': [`{"token":"${GOOD}"}`, 'header'],
      'in a list': [`["${GOOD}"]`, 'header'],
    'Bearer in front': [`Bearer ${GOOD}`, 'header'], 'token= in front': [`token=${GOOD}`, 'header'],
      'b and quotes around it, as Python shows bytes': [`b'${GOOD}'`, 'header'],
    'a newline behind': [`${GOOD}\n`, 'signature'], 'a carriage return and newline behind': [`${GOOD}\r\n`,
      'signature'], 'a space behind': [`${GOOD} `, 'signature'],
    'a semicolon behind': [`${GOOD};`, 'signature'], 'a tilde behind, as in an SD-JWT': [`${GOOD}~`, 'signature'],
      'a NUL and text behind': [`${GOOD}\0AAAA`, 'signature'],
    'the token twice in a row, by a comma': [`${HEAD}.${BODY}.${SIGNATURE},${HEAD}`, 'signature'],
      'broken over lines of 64': [GOOD.replace(/.{64}/g, '$&\n'), 'header'],
    'header not encoded': [`${HEADER}.${BODY}.${SIGNATURE}`, 'header'],
      'payload not encoded': [`${HEAD}.${claims()}.${SIGNATURE}`, 'payload'],
    'in capitals, with a hyphen of its own': [`${HEAD}.${BODY}.\u2010${SIGNATURE}`, 'signature'],
  })) refuse(`shape: ${what}`, token, 'not_base64url', field)
  refuse('shape: escaped for a URL throughout', GOOD.replace(/\w/g,
    (letter) => `%${letter.charCodeAt(0).toString(16)}`), 'not_base64url', 'header')
  refuse('shape: in capitals', GOOD.toUpperCase(), 'not_json_object', 'header')
  refuse('shape: backwards', [...GOOD].reverse().join(''), 'not_base64url', 'signature')
  refuse('shape: header and payload exchanged', signSegments(BODY, HEAD), 'wrong_algorithm', 'alg', { sound: false })
  for (const [what, token] of entries({ null: null, 'a number': 5, true: true, false: false, 'an empty list': [],
    'a list with a token': [GOOD], 'an object': {} })) {
    refuse(`not a string: ${what}`, { value: token }, 'not_a_string')
  }
}

const LOOK_ALIKES = { 'a space': ' ', 'a tab': '\t', 'a newline': '\n', 'a carriage return': '\r', 'a NUL': '\0',
  'a no-break space': '\u00a0', 'a zero-width space': '\u200b',
  'a byte-order mark': '\ufeff', 'a Cyrillic а': '\u0430', 'a full-width A': '\uff21', 'a full-width dot': '\uff0e',
    'a long dash': '\u2013', 'a full-width low line': '\uff3f',
  'an e with an accent': '\u00e9', 'an emoji': '😀',
  '+': '+', '/': '/', '=': '=', '%2E': '%2E', '~': '~', 'a soft hyphen': '\u00ad' }
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function characters() {
  const whole = { header: HEAD, payload: BODY, signature: SIGNATURE }
  const join = (field, segment) => (field === 'signature' ? `${HEAD}.${BODY}.${segment}`
    : field === 'header' ? signSegments(segment, BODY) : signSegments(HEAD, segment))
  for (const [field, segment] of entries(whole)) {
    for (const [where, at] of entries({ 'at the start': 0, 'in the middle': 21, 'at the end': segment.length })) {
      for (const [what, character] of entries(LOOK_ALIKES)) {
        refuse(`character: ${what} ${where} of the ${field}`, join(field,
          segment.slice(0, at) + character + segment.slice(at)), 'not_base64url', field)
      }
      // Half of a surrogate pair: no JSON file can hold it, and no Rust string.
      for (const unit of ['d83d', 'de00']) {
        const parts = field === 'header' ? ['', `.${BODY}.${SIGNATURE}`]
          : field === 'payload' ? [`${HEAD}.`, `.${SIGNATURE}`] : [`${HEAD}.${BODY}.`, '']
        refuse(`character: lone surrogate ${unit} ${where} of the ${field}`,
          { parts: [parts[0] + segment.slice(0, at), { unit }, segment.slice(at) + parts[1]] }, 'not_base64url', field)
      }
    }
    refuse(`character: one replaced by a Cyrillic а in the ${field}`,
      join(field, `${segment.slice(0, 9)}\u0430${segment.slice(10)}`), 'not_base64url', field)
    refuse(`character: only spaces in the ${field}`, join(field, '    '), 'not_base64url', field)
    refuse(`character: only padding in the ${field}`, join(field, '===='), 'not_base64url', field)
  }
  refuse('character: a lone surrogate alone', { parts: [{ unit: 'd800' }] }, 'not_compact')

  // "~~~" and "???" encode to characters that differ between the alphabets.
  const [dashed, underlined] = [claims({ x: '"a~~~>>>"' }), claims({ x: '"a???>>>"' })].map(base64url)
  accept('alphabet: - and _', signSegments(HEAD, base64url(claims({ x: '"~~~ ?? ??? >>> a~~~"' }))))
  for (const [name, segment] of entries({ dashed, underlined })) {
    const standard = segment.replaceAll('-', '+').replaceAll('_', '/')
    if (standard !== segment) refuse(`alphabet: + and / (${name})`, signSegments(HEAD, standard), 'not_base64url',
      'payload')
  }

  // Every last character whose unused bits are not zero (RFC 4648, section 3.5), and every padding.
  const padded = (base, remainder) => {
    for (let text = base; ; text += ' ') if (base64url(text).length % 4 === remainder) return base64url(text)
  }
  const hs512 = header({ alg: '"HS512"' })
  const signed512 = sign(hs512, claims(), { algorithm: 'HS512' })
  for (const remainder of [2, 3]) {
    const unused = remainder === 2 ? 4 : 2
    const ends = { header: [padded(HEADER, remainder), (segment) => signSegments(segment, BODY)],
      payload: [padded(claims(), remainder), (segment) => signSegments(HEAD, segment)],
      signature: remainder === 3 ? [SIGNATURE, (segment) => `${HEAD}.${BODY}.${segment}`]
        : [signed512.split('.')[2], (segment) => `${signed512.split('.').slice(0, 2).join('.')}.${segment}`,
          { verifier: { algorithm: 'HS512' } }] }
    for (const [field, [segment, signed, more]] of entries(ends)) {
      if (segment.length % 4 !== remainder) throw new Error(`${field}: ${segment.length} characters`)
      accept(`trailing bits: the ${field} ends with ${remainder} characters, as it should`, signed(segment), {}, more)
      const last = ALPHABET.indexOf(segment.at(-1))
      for (let bits = 1; bits < 1 << unused; bits++) {
        refuse(`trailing bits: ${bits} of ${unused} bits in the ${field}`,
          signed(segment.slice(0, -1) + ALPHABET[last | bits]), 'not_base64url', field, more)
      }
      for (const padding of ['=', '==', '===', '%3D', '='.repeat(4 - remainder)].filter((text, at,
        all) => all.indexOf(text) === at)) {
        refuse(`padding: ${padding} behind ${remainder} characters of the ${field}`, signed(segment + padding),
          'not_base64url', field, more)
      }
    }
  }
  for (const [field, [segment, signed]] of entries({ header: [padded(HEADER, 0), (text) => signSegments(text, BODY)],
    payload: [padded(claims(), 0), (text) => signSegments(HEAD, text)] })) {
    accept(`length: the ${field} of whole groups`, signed(segment))
    refuse(`length: the ${field} with one character too many`, signed(`${segment}A`), 'not_base64url', field)
    refuse(`padding: = behind whole groups of the ${field}`, signed(`${segment}=`), 'not_base64url', field)
    refuse(`padding: ==== behind whole groups of the ${field}`, signed(`${segment}====`), 'not_base64url', field)
  }
  for (const signature of ['A', 'AAAAA', `${SIGNATURE}AA`]) {
    refuse(`length: the signature of ${signature.length} characters`, `${HEAD}.${BODY}.${signature}`,
      'not_base64url', 'signature')
  }
  refuse('length: the header one character', signSegments('e', BODY), 'not_base64url', 'header')
  refuse('length: the payload one character', signSegments(HEAD, 'e'), 'not_base64url', 'payload')
}

const LATE = 86400 // the longest leeway, and the longest lifetime
const LAST = MAX_TIME - LATE // the last `now` that the bindings take

function times() {
  const reading = { exp: 'expires_at', nbf: 'not_before', iat: 'issued_at' }
  const at = (name, text) => sign(HEADER, claims({ [name]: text }))
  const usual = { exp: NOW + 3600, nbf: NOW - 60, iat: NOW }
  for (const [name, member] of entries(reading)) {
    const time = usual[name]
    for (const text of [`"${time}"`, `"${time}.0"`, '""', '"2099-01-01T00:00:00Z"', `${time}.5`, '0.1', '-0.5', '1e-5',
      `${MAX_TIME}.5`, 'null', 'true', 'false',
      '[]', `[${time}]`, '{}', `{"value":${time}}`]) {
      refuse(`time: ${name} is ${text}`, at(name, text), 'claim_wrong_type', name)
    }
    for (const text of ['-1', '-1.0', '-1e9', `-${time}`, `${MAX_TIME + 1}`, `${MAX_TIME + 1}.0`, `${time}000`,
      '9007199254740991', '9007199254740992', '9007199254740993',
      '9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809',
        '18446744073709551615', '18446744073709551616', '18446744075409551616',
      '1e20', '1e300', '1.7976931348623157e308', '340282366920938463463374607431768211456', '4294967296e9']) {
      refuse(`time: ${name} is ${text}`, at(name, text), 'claim_out_of_range', name)
    }
    for (const text of ['1e400', '-1e400', 'NaN', 'Infinity', `0${time}`, `+${time}`, `${time}.`, `${time}n`,
      `0x${time.toString(16)}`]) {
      refuse(`time: ${name} is ${text}`, at(name, text), 'not_json_object', 'payload')
    }
    for (const text of [`${time}.0`, `${time}.000`, `${time}e0`, `${time / 100}e2`, `${time / 1e9}e9`,
      `${time / 1e9}E+9`, `${time}0e-1`, ` ${time}\n`]) {
      accept(`time: ${name} is ${shown(text)}`, at(name, text), { [member]: time })
    }
  }
  for (const text of ['0', '-0', '0.0', '-0.0', '0e5', '-0e-5']) {
    refuse(`time: exp is ${text}`, at('exp', text), 'expired', 'exp')
    accept(`time: nbf is ${text}`, at('nbf', text), { not_before: 0 })
    accept(`time: iat is ${text}`, at('iat', text), { issued_at: 0 })
  }
  accept('time: exp is the last second of 9999', at('exp', `${MAX_TIME}`), { expires_at: MAX_TIME })
  accept('time: exp is the last second of 9999, with leeway', at('exp', `${MAX_TIME}`), { expires_at: MAX_TIME },
    { verifier: { leeway: LATE }, now: LAST })
  refuse('time: nbf is the last second of 9999', at('nbf', `${MAX_TIME}`), 'not_yet_valid', 'nbf')
  accept('time: iat is the last second of 9999', at('iat', `${MAX_TIME}`), { issued_at: MAX_TIME })
  accept('time: iat absent', at('iat', undefined), { issued_at: null })
  accept('time: iat in the future', at('iat', `${NOW + 600}`), { issued_at: NOW + 600 })
  accept('time: iat after exp', at('iat', `${NOW + 9999}`), { issued_at: NOW + 9999 })

  const exp = NOW + 3600
  for (const leeway of [0, 1, 60, LATE]) {
    const verifier = { leeway }
    accept(`time: a second before exp, leeway ${leeway}`, GOOD, {}, { verifier, now: exp + leeway - 1 })
    refuse(`time: at exp, leeway ${leeway}`, GOOD, 'expired', 'exp', { verifier, now: exp + leeway })
    refuse(`time: a second after exp, leeway ${leeway}`, GOOD, 'expired', 'exp', { verifier, now: exp + leeway + 1 })
    const later = at('nbf', `${NOW}`)
    accept(`time: at nbf, leeway ${leeway}`, later, { not_before: NOW }, { verifier, now: NOW - leeway })
    refuse(`time: a second before nbf, leeway ${leeway}`, later, 'not_yet_valid', 'nbf',
      { verifier, now: NOW - leeway - 1 })
  }
  accept('time: nbf less than the leeway', at('nbf', '5'), { not_before: 5 }, { verifier: { leeway: LATE }, now: 0 })
  refuse('time: nbf 1 at second 0', at('nbf', '1'), 'not_yet_valid', 'nbf', { now: 0 })
  accept('time: nbf 0 at second 0', at('nbf', '0'), { not_before: 0 }, { now: 0 })
  refuse('time: now is the last second that it may be', GOOD, 'expired', 'exp', { now: LAST })
  refuse('time: nbf is exp', at('nbf', `${exp}`), 'not_yet_valid', 'nbf')
  refuse('time: nbf after exp, now between them', at('nbf', `${exp + 100}`), 'expired', 'exp', { now: exp + 50 })
}

function otherClaims() {
  const changed = (members) => sign(HEADER, claims(members))
  for (const name of ['exp', 'iss', 'sub']) {
    refuse(`claim: ${name} absent`, changed({ [name]: undefined }), 'missing_claim', name)
    refuse(`claim: ${name} in capitals`, changed({ [name]: undefined, [name.toUpperCase()]: CLAIMS[name] }),
      'missing_claim', name)
    refuse(`claim: ${name} only within grants`, changed({ [name]: undefined, grants: `{"${name}":${CLAIMS[name]}}` }),
      'missing_claim', name)
    refuse(`claim: ${name} only in the header`, sign(header({ [name]: CLAIMS[name] }), claims({ [name]: undefined })),
      'missing_claim', name)
  }
  for (const name of ['iss', 'sub', 'jti']) {
    const right = CLAIMS[name]
    for (const value of ['null', 'true', '0', '1.5', '[]', `[${right}]`, `["https://attacker.example",${right}]`, '{}',
      `{"value":${right}}`]) {
      refuse(`claim: ${name} is ${value}`, changed({ [name]: value }), 'claim_wrong_type', name)
    }
    accept(`claim: ${name} is not ASCII`, changed({ [name]: '"ключ \\ud83d\\ude00"' }),
      { [{ iss: 'key_sid', sub: 'account_sid', jti: 'jti' }[name]]: 'ключ 😀' })
  }
  accept('claim: jti absent', changed({ jti: undefined }), { jti: null })
  accept('claim: aud, nonce and more', changed({ aud: '["a"]', nonce: '"n"', 'https://example.com/x': '{}' }))
  for (const value of ['null', 'true', '0', '""', '"video"', '[]', '[{"identity":"alice"}]']) {
    refuse(`claim: grants is ${value}`, changed({ grants: value }), 'claim_wrong_type', 'grants')
  }
  for (const value of ['null', 'true', 'false', '1.5', '-0.5', '[]', '["alice"]', '{}', '{"name":"alice"}']) {
    refuse(`claim: identity is ${value}`, changed({ grants: `{"identity":${value}}` }), 'claim_wrong_type', 'identity')
  }
  for (const [value, identity] of [['0', '0'], ['42', '42'], ['-7', '-7'], ['9007199254740991', '9007199254740991'],
    ['"007"', '007'], ['"Zo\\u00eb"', 'Zoë'],
    ['"\\u0000"', '\0'], ['"null"', 'null']]) {
    accept(`claim: identity is ${value}`, changed({ grants: `{"identity":${value}}` }), { identity, grants: {} })
  }
  accept('claim: identity absent', changed({ grants: '{"video":{}}' }), { identity: null, grants: { video: {} } })
  accept('claim: identity only in a product', changed({ grants: '{"video":{"identity":"mallory"}}' }),
    { identity: null, grants: { video: { identity: 'mallory' } } })
  accept('claim: identity only beside grants', changed({ identity: '"mallory"' }))
  accept('claim: grants empty', changed({ grants: '{}' }), { identity: null, grants: {} })
  accept('claim: grants absent', changed({ grants: undefined }), { identity: null, grants: {} })
  accept('claim: products that are no objects',
    changed({ grants: '{"identity":"alice","chat":null,"video":[],"voice":1,"data_sync":"x"}' }),
    { grants: { chat: null, video: [], voice: 1, data_sync: 'x' } })

  const account = { verifier: { account_sid: ACCOUNT } }
  accept('account: the right one', GOOD, {}, account)
  for (const sub of [fakeSid('AC', 'd3'), ACCOUNT.toUpperCase(), ACCOUNT.slice(0, -1), `${ACCOUNT}0`, ACCOUNT.slice(2),
    `${ACCOUNT} `, ` ${ACCOUNT}`, `${ACCOUNT}\0`,
    'AC', '', '*', `${ACCOUNT},${fakeSid('AC', 'd3')}`, KEY]) {
    refuse(`account: sub is ${escaped(sub)}`, changed({ sub: JSON.stringify(sub) }), 'wrong_account', 'sub', account)
  }
  accept('account: any, where none is asked for', changed({ sub: `"${fakeSid('AC', 'd3')}"` }),
    { account_sid: fakeSid('AC', 'd3') })
}

function keyRotation() {
  const both = { verifier: { keys: { [KEY]: SECRET, [OTHER_KEY]: OTHER_SECRET } } }
  const from = (iss, secret) => sign(HEADER, claims({ iss: JSON.stringify(iss) }), { secret })
  accept('keys: the first of two', from(KEY, SECRET), {}, both)
  accept('keys: the second of two', from(OTHER_KEY, OTHER_SECRET), { key_sid: OTHER_KEY }, both)
  accept('keys: the only one', GOOD, {}, { verifier: { keys: { [KEY]: SECRET } } })
  accept('keys: the last of twenty', GOOD, {},
    { verifier: { keys: { ...Object.fromEntries(Array.from({ length: 19 },
      (_, at) => [`SK${at}`, `fake-secret-number-${at}`])), [KEY]: SECRET } } })
  accept('keys: two with the same secret, the first', from(KEY, SECRET), {},
    { verifier: { keys: { [KEY]: SECRET, [OTHER_KEY]: SECRET } } })
  accept('keys: two with the same secret, the second', from(OTHER_KEY, SECRET), { key_sid: OTHER_KEY },
    { verifier: { keys: { [KEY]: SECRET, [OTHER_KEY]: SECRET } } })
  accept('keys: named __proto__', from('__proto__', SECRET), { key_sid: '__proto__' },
    { verifier: { keys: JSON.parse(`{"__proto__":"${SECRET}"}`) } })

  refuse('keys: says the first, signed by nobody known', from(KEY, 'fake-secret-of-a-stranger'), 'bad_signature', null,
    both)
  for (const iss of [fakeSid('SK', 'd4'), KEY.toUpperCase(), KEY.slice(0, -1), `${KEY} `, `${KEY}\0`, '', 'toString',
    '__proto__', 'constructor']) {
    refuse(`keys: says ${escaped(iss)}, signed by nobody known`, from(iss, 'fake-secret-of-a-stranger'), 'unknown_key',
      'iss', both)
  }
  refuse('keys: one removed', from(OTHER_KEY, OTHER_SECRET), 'unknown_key', 'iss',
    { verifier: { keys: { [KEY]: SECRET } } })
  refuse('keys: names kid in the header, signed by nobody known', sign(header({ kid: `"${KEY}"` }),
    claims({ iss: '"SK1"' }), { secret: 'fake-secret-of-a-stranger' }),
    'unknown_key', 'iss', both)
  for (const [what, payload] of entries({ 'a broken payload': 'x', 'iss absent': claims({ iss: undefined }),
    'iss a number': claims({ iss: '1' }) })) {
    refuse(`keys: ${what}, signed by nobody known`, sign(HEADER, payload, { secret: 'fake-secret-of-a-stranger' }),
      'bad_signature', null, both)
  }
  for (const [what, iss, code, field] of [['the second', OTHER_KEY, 'bad_signature', null],
    ['none of them', fakeSid('SK', 'd4'), 'unknown_key', 'iss']]) {
    refuse(`keys: says ${what}, signed by the first`, from(iss, SECRET), code, field, both)
    refuse(`keys: says ${what}, signed by the first, and is expired`,
      sign(HEADER, claims({ iss: `"${iss}"`, exp: `${NOW - 1}` })), code, field, both)
    refuse(`keys: says ${what}, signed by the first, and is of another account`, from(iss, SECRET), code, field,
      { verifier: { ...both.verifier, account_sid: fakeSid('AC', 'd3') } })
  }
  refuse('keys: iss absent, signed by the first', sign(HEADER, claims({ iss: undefined })), 'missing_claim', 'iss',
    both)
}

function order() {
  const forged = { secret: OTHER_SECRET }
  const old = { exp: `${NOW - 1}` }
  const account = { verifier: { account_sid: fakeSid('AC', 'd3') } }
  const broken = '{"exp":'
  const rows = [
    ['size before shape', { parts: [{ repeat: '=', times: 16385 }] }, 'token_too_large', null, { sound: false }],
    ['size before everything', { parts: [`${base64url(header({ alg: '"none"', crit: '[]' }))}.=`,
      { repeat: 'A', times: 16384 }, '.'] }, 'token_too_large', null, { sound: false }],
    ['the number of segments before their characters', '=.=', 'not_compact'],
    ['an empty segment before the characters of another', '=..=', 'not_compact'],
    ['header before payload and signature', '=.=.=', 'not_base64url', 'header'],
    ['payload before signature', `${HEAD}.=.=`, 'not_base64url', 'payload'],
    ['shape before the header', `${base64url('{')}.${BODY}.=`, 'not_base64url', 'signature'],
    ['shape before the algorithm', `${base64url(header({ alg: '"none"' }))}.=.AAAA`, 'not_base64url', 'payload'],
    ['header JSON before the signature', sign('{', claims(), forged), 'not_json_object', 'header'],
    ['header JSON before the payload', sign('{', broken), 'not_json_object', 'header'],
    ['a duplicate in the header before crit', sign(withText(HEADER, '"crit":[],"crit":[]')), 'duplicate_member',
      'header'],
    ['depth of the header before crit', sign(withText(HEADER, `"crit":[],"x":${'['.repeat(200)}${']'.repeat(200)}`)),
      'nested_too_deep', 'header'],
    ['crit before b64, zip, enc, alg, typ and cty', sign('{"cty":1,"typ":1,"alg":1,"enc":1,"zip":1,"b64":1,"crit":1}'),
      'unsupported_header', 'crit'],
    ['b64 before zip, enc, alg, typ and cty', sign('{"cty":1,"typ":1,"alg":1,"enc":1,"zip":1,"b64":1}'),
      'unsupported_header', 'b64'],
    ['zip before enc, alg, typ and cty', sign('{"cty":1,"typ":1,"alg":1,"enc":1,"zip":1}'), 'unsupported_header',
      'zip'],
    ['enc before alg, typ and cty', sign('{"cty":1,"typ":1,"alg":1,"enc":1}'), 'unsupported_header', 'enc'],
    ['alg before typ and cty', sign('{"cty":1,"typ":1,"alg":1}'), 'wrong_algorithm', 'alg', { sound: false }],
    ['typ before cty', sign('{"cty":1,"typ":1,"alg":"HS256"}'), 'wrong_typ', 'typ'],
    ['cty before the signature', sign(header({ cty: '""' }), claims(), forged), 'wrong_cty', 'cty'],
    ['typ before the signature', sign(header({ typ: '""' }), claims(), forged), 'wrong_typ', 'typ'],
    ['alg before the signature', sign(header({ alg: '"none"' }), claims(), forged), 'wrong_algorithm', 'alg',
      { sound: false }],
    ['alg before the payload', sign(header({ alg: '"none"' }), broken), 'wrong_algorithm', 'alg', { sound: false }],
    ['crit before the signature', sign(header({ crit: '[]' }), claims(), forged), 'unsupported_header', 'crit'],
    ...entries({ 'a broken payload': broken, 'a payload that is not UTF-8': Buffer.of(0xff), 'an empty object': '{}',
      'an array': '[]', 'a duplicate': '{"a":1,"a":1}',
      'a nested payload': `{"x":${'['.repeat(2000)}${']'.repeat(2000)}}`, 'a byte-order mark': `\ufeff${claims()}`,
        'claims of wrong types': claims({ exp: '""', iss: '1' }),
      'an expired token': claims(old), 'a token not yet valid': claims({ nbf: `${NOW + 60}` }) })
      .map(([what, payload]) => [`the signature before ${what}`, sign(HEADER, payload, forged), 'bad_signature', null,
        { sound: false }]),
    ['the signature before another account', sign(HEADER, claims(), forged), 'bad_signature', null, account],
    ['payload JSON before an expired token', sign(HEADER, `${claims(old)}x`), 'not_json_object', 'payload'],
    ['a duplicate in the payload before an expired token', sign(HEADER, withText(claims(old), '"exp":1')),
      'duplicate_member', 'payload'],
    ['exp before nbf and iat', sign(HEADER, claims({ exp: '""', nbf: '""', iat: '""' })), 'claim_wrong_type', 'exp'],
    ['nbf before iat', sign(HEADER, claims({ nbf: '""', iat: '""' })), 'claim_wrong_type', 'nbf'],
    ['exp out of range before the type of nbf', sign(HEADER, claims({ exp: '-1', nbf: '""' })), 'claim_out_of_range',
      'exp'],
    ['iat before iss', sign(HEADER, claims({ iat: '""', iss: '1' })), 'claim_wrong_type', 'iat'],
    ['iss before sub', sign(HEADER, claims({ iss: '1', sub: '1' })), 'claim_wrong_type', 'iss'],
    ['sub before jti', sign(HEADER, claims({ sub: '1', jti: '1' })), 'claim_wrong_type', 'sub'],
    ['jti before grants', sign(HEADER, claims({ jti: '1', grants: '1' })), 'claim_wrong_type', 'jti'],
    ['the type of identity before missing exp', sign(HEADER, claims({ exp: undefined, grants: '{"identity":null}' })),
      'claim_wrong_type', 'identity'],
    ['the type of grants before an expired token', sign(HEADER, claims({ ...old, grants: '1' })), 'claim_wrong_type',
      'grants'],
    ['missing exp before missing iss', sign(HEADER, claims({ exp: undefined, iss: undefined, sub: undefined })),
      'missing_claim', 'exp'],
    ['missing iss before missing sub', sign(HEADER, claims({ iss: undefined, sub: undefined })), 'missing_claim',
      'iss'],
    ['missing sub before an expired token', sign(HEADER, claims({ ...old, sub: undefined })), 'missing_claim', 'sub'],
    ['expired before not yet valid', sign(HEADER, claims({ ...old, nbf: `${NOW + 60}` })), 'expired', 'exp'],
    ['expired before the account', sign(HEADER, claims(old)), 'expired', 'exp', account],
    ['not yet valid before the account', sign(HEADER, claims({ nbf: `${NOW + 60}` })), 'not_yet_valid', 'nbf', account],
  ]
  for (const [what, token, code, field = null, more] of rows) {
    refuse(`order: ${what}`, token, code, field, { ...(ALWAYS.has(code) && { sound: false }), ...more })
  }
}

/** JSON in ASCII, a case on each line. */
const toText = ({ cases: all, ...rest }) => `${JSON.stringify(rest, null, 1).slice(0, -2)},
 "cases": [\n${all.map((one) => JSON.stringify(one)).join(',\n')}\n ]\n}\n`
  .replace(/[^\0-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

function generate() {
  for (const group of [good, fromTheStandards, algorithms, secrets, signatures, criticalHeaders, embeddedKeys, types,
    jsonTexts, encodings, duplicates, nesting, sizes, shapes,
    characters, afterWycheproof, times, otherClaims, keyRotation, order]) group()
  const titles = cases.map(({ title }) => title)
  const repeatedTitle = titles.find((title, index) => titles.indexOf(title) !== index)
  if (repeatedTitle) throw new Error(`two cases are called "${repeatedTitle}"`)
  return toText({
    about: `Generated: do not edit. Regenerate with "${REGENERATE}". README.md describes the format.`,
    defaults: { now: NOW, verifier: { secret: SECRET }, claims: READ },
    cases,
  })
}

const readIfThere = (url) => {
  try {
    return readFileSync(url, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return ''
    throw error
  }
}

const text = generate()
if (!process.argv.includes('--check')) {
  writeFileSync(OUTPUT, text)
} else if (readIfThere(OUTPUT) !== text) {
  console.error(`tests/vectors/hostile.json is stale. Regenerate it: ${REGENERATE}`)
  process.exitCode = 1
}
