// Good tokens, and variations of the header: the algorithm, `crit` and its kin, keys that a token brings along, `typ`
// and `cty`.

import { deflateRawSync } from 'node:zlib'

import { accept, refuse } from './cases.mjs'
import {
  BODY,
  base64url,
  CLAIMS,
  claims,
  entries,
  HEADER,
  header,
  hmac,
  KEY,
  NOW,
  OTHER_KEY,
  OTHER_SECRET,
  object,
  sign,
  withText,
} from './tokens.mjs'

export function good() {
  // The runners' small changes start from this one, the first.
  const jti = `${KEY}-${NOW}`
  const whole = claims({ jti: `"${jti}"`, nbf: `${NOW}` })
  accept('good: with every claim', sign(HEADER, whole), {
    jti,
    not_before: NOW,
    header: JSON.parse(HEADER),
    payload: JSON.parse(whole),
  })
  const { exp, iss, sub } = CLAIMS
  accept('good: as short as it may be', sign(header({ typ: undefined }), object({ exp, iss, sub, grants: '{}' })), {
    identity: null,
    grants: {},
    jti: null,
    issued_at: null,
  })
  for (const algorithm of ['HS256', 'HS384', 'HS512']) {
    const token = sign(header({ alg: `"${algorithm}"` }), claims(), { algorithm })
    accept(`good: ${algorithm}, pinned`, token, {}, { verifier: { algorithm } })
    for (const other of ['HS256', 'HS384', 'HS512'].filter((other) => other !== algorithm)) {
      refuse(`alg: ${algorithm}, where ${other} is pinned`, token, 'wrong_algorithm', 'alg', {
        verifier: { algorithm: other },
      })
      refuse(
        `alg: says ${algorithm}, signed with ${other}`,
        sign(header({ alg: `"${algorithm}"` }), claims(), { algorithm: other }),
        'bad_signature',
        null,
        { verifier: { algorithm } },
      )
    }
  }
}

export function algorithms() {
  for (let bits = 0; bits < 16; bits++) {
    const none = [...'none'].map((letter, at) => ((bits >> at) & 1 ? letter.toUpperCase() : letter)).join('')
    refuse(`alg: ${none}, with a signature`, sign(header({ alg: `"${none}"` })), 'wrong_algorithm', 'alg', {
      sound: false,
    })
    const unsigned = `${base64url(header({ alg: `"${none}"` }))}.${BODY}`
    refuse(`alg: ${none}, signature empty`, `${unsigned}.`, 'not_compact')
    refuse(`alg: ${none}, any signature`, `${unsigned}.AAAA`, 'wrong_algorithm', 'alg', { sound: false })
  }
  for (const alg of [
    '"n\\u006fne"',
    '"\\u006e\\u006f\\u006e\\u0065"',
    '"none "',
    '" none"',
    '"none\\u0000"',
    '"n\\u043ene"',
    '""',
    '"hs256"',
    '"Hs256"',
    '"HS256 "',
    '" HS256"',
    '"HS256\\u0000"',
    '"HS256\\n"',
    '"HS 256"',
    '"HS-256"',
    '"HS2560"',
    '"HS25"',
    '"HS255"',
    '"HS1"',
    '"SHA256"',
    '"HMAC"',
    '"HS256,none"',
    '"RS256"',
    '"RS384"',
    '"RS512"',
    '"PS256"',
    '"ES256"',
    '"ES256K"',
    '"EdDSA"',
    '"Ed25519"',
    '"ML-DSA-44"',
    '"dir"',
    '"A128KW"',
    '"PBES2-HS256+A128KW"',
    '"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"',
    '"\\uff28\\uff33256"',
    'null',
    'true',
    'false',
    '256',
    '0',
    '[]',
    '["HS256"]',
    '{}',
    '{"name":"HS256"}',
  ]) {
    refuse(`alg: ${alg}`, sign(header({ alg })), 'wrong_algorithm', 'alg', { sound: false })
  }
  const alone = '"typ":"JWT","cty":"twilio-fpa;v=1"'
  for (const [what, members] of entries({
    missing: '',
    'in capitals': '"ALG":"HS256",',
    'with a space': '"alg ":"HS256",',
    'one level down': '"jose":{"alg":"HS256"},',
    'in Cyrillic': '"\u0430lg":"HS256",',
    'with a NUL': '"alg\\u0000":"HS256",',
    'called algorithm': '"algorithm":"HS256",',
    'on the prototype': '"__proto__":{"alg":"HS256"},',
  })) {
    refuse(`alg: ${what}`, sign(`{${members}${alone}}`), 'wrong_algorithm', 'alg', { sound: false })
  }
  accept('alg: escaped', sign(header({ alg: '"\\u0048S\\u0032\\u00356"' })))
  accept('alg: its name escaped', sign(`{"\\u0061lg":"HS256",${alone}}`))
  accept('alg: last of the members', sign(`{${alone},"alg":"HS256"}`))
  accept('alg: and another name in capitals', sign(withText(HEADER, '"ALG":"none"')))
  refuse(
    'alg: ES256 with a signature of zeros',
    `${base64url(header({ alg: '"ES256"' }))}.${BODY}.${'A'.repeat(86)}`,
    'wrong_algorithm',
    'alg',
    { sound: false },
  )
  refuse(
    'alg: PBES2 with a billion rounds',
    sign(header({ alg: '"PBES2-HS256+A128KW"', p2c: '1000000000', p2s: '"AAAA"' })),
    'wrong_algorithm',
    'alg',
    { sound: false },
  )
}

