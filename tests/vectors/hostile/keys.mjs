// Cases of hostile.json about keys: secrets that are keys or zeros, wrong signatures, and the choice among several keys.

import { createHash } from 'node:crypto'

import { accept, escaped, refuse, refuseVerifier } from './cases.mjs'
import {
  BODY,
  base64url,
  CLAIMS,
  claims,
  entries,
  fakeSid,
  GOOD,
  HEAD,
  HEADER,
  header,
  hmac,
  KEY,
  NOW,
  OTHER_KEY,
  OTHER_SECRET,
  object,
  SECRET,
  SIGNATURE,
  sign,
  withSignature,
} from './tokens.mjs'

const PEM_BODY = `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${'fake'.repeat(22)}==`
const pem = (label) => `-----BEGIN ${label}-----\n${PEM_BODY}\n-----END ${label}-----\n`
const KEYS = {
  ...Object.fromEntries(
    [
      'PUBLIC KEY',
      'RSA PUBLIC KEY',
      'CERTIFICATE',
      'PRIVATE KEY',
      'RSA PRIVATE KEY',
      'EC PRIVATE KEY',
      'ENCRYPTED PRIVATE KEY',
      'OPENSSH PRIVATE KEY',
    ].map((label) => [`PEM ${label}`, pem(label)]),
  ),
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
/** Text before a key that made another library overlook the key. */
const BEFORE = {
  'a space': ' ',
  'a tab': '\t',
  'a newline': '\n',
  'a carriage return and newline': '\r\n',
  'a vertical tab and form feed': '\v\f',
  'a byte-order mark': '\ufeff',
  'a byte-order mark and a newline': '\ufeff\n',
  'a newline and a byte-order mark': '\n\ufeff',
  'a quotation mark': '"',
  'a no-break space': '\u00a0',
  'a zero-width space': '\u200b',
  'a line separator': '\u2028',
  'a zero byte': '\0',
  'an option of authorized_keys': 'no-pty ',
}

export function secrets() {
  for (const [kind, text] of entries(KEYS)) {
    refuseVerifier(`secret: ${kind}`, 'secret_is_key', 'secret', { secret: text })
    refuse(
      `secret: ${kind}, and the token is signed with its text`,
      sign(HEADER, claims(), { secret: text }),
      'bad_signature',
    )
  }
  for (const kind of [
    'PEM PUBLIC KEY',
    'PEM OPENSSH PRIVATE KEY',
    'ssh-rsa',
    'ecdsa-sha2-nistp256',
    'RFC 4716',
    'JWK, oct',
    'JWK set',
    'list of JWKs',
  ]) {
    for (const [what, before] of entries(BEFORE)) {
      refuseVerifier(`secret: ${kind} after ${what}`, 'secret_is_key', 'secret', { secret: before + KEYS[kind] })
    }
  }
  refuseVerifier('secret: PEM after other text', 'secret_is_key', 'secret', {
    secret: `subject=/CN=fake\n${pem('CERTIFICATE')}`,
  })
  refuseVerifier('secret: PEM, its lines ended by carriage returns', 'secret_is_key', 'secret', {
    secret: pem('PUBLIC KEY').replaceAll('\n', '\r\n'),
  })
  refuseVerifier('secret: PEM in UTF-16', 'secret_is_key', 'secret', {
    secret_hex: Buffer.from(`\ufeff${pem('PUBLIC KEY')}`, 'utf16le').toString('hex'),
  })
  refuseVerifier('secret: PuTTY', 'secret_is_key', 'secret', {
    secret: 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: fake\n',
  })
  refuseVerifier('secret: PEM as bytes', 'secret_is_key', 'secret', {
    secret_hex: Buffer.from(pem('PUBLIC KEY')).toString('hex'),
  })
  refuseVerifier('secret: PEM among good ones', 'secret_is_key', undefined, {
    keys: { [KEY]: SECRET, [OTHER_KEY]: pem('PUBLIC KEY') },
  })

  refuseVerifier('secret: empty', 'required', 'secret', { secret: '' })
  refuseVerifier('secret: empty, as bytes', 'required', 'secret', { secret_hex: '' })
  refuseVerifier('secret: empty among good ones', 'required', undefined, { keys: { [KEY]: SECRET, [OTHER_KEY]: '' } })
  for (const length of [1, 16, 31, 32, 33, 64, 65, 128, 129]) {
    refuseVerifier(`secret: ${length} zero bytes`, 'secret_is_zeros', 'secret', { secret_hex: '00'.repeat(length) })
    refuse(
      `secret: the token is signed with ${length} zero bytes`,
      sign(HEADER, claims(), { secret: Buffer.alloc(length) }),
      'bad_signature',
    )
  }
  refuseVerifier('secret: NULs, as text', 'secret_is_zeros', 'secret', { secret: '\0'.repeat(32) })
  refuseVerifier('secret: zeros among good ones', 'secret_is_zeros', undefined, {
    keys: { [KEY]: SECRET, [OTHER_KEY]: '\0' },
  })
  refuse('secret: the token is signed with an empty key', sign(HEADER, claims(), { secret: '' }), 'bad_signature')

  const tokenOf = (secret) => sign(HEADER, claims(), { secret })
  for (const [what, secret] of entries({
    'the text PEM starts with, cut': '-----BEGIN',
    'a word for PEM': '-----BEGINNING of a fake',
    'ssh-rsa and no key': 'fake of ssh-rsa',
    'a JSON object that is no key': '{"fake":"secret"}',
    'kty without a brace': 'fake "kty":"oct"',
    'the digit zero': '0'.repeat(32),
    'one letter': 'f',
    'not ASCII': 'fake-ключ-🔑',
    'a NUL within': 'fake\0secret',
    'a newline at the end': 'fake-secret\n',
    'a space before': ' fake-secret',
  })) {
    accept(`secret: ${what}`, tokenOf(secret), {}, { verifier: { secret } })
  }
  for (const [what, bytes] of entries({
    'zeros but for the last bit': [...Buffer.alloc(31), 1],
    'all ones': Buffer.alloc(32, 0xff),
    'one byte 01': [1],
    'not UTF-8': [0xc3, 0x28, 0xff, 0xfe],
    '64 bytes': Buffer.alloc(64, 'fake'),
    '65 bytes': Buffer.alloc(65, 'fake'),
    '200 bytes': Buffer.alloc(200, 'fake'),
  })) {
    const secret = Buffer.from(bytes)
    accept(`secret: ${what}, as bytes`, tokenOf(secret), {}, { verifier: { secret_hex: secret.toString('hex') } })
  }
  // RFC 2104 fills a short key with zeros, so these are the same key: a property of HMAC, not of the verifier.
  accept('secret: the same with a NUL behind it', GOOD, {}, { verifier: { secret: `${SECRET}\0` } })
  refuse('secret: the same with a newline behind it', GOOD, 'bad_signature', null, {
    verifier: { secret: `${SECRET}\n` },
  })
  refuse('secret: the same with a space before it', GOOD, 'bad_signature', null, { verifier: { secret: ` ${SECRET}` } })
  refuse('secret: the same in capitals', GOOD, 'bad_signature', null, { verifier: { secret: SECRET.toUpperCase() } })
  refuse('secret: its first half', GOOD, 'bad_signature', null, { verifier: { secret: SECRET.slice(0, 16) } })

  refuseVerifier('verifier: leeway of more than a day', 'out_of_range', 'leeway', { leeway: 86401 })
  refuseVerifier('verifier: negative leeway', 'out_of_range', 'leeway', { leeway: -1 })
  for (const algorithm of ['none', 'hs256', 'HS1', 'RS256', 'ES256']) {
    refuseVerifier(`verifier: algorithm ${algorithm}`, 'unsupported_algorithm', 'algorithm', { algorithm })
  }
}

export function signatures() {
  const right = hmac(`${HEAD}.${BODY}`)
  const bit = (at) => Buffer.from(right.map((byte, index) => (index === at >> 3 ? byte ^ (1 << (at & 7)) : byte)))
  const wrong = {
    ...Object.fromEntries([0, 7, 8, 127, 128, 255].map((at) => [`bit ${at} flipped`, bit(at)])),
    ...Object.fromEntries([1, 2, 16, 20, 31].map((length) => [`its first ${length} bytes`, right.subarray(0, length)])),
    'with a byte behind it': Buffer.concat([right, Buffer.of(0)]),
    twice: Buffer.concat([right, right]),
    'filled to 64 bytes': Buffer.concat([right, Buffer.alloc(32)]),
    backwards: Buffer.from(right).reverse(),
    inverted: right.map((byte) => ~byte),
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
  for (const [what, signature] of entries(wrong))
    refuse(`signature: ${what}`, withSignature(signature), 'bad_signature')
  accept('signature: the right one', withSignature(right))
  refuse(
    'signature: of the same claims in another order',
    `${HEAD}.${base64url(object(Object.fromEntries(entries(CLAIMS).reverse())))}.${SIGNATURE}`,
    'bad_signature',
  )
  for (const [name, changed] of entries({
    identity: { grants: '{"identity":"mallory"}' },
    exp: { exp: `${NOW + 9999}` },
  })) {
    refuse(
      `signature: ${name} changed after signing`,
      `${HEAD}.${base64url(claims(changed))}.${SIGNATURE}`,
      'bad_signature',
    )
  }
}

export function keyRotation() {
  const both = { verifier: { keys: { [KEY]: SECRET, [OTHER_KEY]: OTHER_SECRET } } }
  const from = (iss, secret) => sign(HEADER, claims({ iss: JSON.stringify(iss) }), { secret })
  accept('keys: the first of two', from(KEY, SECRET), {}, both)
  accept('keys: the second of two', from(OTHER_KEY, OTHER_SECRET), { key_sid: OTHER_KEY }, both)
  accept('keys: the only one', GOOD, {}, { verifier: { keys: { [KEY]: SECRET } } })
  accept(
    'keys: the last of twenty',
    GOOD,
    {},
    {
      verifier: {
        keys: {
          ...Object.fromEntries(Array.from({ length: 19 }, (_, at) => [`SK${at}`, `fake-secret-number-${at}`])),
          [KEY]: SECRET,
        },
      },
    },
  )
  accept(
    'keys: two with the same secret, the first',
    from(KEY, SECRET),
    {},
    { verifier: { keys: { [KEY]: SECRET, [OTHER_KEY]: SECRET } } },
  )
  accept(
    'keys: two with the same secret, the second',
    from(OTHER_KEY, SECRET),
    { key_sid: OTHER_KEY },
    { verifier: { keys: { [KEY]: SECRET, [OTHER_KEY]: SECRET } } },
  )
  refuse('keys: named __proto__', from('__proto__', SECRET), 'malformed_issuer', 'iss', {
    verifier: { keys: JSON.parse(`{"__proto__":"${SECRET}"}`) },
  })

  refuse(
    'keys: says the first, signed by nobody known',
    from(KEY, 'fake-secret-of-a-stranger'),
    'bad_signature',
    null,
    both,
  )
  for (const iss of [
    fakeSid('SK', 'd4'),
    KEY.toUpperCase(),
    KEY.slice(0, -1),
    `${KEY} `,
    `${KEY}\0`,
    '',
    'toString',
    '__proto__',
    'constructor',
  ]) {
    refuse(
      `keys: says ${escaped(iss)}, signed by nobody known`,
      from(iss, 'fake-secret-of-a-stranger'),
      'unknown_key',
      'iss',
      both,
    )
  }
  refuse('keys: one removed', from(OTHER_KEY, OTHER_SECRET), 'unknown_key', 'iss', {
    verifier: { keys: { [KEY]: SECRET } },
  })
  refuse(
    'keys: names kid in the header, signed by nobody known',
    sign(header({ kid: `"${KEY}"` }), claims({ iss: '"SK1"' }), { secret: 'fake-secret-of-a-stranger' }),
    'unknown_key',
    'iss',
    both,
  )
  for (const [what, payload] of entries({
    'a broken payload': 'x',
    'iss absent': claims({ iss: undefined }),
    'iss a number': claims({ iss: '1' }),
  })) {
    refuse(
      `keys: ${what}, signed by nobody known`,
      sign(HEADER, payload, { secret: 'fake-secret-of-a-stranger' }),
      'bad_signature',
      null,
      both,
    )
  }
  for (const [what, iss, code, field] of [
    ['the second', OTHER_KEY, 'bad_signature', null],
    ['none of them', fakeSid('SK', 'd4'), 'unknown_key', 'iss'],
  ]) {
    refuse(`keys: says ${what}, signed by the first`, from(iss, SECRET), code, field, both)
    refuse(
      `keys: says ${what}, signed by the first, and is expired`,
      sign(HEADER, claims({ iss: `"${iss}"`, exp: `${NOW - 1}` })),
      code,
      field,
      both,
    )
    refuse(`keys: says ${what}, signed by the first, and is of another account`, from(iss, SECRET), code, field, {
      verifier: { ...both.verifier, account_sid: fakeSid('AC', 'd3') },
    })
  }
  refuse(
    'keys: iss absent, signed by the first',
    sign(HEADER, claims({ iss: undefined })),
    'missing_claim',
    'iss',
    both,
  )
}
