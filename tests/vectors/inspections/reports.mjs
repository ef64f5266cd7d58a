// Several faults in one token, and the report that a person reads.

import { add, UNKNOWN } from './cases.mjs'
import {
  ACCOUNT,
  AUTH_TOKEN,
  BODY,
  base64url,
  CLAIMS,
  GOOD,
  GRANTS,
  HEADER,
  KEY,
  NOW,
  OTHER_SECRET,
  SECRET,
  SERVICE,
  SIGNATURE,
  sign,
  withClaims,
  withIdentity,
} from './tokens.mjs'
import { CAPABILITY } from './twilio.mjs'

/** Several faults in one token. */
export function combinations() {
  const both = (title, token, codes, expected) => add(null, `several: ${title}`, token, { codes, ...expected })
  both(
    'swapped, over 24 hours, no service',
    withClaims({ iss: ACCOUNT, sub: KEY, exp: NOW + 90000, grants: { identity: 'alice', chat: {} } }),
    ['issuer_and_subject_swapped', 'service_sid_missing', 'lifetime_too_long'],
  )
  both('expired, and signed with another secret', GOOD, ['expired', 'bad_signature'], {
    now: NOW + 7200,
    secret: OTHER_SECRET,
    signature: 'invalid',
  })
  both('warnings after errors', withClaims({ exp: NOW + 60, grants: { identity: 'a@b', chat: {}, player: {} } }), [
    'service_sid_missing',
    'product_ended',
    'identity_reserved_characters',
    'lifetime_short',
  ])
  both(
    'a note after a warning',
    withClaims({ grants: { identity: 'a'.repeat(122), voice: { incoming: { allow: true } } } }),
    ['identity_long', 'push_credential_missing'],
    { sound: true },
  )
  both(
    'a template whose variables were never set',
    sign(HEADER, {
      ...CLAIMS,
      iss: 'undefined',
      sub: 'undefined',
      grants: { identity: 'alice', chat: { service_sid: 'undefined' } },
    }),
    ['malformed_issuer', 'malformed_subject', 'wrong_sid_prefix'],
  )
  both(
    'made by hand with another library',
    sign({ alg: 'HS256', typ: 'JWT' }, { ...CLAIMS, grants: { identity: 'alice', sync: { serviceSid: SERVICE } } }),
    ['wrong_cty', 'misspelt_grant'],
  )
  both('made by hand, in milliseconds', withClaims({ iat: NOW * 1000, exp: (NOW + 3600) * 1000 }), [
    'in_milliseconds',
    'in_milliseconds',
  ])
  both(
    "the account's SID and Auth Token",
    withClaims({ iss: ACCOUNT }, { secret: AUTH_TOKEN }),
    ['issuer_is_account', 'secret_is_auth_token'],
    { secret: AUTH_TOKEN, signature: 'valid' },
  )
  both(
    'a token for four products, each with its own mistake',
    withClaims({ grants: { data_sync: {}, chat: { serviceSid: SERVICE }, voice: {}, Video: {} } }),
    ['service_sid_missing', 'misspelt_field', 'misspelt_grant', 'identity_missing', 'voice_grant_empty'],
  )
  both(
    'wrong header, wrong times, no grants',
    sign(
      { alg: 'HS512', typ: 'JOSE', cty: 'JWT' },
      { iss: KEY, sub: ACCOUNT, nbf: NOW + 10, iat: NOW + 600, exp: 'tomorrow', grants: {} },
    ),
    [
      'wrong_algorithm',
      'wrong_typ',
      'wrong_cty',
      'no_product_grant',
      'claim_wrong_type',
      'not_yet_valid',
      'issued_in_future',
      'signature_cut',
    ],
  )
  both('quoted, and expired', JSON.stringify(GOOD), ['quoted', 'expired'], { now: NOW + 3600 })
  both('Bearer before a capability token', `Bearer ${CAPABILITY}`, ['bearer_prefix', 'capability_token'], {
    kind: 'capability_token',
  })
  both('no identity, and the wrong secret', withIdentity(undefined), ['identity_missing', 'bad_signature'], {
    secret: OTHER_SECRET,
    signature: 'invalid',
  })
  both('not yet valid, and for too long', withClaims({ nbf: NOW + 60, exp: NOW + 90000 }), [
    'lifetime_too_long',
    'not_yet_valid',
  ])
  both(
    'a payload cut off, and the wrong alg',
    `${base64url('{"alg":"RS256","typ":"JWT","cty":"twilio-fpa;v=1"}')}.` + `${BODY.slice(0, 100)}.${SIGNATURE}`,
    ['not_json_object', 'wrong_algorithm'],
  )
  both('a long identity with reserved characters', withIdentity(`${'x'.repeat(256)}@`), [
    'identity_too_long',
    'identity_reserved_characters',
  ])
}

