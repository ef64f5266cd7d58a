// Header and payload: JSON, and that of an Access Token rather than of another kind of token.

import { add, GOOD_TOKEN, rule, UNKNOWN } from './cases.mjs'
import {
  ACCOUNT,
  APPLICATION,
  AUTH_TOKEN,
  CLAIMS,
  claimsWith,
  fakeSid,
  GOOD,
  HEADER,
  KEY,
  NOW,
  raw,
  SECRET,
  sign,
  toJson,
  withClaims,
  withGrants,
  withHeader,
  withIdentity,
  withPayload,
} from './tokens.mjs'
import { CAPABILITY, CLIENT_VALIDATION, TASK_ROUTER_CAPABILITY } from './twilio.mjs'

/** Header and payload as JSON. */
export function json() {
  const payload = (text) => withPayload(text)
  rule(
    'not_json_object',
    [
      ['a header that is no JSON', sign('HS256', CLAIMS)],
      ['a header that is an array', sign('["HS256"]', CLAIMS)],
      ['a payload that is an array', payload('[1]')],
      ['a payload that is a string', payload('"alice"')],
      ['a payload that is null', payload('null')],
      ['a payload cut off', payload(toJson(CLAIMS).slice(0, -1))],
      ['a payload with text after it', payload(`${toJson(CLAIMS)} x`)],
      ['a payload after a byte-order mark', payload(`\ufeff${toJson(CLAIMS)}`)],
      ['a payload with NaN', payload(claimsWith('"a":NaN'))],
      ['a payload with a number out of all range', payload(claimsWith('"a":1e400'))],
      ['a payload with half of a surrogate pair', payload(claimsWith('"a":"\\ud800"'))],
      ['a payload that is not UTF-8', sign(HEADER, Buffer.from(claimsWith('"a":"\u00ff"'), 'latin1'))],
      ['a payload in single quotes', payload(toJson(CLAIMS).replaceAll('"', "'"))],
    ],
    [
      ['a payload with white space around it', payload(` ${toJson(CLAIMS)}\n`)],
      ['a payload with a whole surrogate pair', payload(claimsWith('"a":"\\ud83d\\ude00"'))],
      ['a payload with letters of two bytes', withIdentity('Zoë')],
      ['a payload with a large number', payload(claimsWith('"a":1e300'))],
    ],
  )
  rule(
    'duplicate_member',
    [
      ['alg', sign('{"alg":"none","alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}', CLAIMS)],
      ['a claim', payload(claimsWith(`"exp":${NOW + 60}`))],
      ['a claim, once escaped', payload(claimsWith(`"\\u0065xp":${NOW + 60}`))],
      ['in a grant', payload(toJson(CLAIMS).replace('"service_sid"', '"service_sid":"IS1","service_sid"'))],
      [
        'the last one counts',
        payload(`${toJson(CLAIMS).slice(0, -1)},"exp":${NOW + 60}}`),
        { codes: ['duplicate_member', 'lifetime_short'], reads: { expires_at: NOW + 60 } },
      ],
    ],
    [
      ['the same name at two levels', withClaims({ identity: 'alice' })],
      ['names that differ in case', payload(claimsWith('"EXP":1'))],
    ],
  )
  const nested = (levels) =>
    withGrants({
      voice: {
        outgoing: {
          application_sid: APPLICATION,
          params: raw(`${'{"a":'.repeat(levels - 5)}1${'}'.repeat(levels - 5)}`),
        },
      },
    })
  // The claims are level 1, `params` is level 5.
  rule('nested_too_deep', [['129 levels', nested(130)]], [['128 levels', nested(129)]])
}