export function criticalHeaders() {
  for (const crit of [
    '[]',
    '["exp"]',
    '["alg"]',
    '["typ"]',
    '["b64"]',
    '["crit"]',
    '["unknown"]',
    '[""]',
    '["exp","exp"]',
    '[1]',
    '[null]',
    '[["exp"]]',
    '[{}]',
    'null',
    'true',
    'false',
    '0',
    '1',
    '""',
    '"exp"',
    '"b64"',
    '{}',
    '{"exp":true}',
  ]) {
    refuse(`crit: ${crit}`, sign(header({ crit })), 'unsupported_header', 'crit')
  }
  for (const [what, members] of entries({
    'names a header that is there': '"crit":["http://example.com/x"],"http://example.com/x":true',
    'name escaped': '"\\u0063r\\u0069t":["exp"]',
    'with b64 false': '"b64":false,"crit":["b64"]',
    'with b64 true': '"b64":true,"crit":["b64"]',
    'with zip and enc': '"zip":"DEF","enc":"A128GCM","crit":["zip"]',
  })) {
    refuse(`crit: ${what}`, sign(withText(HEADER, members)), 'unsupported_header', 'crit')
  }
  for (const b64 of ['false', 'null', '0', '1', '""', '"true"', '"false"', '[]', '[true]', '{}']) {
    refuse(`b64: ${b64}`, sign(header({ b64 })), 'unsupported_header', 'b64')
  }
  const unencoded = base64url(header({ b64: 'false' }))
  refuse(
    'b64: false, and the payload is not encoded',
    `${unencoded}.${claims()}.${base64url(hmac(`${unencoded}.${claims()}`))}`,
    'not_base64url',
    'payload',
  )
  refuse('b64: false, and the payload is detached', `${unencoded}..${base64url(hmac(`${unencoded}.`))}`, 'not_compact')
  accept('b64: true', sign(header({ b64: 'true' })))
  for (const [name, values] of entries({
    zip: ['"DEF"', '"def"', '""', 'null', 'false', '[]'],
    enc: ['"A128GCM"', '"A128CBC-HS256"', '""', 'null', 'false', '{}'],
  })) {
    for (const value of values) refuse(`${name}: ${value}`, sign(header({ [name]: value })), 'unsupported_header', name)
  }
  refuse(
    'zip: DEF, and the payload is deflated',
    sign(header({ zip: '"DEF"' }), deflateRawSync(claims())),
    'unsupported_header',
    'zip',
  )
  for (const name of ['Crit', 'CRIT', 'crit ', 'B64', 'ZIP', 'Enc']) {
    accept(`unknown header ${name}`, sign(header({ [name]: 'false' })))
  }
  accept(
    'crit, b64, zip and enc one level down in the header',
    sign(header({ x: '{"crit":["b64"],"b64":false,"zip":"DEF","enc":"A128GCM"}' })),
  )
  accept(
    'crit, b64, zip and enc in the payload',
    sign(HEADER, claims({ crit: '["b64"]', b64: 'false', zip: '"DEF"', enc: '"A128GCM"' })),
  )
}