/** A line of a report as lines of at most 80 columns. Those after the first begin where no line of a report does. */
export function wrapped(line) {
  const indent = ' '.repeat(/^ {2}[a-z ]{11} /.test(line) ? 14 : 4)
  const lines = ['']
  for (const [word] of line.matchAll(/ *[^ ]+/g)) {
    if (lines.at(-1).length + word.length <= 80) lines.push(lines.pop() + word)
    else lines.push(indent + word.trimStart())
  }
  return lines
}

/** Complete reports, one for each situation. A new wording must be changed here, too. */
export function reports() {
  const TICK = '`'
  const report = (title, token, text, expected) =>
    add(null, `report: ${title}`, token, { ...expected, report: text.trim().split('\n').flatMap(wrapped) })
  report(
    'a sound token',
    sign(
      { ...HEADER, twr: 'ie1' },
      { ...CLAIMS, nbf: NOW - 60, grants: { ...GRANTS, video: {}, task_router: { role: 'worker' }, fleet: {} } },
    ),
    String.raw`
Twilio Access Token: sound

  identity    alice
  grants      Sync: service_sid ISc2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2
              Video: any room
              TaskRouter: role worker
              fleet
  account     ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0
  key         SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1
  region      ie1
  issued      2023-11-14 22:13:20 UTC (1m 30s ago)
  valid from  2023-11-14 22:12:20 UTC (2m 30s ago)
  renew       2023-11-14 23:10:20 UTC (in 55m 30s)
  expires     2023-11-14 23:13:20 UTC (in 58m 30s)
  signature   valid (key SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1)`,
    { now: NOW + 90, secret: SECRET, signature: 'valid' },
  )
  report(
    'a sound token with warnings',
    withClaims({
      grants: { identity: 'a@b', video: { room: 'daily' }, player: {} },
    }),
    String.raw`
Twilio Access Token: sound, with 2 warnings

  identity    a@b
  grants      Video: room daily
              Live player
  account     ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0
  key         SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1
  issued      2023-11-14 22:13:20 UTC (now)
  renew       2023-11-14 23:10:20 UTC (in 57m)
  expires     2023-11-14 23:13:20 UTC (in 1h)
  signature   not checked

warning product_ended
  The token has a grant for Twilio Live's player.
  → Remove the grant: the product has ended.

warning identity_reserved_characters
  The identity contains reserved characters: "@".
  → Use letters, digits, hyphens, underscores and dots. Encode an e-mail address, or use the user's ID.`,
    { codes: ['product_ended', 'identity_reserved_characters'] },
  )
  report(
    'a broken token',
    withClaims({ exp: NOW + 90000, iss: 'SK123', grants: { identity: 'al\u001b[31m\nice', chat: {} } }),
    String.raw`
Twilio Access Token: 4 errors and 1 warning

  identity    al\u{1b}[31m\nice
  grants      Conversations (chat)
  account     ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0
  key         SK123
  jti         SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1-1700000000
  issued      2023-11-14 22:13:20 UTC (now)
  renew       2023-11-15 23:10:20 UTC (in 1 day 57m)
  expires     2023-11-15 23:13:20 UTC (in 1 day 1h)
  signature   does not match the secret

error malformed_issuer  Twilio 20103, 20153, 31202
  iss is a SID with fewer digits; expected SK and 32 hexadecimal digits.
  → iss must be the SID of an API key: SK and 32 hexadecimal digits. Is the environment variable set?

error service_sid_missing  Twilio 20106, 51102, 51104, 51007
  grants.chat contains no service_sid.
  → Add the SID of the service (IS…). Is its environment variable set?

error lifetime_too_long  Twilio 20104, 20157, 31207, 51121
  The token is valid for 1 day 1h, more than 24 hours.
  → Use a lifetime of at most 24 hours (86,400 seconds). One hour with renewal is better.

error bad_signature  Twilio 20107, 20159, 31202, 51117
  The signature does not match the secret.
  → Use the secret of the key that the token names, and mend a finding about the secret first, if there is one. If the secret is lost, create a new key. Or was the token changed after signing?

warning identity_reserved_characters  Twilio 51007
  The identity contains reserved characters: "\n\u{1b}[".
  → Use letters, digits, hyphens, underscores and dots. Encode an e-mail address, or use the user's ID.

Twilio's codes are likely ones; its backend has the last word.`,
    {
      secret: OTHER_SECRET,
      signature: 'invalid',
      codes: [
        'malformed_issuer',
        'service_sid_missing',
        'lifetime_too_long',
        'bad_signature',
        'identity_reserved_characters',
      ],
    },
  )
  report(
    'a character after the token',
    `${GOOD}x`,
    String.raw`
Twilio Access Token: 1 error

  identity    alice
  grants      Sync: service_sid ISc2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2
  account     ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0
  key         SKb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1
  issued      2023-11-14 22:13:20 UTC (now)
  renew       2023-11-14 23:10:20 UTC (in 57m)
  expires     2023-11-14 23:13:20 UTC (in 1h)
  signature   has the wrong length

error signature_cut  Twilio 20101, 20160, 31204
  The signature has 33 bytes, not the 32 of HS256.
  → Copy all of the token: its end is missing, or text was added to it.

Twilio's codes are likely ones; its backend has the last word.`,
    { secret: SECRET, signature: 'invalid', codes: ['signature_cut'] },
  )
  report(
    'no token at all',
    '<html>\n',
    String.raw`
Not a readable token: 2 errors

error stray_whitespace  Twilio 20101, 20160, 31204
  There is white space around the token.
  → Remove it: trim the token, and join its lines. A line feed at the end often comes from a file or from ${TICK}echo${TICK}.

error not_compact  Twilio 20101, 20160, 31204
  This is a page of HTML or XML.
  → Copy all of the token, from ${TICK}eyJ${TICK} to the end of its third segment. Is it a token at all, or an error page?

Twilio's codes are likely ones; its backend has the last word.`,
    { codes: ['stray_whitespace', 'not_compact'], ...UNKNOWN },
  )
  report(
    'a capability token',
    CAPABILITY,
    String.raw`
Twilio capability token (Client SDK 1.x): 1 error

  key         ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0
  issued      2023-11-14 22:13:20 UTC (1m ago)
  renew       2023-11-14 23:10:20 UTC (in 56m)
  expires     2023-11-14 23:13:20 UTC (in 59m)
  signature   not checked

error capability_token  Twilio 20101, 20160, 31204
  This is a capability token of the first Client SDK, not an Access Token.
  → Current SDKs require Access Tokens; see https://www.twilio.com/docs/iam/access-tokens.

Twilio's codes are likely ones; its backend has the last word.`,
    { now: NOW + 60, kind: 'capability_token', codes: ['capability_token'] },
  )
  report(
    'another JWT',
    sign({ alg: 'HS256', typ: 'JWT' }, { sub: '1234567890', name: 'John Doe', iat: NOW - 60 }),
    String.raw`
A JWT, but not an Access Token: 1 error

  account     1234567890
  issued      2023-11-14 22:12:20 UTC (1m ago)
  signature   not checked

error other_token  Twilio 20101, 20160, 31204
  This is a JWT, but not one of Twilio's.
  → Mint an Access Token on your server, and pass that one.

Twilio's codes are likely ones; its backend has the last word.`,
    { codes: ['other_token'], ...UNKNOWN },
  )
}