/** Tokens of other kinds. */
export function kinds() {
  rule(
    'capability_token',
    [
      ['of twilio-node', CAPABILITY, { kind: 'capability_token', reads: { identity: null, key_sid: ACCOUNT } }],
      [
        'with the Auth Token that it is signed with',
        CAPABILITY,
        {
          kind: 'capability_token',
          secret: AUTH_TOKEN,
          signature: 'valid',
          codes: ['capability_token', 'secret_is_auth_token'],
        },
      ],
      ['expired', CAPABILITY, { kind: 'capability_token', now: NOW + 3600, codes: ['capability_token', 'expired'] }],
    ],
    [
      ['an Access Token with another scope', withClaims({ scope: 'openid profile' })],
      ['an Access Token with a scope that is no text', withClaims({ scope: ['scope:client:incoming'] })],
    ],
  )
  rule(
    'task_router_capability_token',
    [
      ['of twilio-node', TASK_ROUTER_CAPABILITY, { kind: 'task_router_capability_token' }],
      [
        'with the Auth Token that it is signed with',
        TASK_ROUTER_CAPABILITY,
        {
          kind: 'task_router_capability_token',
          secret: AUTH_TOKEN,
          signature: 'valid',
          codes: ['task_router_capability_token', 'secret_is_auth_token'],
        },
      ],
    ],
    [
      ['an Access Token for TaskRouter', withGrants({ task_router: { workspace_sid: fakeSid('WS', '28') } })],
      ['an Access Token with policies alone', withClaims({ policies: [] })],
    ],
  )
  rule(
    'client_validation_token',
    [
      [
        'of twilio-node',
        CLIENT_VALIDATION,
        { kind: 'client_validation_token', reads: { key_sid: KEY, expires_in: 300 } },
      ],
      [
        'without its cty',
        sign(
          { alg: 'RS256', typ: 'JWT' },
          { iss: KEY, sub: ACCOUNT, iat: NOW, exp: NOW + 300, hrh: 'host', rqh: 'abc' },
        ),
        { kind: 'client_validation_token' },
      ],
    ],
    [['an Access Token with one of its claims', withClaims({ hrh: 'host' })]],
  )
  const someJwt = sign({ alg: 'HS256', typ: 'JWT' }, { sub: '1234567890', name: 'John Doe', iat: NOW - 60 })
  const login = { iss: 'https://accounts.example.com', sub: '123', aud: 'app', iat: NOW, exp: NOW + 3600 }
  rule(
    'other_token',
    [
      ['the sample of all tutorials', someJwt, UNKNOWN],
      ['the token of a login', sign({ alg: 'RS256', typ: 'JWT', kid: 'fake' }, login), UNKNOWN],
    ],
    [
      ['an Access Token without grants', withClaims({ grants: undefined }), { codes: ['grants_missing'] }],
      [
        'one with an identity beside it',
        sign(HEADER, { ...login, identity: 'alice' }),
        { codes: ['malformed_issuer', 'malformed_subject', 'unexpected_audience', 'grants_missing'] },
      ],
    ],
  )
  add(null, 'another JWT: an empty one', sign({}, {}), {
    kind: 'unknown',
    codes: [
      'wrong_algorithm',
      'wrong_cty',
      'missing_claim',
      'missing_claim',
      'grants_missing',
      'missing_claim',
      'missing_typ',
    ],
  })
}

export function headers() {
  const none = (alg) => [JSON.stringify(alg), withHeader({ alg })]
  rule(
    'wrong_algorithm',
    [
      [
        'HS384, well signed',
        withHeader({ alg: 'HS384' }, { algorithm: 'HS384' }),
        { secret: SECRET, signature: 'valid' },
      ],
      [
        'HS512, well signed',
        withHeader({ alg: 'HS512' }, { algorithm: 'HS512' }),
        { secret: SECRET, signature: 'valid' },
      ],
      ...['RS256', 'ES256', 'hs256', 'none', 'None', 'nOnE', '', 256, null].map(none),
      ['none at all', withHeader({ alg: undefined })],
    ],
    [['HS256', GOOD, { secret: SECRET, signature: 'valid' }]],
  )
  rule(
    'wrong_typ',
    ['JWS', 'at+jwt', 'JOSE', '', 1, null].map((typ) => [JSON.stringify(typ), withHeader({ typ })]),
    [GOOD_TOKEN, ['JWT in small letters', withHeader({ typ: 'jwt' })]],
  )
  rule('missing_typ', [['no typ', withHeader({ typ: undefined })]], [GOOD_TOKEN])
  rule(
    'wrong_cty',
    [
      ['none at all', withHeader({ cty: undefined })],
      ...['twilio-fpa;v=2', 'twilio-fpa; v=1', 'TWILIO-FPA;V=1', 'twilio-fpa', 'JWT', '', 1].map((cty) => [
        JSON.stringify(cty),
        withHeader({ cty }),
      ]),
    ],
    [GOOD_TOKEN, ['a header with twr', withHeader({ twr: 'ie1' })]],
  )
  rule(
    'unsupported_header',
    [
      ['crit', withHeader({ crit: ['exp'] })],
      ['b64', withHeader({ b64: false })],
      ['zip', withHeader({ zip: 'DEF' })],
      ['enc', withHeader({ enc: 'A256GCM' })],
      [
        'crit and b64',
        withHeader({ crit: ['b64'], b64: false }),
        { codes: ['unsupported_header', 'unsupported_header'] },
      ],
    ],
    [
      ['b64 as it is anyway', withHeader({ b64: true })],
      ['kid', withHeader({ kid: KEY })],
    ],
  )
}
