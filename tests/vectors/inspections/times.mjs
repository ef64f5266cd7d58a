// When it is valid.

import { add, GOOD_TOKEN, rule } from './cases.mjs'
import { APPLICATION, GOOD, MAX_TIME, NOW, raw, withClaims, withGrants, withIdentity } from './tokens.mjs'

export function times() {
  const living = (ttl, changed = {}) => withClaims({ exp: NOW + ttl, ...changed })
  const pythons = (ttl, nbf = NOW) => withClaims({ iat: undefined, nbf, exp: nbf + ttl })
  const time = (claim, value) => withClaims({ [claim]: value })
  rule(
    'claim_wrong_type',
    [
      ...[
        ['text', '1700003600'],
        ['null', null],
        ['a fraction', NOW + 0.5],
        ['true', true],
        ['an array', [NOW]],
      ].flatMap(([what, value]) => ['exp', 'nbf', 'iat'].map((claim) => [`${claim} is ${what}`, time(claim, value)])),
      ['a service SID that is a number', withGrants({ data_sync: { service_sid: 42 } })],
      ['a room that is an object', withGrants({ video: { room: {} } })],
      [
        'incoming.allow that is text',
        withGrants({ voice: { incoming: { allow: 'true' }, outgoing: { application_sid: APPLICATION } } }),
      ],
      ['params that are text', withGrants({ voice: { outgoing: { application_sid: APPLICATION, params: 'a=1' } } })],
      ['an identity that is an array', withIdentity(['alice'])],
      ['an identity that is true', withIdentity(true)],
      ['an identity that is null', withIdentity(null)],
      ['a jti that is a number', withClaims({ jti: 1 })],
    ],
    [
      ['exp with a fraction of nothing', time('exp', raw(`${NOW + 3600}.0`)), { reads: { expires_at: NOW + 3600 } }],
      ['exp with an exponent', time('exp', raw('17000036e2')), { reads: { expires_in: 3600 } }],
      ['a room that is null', withGrants({ video: { room: null } })],
    ],
  )
  rule(
    'in_milliseconds',
    [
      ['exp', time('exp', (NOW + 3600) * 1000), { reads: { expires_at: null, expires_in: null, renew_at: null } }],
      ['nbf', time('nbf', NOW * 1000)],
      ['iat', time('iat', NOW * 1000)],
      ['exp with a fraction of nothing', time('exp', raw(`${NOW + 3600}000.0`))],
      [
        'all of them',
        withClaims({ exp: (NOW + 3600) * 1000, nbf: NOW * 1000, iat: NOW * 1000 }),
        { codes: ['in_milliseconds', 'in_milliseconds', 'in_milliseconds'] },
      ],
    ],
    [
      GOOD_TOKEN,
      ['a lifetime in milliseconds', living(3600000), { codes: ['lifetime_too_long'] }],
      ['the year 10000', time('exp', MAX_TIME + 1), { codes: ['claim_out_of_range'] }],
    ],
  )
  rule(
    'claim_out_of_range',
    [
      ['exp is negative', time('exp', -1)],
      ['nbf is negative', time('nbf', -1)],
      ['iat is after the year 9999', time('iat', MAX_TIME + 1)],
      ['exp is 1e300', time('exp', raw('1e300'))],
      ['exp is 2^64', time('exp', raw('18446744073709551616'))],
    ],
    [
      ['the last second of the year 9999', time('exp', MAX_TIME), { codes: ['lifetime_too_long'] }],
      ['an nbf of 0', time('nbf', 0)],
    ],
  )
  const hour = { iat: NOW - 3600 }
  rule(
    'expired',
    [
      ['in this second', living(0, hour), { reads: { expires_in: 0, renew_at: NOW - 180 } }],
      ['a second ago', living(-1, hour), { reads: { expires_in: -1 } }],
      ['years ago', GOOD, { now: NOW + 100000000 }],
      ['a token of twilio-python', pythons(3600, NOW - 3600)],
      ['without a time of its own', living(-100000, { iat: undefined })],
    ],
    [['a second before', living(1, hour)], GOOD_TOKEN],
  )
  rule(
    'lifetime_too_long',
    [
      ['86,401 seconds', living(86401)],
      ['86,401 seconds from nbf', pythons(86401)],
      ['86,401 seconds from now', living(86401, { iat: undefined })],
      ['a year', living(31536000)],
      ['and expired', living(0, { iat: NOW - 86401 }), { codes: ['expired', 'lifetime_too_long'] }],
    ],
    [
      ['86,400 seconds', living(86400), { reads: { expires_in: 86400, renew_at: NOW + 86220 } }],
      ['86,400 seconds from nbf', pythons(86400)],
      ['86,400 seconds from now', living(86400, { iat: undefined })],
    ],
  )
  rule(
    'never_valid',
    [
      ['exp is iat', living(0)],
      ['exp before iat', living(-1)],
      ['exp is nbf', withClaims({ nbf: NOW + 3600 })],
      ['exp before nbf', withClaims({ nbf: NOW + 7200 })],
      ['exp is 0', withClaims({ exp: 0 })],
    ],
    [
      ['exp a second after iat', living(1), { codes: ['lifetime_short'] }],
      ['exp a second after nbf', withClaims({ nbf: NOW + 3599 }), { codes: ['not_yet_valid'] }],
    ],
  )
  rule(
    'lifetime_short',
    [
      ['180 seconds', living(180), { reads: { renew_at: NOW + 90 } }],
      ['180 seconds from nbf', pythons(180)],
      ['one second', living(1)],
    ],
    [
      ['181 seconds', living(181), { reads: { renew_at: NOW + 90 } }],
      ['181 seconds from nbf', pythons(181)],
      ['180 seconds left of an hour', GOOD, { now: NOW + 3420 }],
      ['180 seconds left, from nobody knows when', living(180, { iat: undefined })],
    ],
  )
  rule(
    'not_yet_valid',
    [
      ['in a second', withClaims({ nbf: NOW + 1 }), { reads: { not_before: NOW + 1 } }],
      ['in half an hour', withClaims({ nbf: NOW + 1800 })],
      ['a token of twilio-python, by a clock that is slow', pythons(3600, NOW + 5)],
    ],
    [
      ['from this second', withClaims({ nbf: NOW }), { reads: { not_before: NOW } }],
      ['since an hour', pythons(7200, NOW - 3600)],
    ],
  )
  const issued = (iat) => withClaims({ iat, exp: iat + 3600 })
  rule(
    'issued_in_future',
    [
      ['61 seconds ahead', issued(NOW + 61)],
      ['a day ahead', issued(NOW + 86400)],
    ],
    [['60 seconds ahead', issued(NOW + 60), { codes: ['clock_skew'] }]],
  )
  rule(
    'clock_skew',
    [
      ['one second', issued(NOW + 1)],
      ['60 seconds', issued(NOW + 60)],
    ],
    [GOOD_TOKEN, ['61 seconds', issued(NOW + 61), { codes: ['issued_in_future'] }]],
  )
  const renewals = [
    [360, 180],
    [361, 181],
    [359, 179],
    [86400, 86220],
    [3600, 3420],
  ]
  for (const [ttl, renewal] of renewals) {
    add(null, `renewal: a token that is valid for ${ttl} seconds`, living(ttl), { reads: { renew_at: NOW + renewal } })
  }
}