export function embeddedKeys() {
  const oct = `{"kty":"oct","k":"${base64url(OTHER_SECRET)}"}`
  const rsa = `{"kty":"RSA","e":"AQAB","n":"${base64url(Buffer.alloc(256, 'fake'))}"}`
  for (const [what, members] of entries({
    'jwk, oct': { jwk: oct },
    'jwk, RSA': { jwk: rsa },
    'jwk, a private key': { jwk: '{"kty":"EC","crv":"P-256","x":"fake","y":"fake","d":"fake"}' },
    'jwk: null': { jwk: 'null' },
    'jwk: text': { jwk: '"fake"' },
    jku: { jku: '"https://attacker.example/keys.json"' },
    'jku, a file': { jku: '"file:///dev/zero"' },
    'jku, this machine': { jku: '"http://127.0.0.1:9/keys.json"' },
    x5u: { x5u: '"https://attacker.example/chain.pem"' },
    x5c: { x5c: '["ZmFrZQ=="]' },
    'x5c, empty': { x5c: '[]' },
    x5t: { x5t: '"ZmFrZQ"' },
    'x5t#S256': { 'x5t#S256': '"ZmFrZQ"' },
    kid: { kid: `"${KEY}"` },
    "kid, somebody else's": { kid: `"${OTHER_KEY}"` },
    'kid, a path': { kid: '"../../../../dev/null"' },
    'kid, SQL': { kid: "\"x' UNION SELECT 'fake';--\"" },
    'kid, a command': { kid: '"x|sleep 9"' },
    'kid, an object': { kid: '{"$ne":null}' },
    'kid, __proto__': { kid: '"__proto__"' },
    'kid: null': { kid: 'null' },
    secret: { secret: `"${OTHER_SECRET}"` },
    'all of them': { jwk: oct, jku: '"https://attacker.example/"', x5u: '"https://attacker.example/"', kid: '"x"' },
  })) {
    refuse(
      `embedded ${what}, signed by whoever put it there`,
      sign(header(members), claims(), { secret: OTHER_SECRET }),
      'bad_signature',
    )
    accept(`embedded ${what}, signed by us`, sign(header(members)))
  }
}

export function types() {
  for (const typ of ['"JWT"', '"jwt"', '"Jwt"', '"jWt"', '"JW\\u0054"', undefined]) {
    accept(`typ: ${typ ?? 'absent'}`, sign(header({ typ })))
  }
  for (const typ of [
    '""',
    '"JWS"',
    '"JWE"',
    '"JOSE"',
    '"at+jwt"',
    '"application/jwt"',
    '"JWT "',
    '" JWT"',
    '"JWTT"',
    '"JW"',
    '"\\uff2aWT"',
    '"JWT\\u0000"',
    '"SAT"',
    'null',
    'true',
    '1',
    '["JWT"]',
    '{}',
  ]) {
    refuse(`typ: ${typ}`, sign(header({ typ })), 'wrong_typ', 'typ')
  }
  for (const cty of ['"twilio-fpa;v=1"', '"twilio-fpa;\\u0076=1"']) accept(`cty: ${cty}`, sign(header({ cty })))
  refuse('cty: absent', sign(header({ cty: undefined })), 'wrong_cty', 'cty')
  for (const cty of [
    '""',
    '"TWILIO-FPA;V=1"',
    '"Twilio-fpa;v=1"',
    '"twilio-fpa; v=1"',
    '"twilio-fpa;v=2"',
    '"twilio-fpa;v=10"',
    '"twilio-fpa"',
    '"twilio-pkrv;v=1"',
    '"twilio-sat;v=1"',
    '"JWT"',
    '"twilio-fpa;v=1 "',
    '"application/twilio-fpa;v=1"',
    'null',
    'true',
    '1',
    '["twilio-fpa;v=1"]',
    '{}',
  ]) {
    refuse(`cty: ${cty}`, sign(header({ cty })), 'wrong_cty', 'cty')
  }
  accept('twr: a region', sign(header({ twr: '"au1"' })), { header: JSON.parse(header({ twr: '"au1"' })) })
  accept('unknown headers of every type', sign(withText(HEADER, '"a":1,"b":[],"c":{},"d":null,"e":"x","f":true')))
}
