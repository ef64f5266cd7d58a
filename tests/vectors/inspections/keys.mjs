// Issuer and secret.

import { GOOD_TOKEN, rule } from './cases.mjs'
import {
  ACCOUNT,
  AUTH_TOKEN,
  BODY,
  base64url,
  CLAIMS,
  GOOD,
  HEAD,
  HEADER,
  KEY,
  OTHER_SECRET,
  SECRET,
  SERVICE,
  SIGNATURE,
  sign,
  signedWith,
  toJson,
  withClaims,
} from './tokens.mjs'

/** A variable of a template, as a program writes it that does not expand it. */
const UNEXPANDED = ['$', '{TWILIO_API_SECRET_OF_PRODUCTION}'].join('')

const { entries } = Object

/** The issuer. */
export function parties() {
  rule(
    'missing_claim',
    [
      ['no iss', withClaims({ iss: undefined })],
      ['no sub', withClaims({ sub: undefined })],
      ['no exp', withClaims({ exp: undefined })],
      [
        'none of the three',
        withClaims({ iss: undefined, sub: undefined, exp: undefined }),
        { codes: ['missing_claim', 'missing_claim', 'missing_claim'] },
      ],
    ],
    [
      ['no jti', withClaims({ jti: undefined })],
      ['no iat', withClaims({ iat: undefined })],
    ],
  )
  rule(
    'issuer_and_subject_swapped',
    [
      ['swapped', withClaims({ iss: ACCOUNT, sub: KEY }), { reads: { key_sid: ACCOUNT, account_sid: KEY } }],
      ['swapped, and short', withClaims({ iss: 'AC123', sub: 'SK123' })],
    ],
    [GOOD_TOKEN, ['an issuer that is the account', withClaims({ iss: ACCOUNT }), { codes: ['issuer_is_account'] }]],
  )
  rule(
    'issuer_is_account',
    [['the account twice', withClaims({ iss: ACCOUNT })]],
    [GOOD_TOKEN, ['a short account SID', withClaims({ iss: 'AC123' }), { codes: ['malformed_issuer'] }]],
  )
  const wrong = (prefix, right, other) => ({
    'a short one': `${prefix}123`,
    'a digit too many': `${right}0`,
    'a digit too few': right.slice(0, -1),
    'a letter that is no digit': `${right.slice(0, -1)}g`,
    'a small prefix': right.toLowerCase(),
    'a line feed after it': `${right}\n`,
    'quotation marks around it': `"${right}"`,
    'of another kind': other,
    'the text undefined': 'undefined',
    'nothing in it': '',
    'a number': 42,
    null: null,
  })
  for (const [code, claim, prefix, right, other] of [
    ['malformed_issuer', 'iss', 'SK', KEY, SERVICE],
    ['malformed_subject', 'sub', 'AC', ACCOUNT, KEY],
  ]) {
    const shown = entries(wrong(prefix, right, other))
    rule(
      code,
      shown.map(([title, sid]) => [title, withClaims({ [claim]: sid })]),
      [GOOD_TOKEN, ['capital digits', withClaims({ [claim]: prefix + right.slice(2).toUpperCase() })]],
    )
  }
}

/** The audience. */
export function audience() {
  rule(
    'unexpected_audience',
    [
      ['a text', withClaims({ aud: 'https://example.com' })],
      ['a list', withClaims({ aud: ['a'] })],
      ['null', withClaims({ aud: null })],
    ],
    [GOOD_TOKEN, ['an audience in a grant', withClaims({ grants: { ...CLAIMS.grants, fleet: { aud: 'x' } } })]],
  )
}

/** The secret, and the signature. */
export function secrets() {
  const valid = (secret) => ({ secret, signature: 'valid' })
  const right = ['the right secret', GOOD, valid(SECRET)]
  rule(
    'signature_cut',
    [
      ['three characters less', GOOD.slice(0, -3)],
      ['half of the signature', `${HEAD}.${BODY}.${SIGNATURE.slice(0, 24)}`, { secret: SECRET, signature: 'invalid' }],
      ['four characters more', `${GOOD}AAAA`],
      [
        'signed with HS512, says HS256',
        sign(HEADER, CLAIMS, { algorithm: 'HS512' }),
        { secret: SECRET, signature: 'invalid' },
      ],
    ],
    [
      right,
      ['a signature of the right length, and wrong', `${HEAD}.${BODY}.${'A'.repeat(43)}`],
      [
        'RS256, whose signatures are longer',
        sign({ ...HEADER, alg: 'RS256' }, CLAIMS, { algorithm: 'HS512' }),
        { secret: SECRET, codes: ['wrong_algorithm'] },
      ],
    ],
  )
  rule(
    'bad_signature',
    [
      ['the secret of another key', GOOD, { secret: OTHER_SECRET, signature: 'invalid' }],
      [
        'claims that were changed',
        `${HEAD}.${base64url(toJson({ ...CLAIMS, jti: 'x' }))}.${SIGNATURE}`,
        { secret: SECRET, signature: 'invalid' },
      ],
      [
        'a line feed after the secret',
        GOOD,
        { secret: `${SECRET}\n`, signature: 'invalid', codes: ['bad_signature', 'secret_stray_characters'] },
      ],
      [
        'the SID in place of the secret',
        GOOD,
        { secret: KEY, signature: 'invalid', codes: ['bad_signature', 'secret_is_sid'] },
      ],
      [
        'the Auth Token in place of the secret',
        GOOD,
        { secret: AUTH_TOKEN, signature: 'invalid', codes: ['bad_signature', 'secret_is_auth_token'] },
      ],
    ],
    [right, ['no secret to check with', GOOD]],
  )
  rule(
    'secret_empty',
    [
      ['an empty one', GOOD, { secret: '' }],
      ['zero bytes', GOOD, { secret: '\0'.repeat(32) }],
    ],
    [right, ['no secret', GOOD]],
  )
  rule(
    'secret_is_key',
    [
      ['a PEM key', GOOD, { secret: '-----BEGIN PUBLIC KEY-----\nMFwwDQ\n-----END PUBLIC KEY-----\n' }],
      ['a JWK', GOOD, { secret: '{"kty":"oct","k":"AAAA"}' }],
      ['an OpenSSH key', GOOD, { secret: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI fake' }],
    ],
    [right],
  )
  const strange = (secret) => [JSON.stringify(secret), signedWith(secret), valid(secret)]
  const similar = (secrets) => secrets.map(strange)
  rule(
    'secret_is_auth_token',
    similar([AUTH_TOKEN]),
    similar([`${AUTH_TOKEN}0`, AUTH_TOKEN.toUpperCase(), AUTH_TOKEN.replace('f', 'g')]),
  )
  rule('secret_is_sid', similar([KEY, ACCOUNT]), similar([`${KEY}0`, KEY.toLowerCase()]))
  rule(
    'secret_stray_characters',
    similar([`"${SECRET}"`, `'${SECRET}'`, ` ${SECRET}`, `${SECRET}\n`, `${SECRET}\r`]),
    similar([SECRET, `fake secret "with' spaces and quotes within`]),
  )
  rule(
    'secret_is_placeholder',
    similar([
      'undefined',
      'None',
      'your_api_secret',
      UNEXPANDED,
      '$SECRET',
      'x'.repeat(32),
      '<secret>',
      '[object Object]',
    ]),
    // Twilio may create any 32 letters and digits.
    similar([SECRET, `Your${'a1'.repeat(14)}`, '$ecret-with-32-characters-a-fake']),
  )
  rule('secret_short', similar([SECRET.slice(0, 31), 'fake', 'f']), similar([SECRET.slice(0, 32)]))
}
