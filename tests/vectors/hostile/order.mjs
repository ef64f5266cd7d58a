// Tokens with two faults each: which of them is named is the order of the checks (docs/errors.md), the same everywhere.

import { refuse } from './cases.mjs'
import {
  BODY,
  base64url,
  claims,
  entries,
  fakeSid,
  HEAD,
  HEADER,
  header,
  NOW,
  OTHER_SECRET,
  sign,
  withText,
} from './tokens.mjs'

export function order() {
  const forged = { secret: OTHER_SECRET }
  const old = { exp: `${NOW - 1}` }
  const account = { verifier: { account_sid: fakeSid('AC', 'd3') } }
  const broken = '{"exp":'
  const rows = [
    ['size before shape', { parts: [{ repeat: '=', times: 16385 }] }, 'token_too_large', null, { sound: false }],
    [
      'size before everything',
      { parts: [`${base64url(header({ alg: '"none"', crit: '[]' }))}.=`, { repeat: 'A', times: 16384 }, '.'] },
      'token_too_large',
      null,
      { sound: false },
    ],
    ['the number of segments before their characters', '=.=', 'not_compact'],
    ['an empty segment before the characters of another', '=..=', 'not_compact'],
    ['header before payload and signature', '=.=.=', 'not_base64url', 'header'],
    ['payload before signature', `${HEAD}.=.=`, 'not_base64url', 'payload'],
    ['shape before the header', `${base64url('{')}.${BODY}.=`, 'not_base64url', 'signature'],
    ['shape before the algorithm', `${base64url(header({ alg: '"none"' }))}.=.AAAA`, 'not_base64url', 'payload'],
    ['header JSON before the signature', sign('{', claims(), forged), 'not_json_object', 'header'],
    ['header JSON before the payload', sign('{', broken), 'not_json_object', 'header'],
    [
      'a duplicate in the header before crit',
      sign(withText(HEADER, '"crit":[],"crit":[]')),
      'duplicate_member',
      'header',
    ],
    [
      'depth of the header before crit',
      sign(withText(HEADER, `"crit":[],"x":${'['.repeat(200)}${']'.repeat(200)}`)),
      'nested_too_deep',
      'header',
    ],
    [
      'crit before b64, zip, enc, alg, typ and cty',
      sign('{"cty":1,"typ":1,"alg":1,"enc":1,"zip":1,"b64":1,"crit":1}'),
      'unsupported_header',
      'crit',
    ],
    [
      'b64 before zip, enc, alg, typ and cty',
      sign('{"cty":1,"typ":1,"alg":1,"enc":1,"zip":1,"b64":1}'),
      'unsupported_header',
      'b64',
    ],
    [
      'zip before enc, alg, typ and cty',
      sign('{"cty":1,"typ":1,"alg":1,"enc":1,"zip":1}'),
      'unsupported_header',
      'zip',
    ],
    ['enc before alg, typ and cty', sign('{"cty":1,"typ":1,"alg":1,"enc":1}'), 'unsupported_header', 'enc'],
    ['alg before typ and cty', sign('{"cty":1,"typ":1,"alg":1}'), 'wrong_algorithm', 'alg', { sound: false }],
    ['typ before cty', sign('{"cty":1,"typ":1,"alg":"HS256"}'), 'wrong_typ', 'typ'],
    ['cty before the signature', sign(header({ cty: '""' }), claims(), forged), 'wrong_cty', 'cty'],
    ['typ before the signature', sign(header({ typ: '""' }), claims(), forged), 'wrong_typ', 'typ'],
    [
      'alg before the signature',
      sign(header({ alg: '"none"' }), claims(), forged),
      'wrong_algorithm',
      'alg',
      { sound: false },
    ],
    ['alg before the payload', sign(header({ alg: '"none"' }), broken), 'wrong_algorithm', 'alg', { sound: false }],
    ['crit before the signature', sign(header({ crit: '[]' }), claims(), forged), 'unsupported_header', 'crit'],
    ...entries({
      'a broken payload': broken,
      'a payload that is not UTF-8': Buffer.of(0xff),
      'an empty object': '{}',
      'an array': '[]',
      'a duplicate': '{"a":1,"a":1}',
      'a nested payload': `{"x":${'['.repeat(2000)}${']'.repeat(2000)}}`,
      'a byte-order mark': `\ufeff${claims()}`,
      'claims of wrong types': claims({ exp: '""', iss: '1' }),
      'an expired token': claims(old),
      'a token not yet valid': claims({ nbf: `${NOW + 60}` }),
    }).map(([what, payload]) => [
      `the signature before ${what}`,
      sign(HEADER, payload, forged),
      'bad_signature',
      null,
      { sound: false },
    ]),
    ['the signature before another account', sign(HEADER, claims(), forged), 'bad_signature', null, account],
    ['payload JSON before an expired token', sign(HEADER, `${claims(old)}x`), 'not_json_object', 'payload'],
    [
      'a duplicate in the payload before an expired token',
      sign(HEADER, withText(claims(old), '"exp":1')),
      'duplicate_member',
      'payload',
    ],
    ['exp before nbf and iat', sign(HEADER, claims({ exp: '""', nbf: '""', iat: '""' })), 'claim_wrong_type', 'exp'],
    ['nbf before iat', sign(HEADER, claims({ nbf: '""', iat: '""' })), 'claim_wrong_type', 'nbf'],
    [
      'exp out of range before the type of nbf',
      sign(HEADER, claims({ exp: '-1', nbf: '""' })),
      'claim_out_of_range',
      'exp',
    ],
    ['iat before iss', sign(HEADER, claims({ iat: '""', iss: '1' })), 'claim_wrong_type', 'iat'],
    ['iss before sub', sign(HEADER, claims({ iss: '1', sub: '1' })), 'claim_wrong_type', 'iss'],
    ['sub before jti', sign(HEADER, claims({ sub: '1', jti: '1' })), 'claim_wrong_type', 'sub'],
    ['jti before grants', sign(HEADER, claims({ jti: '1', grants: '1' })), 'claim_wrong_type', 'jti'],
    [
      'the type of identity before missing exp',
      sign(HEADER, claims({ exp: undefined, grants: '{"identity":null}' })),
      'claim_wrong_type',
      'identity',
    ],
    [
      'the type of grants before an expired token',
      sign(HEADER, claims({ ...old, grants: '1' })),
      'claim_wrong_type',
      'grants',
    ],
    [
      'missing exp before missing iss',
      sign(HEADER, claims({ exp: undefined, iss: undefined, sub: undefined })),
      'missing_claim',
      'exp',
    ],
    [
      'missing iss before missing sub',
      sign(HEADER, claims({ iss: undefined, sub: undefined })),
      'missing_claim',
      'iss',
    ],
    ['missing sub before an expired token', sign(HEADER, claims({ ...old, sub: undefined })), 'missing_claim', 'sub'],
    ['expired before not yet valid', sign(HEADER, claims({ ...old, nbf: `${NOW + 60}` })), 'expired', 'exp'],
    ['expired before the account', sign(HEADER, claims(old)), 'expired', 'exp', account],
    ['not yet valid before the account', sign(HEADER, claims({ nbf: `${NOW + 60}` })), 'not_yet_valid', 'nbf', account],
  ]
  for (const [what, token, code, field = null, more] of rows) {
    refuse(`order: ${what}`, token, code, field, more)
  }
}
