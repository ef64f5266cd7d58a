// The list of cases, in the order in which they are added, and the ways to add one.

import { ACCOUNT, GOOD, KEY, NOW } from './tokens.mjs'

/** The claims of a good token (tokens.mjs). A case contains only the differences. */
export const READ = {
  identity: 'alice',
  grants: { video: { room: 'daily' } },
  key_sid: KEY,
  account_sid: ACCOUNT,
  jti: 'fake-id',
  issued_at: NOW,
  not_before: null,
  expires_at: NOW + 3600,
}

export const cases = []
const add = (title, token, expected, { verifier, now, sound } = {}) => {
  cases.push({
    title,
    token: typeof token === 'string' ? shortened(token) : token,
    verifier,
    now,
    ...expected,
    ...(sound === false && { sound }),
  })
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

/** The members of a case that a verifier's settings do not affect. */
const ALWAYS = new Set([
  'not_a_string',
  'not_compact',
  'not_base64url',
  'not_json_object',
  'duplicate_member',
  'nested_too_deep',
  'unsupported_header',
  'wrong_typ',
  'wrong_cty',
  'missing_claim',
  'claim_wrong_type',
  'claim_out_of_range',
  'expired',
  'not_yet_valid',
  'issued_in_future',
  'never_valid',
  'lifetime_too_long',
  'malformed_issuer',
  'malformed_subject',
  'unexpected_audience',
])
export const refuse = (title, token, code, field = null, more = {}) =>
  add(title, token, { error: { code, field } }, { ...(ALWAYS.has(code) && { sound: false }), ...more })
export const accept = (title, token, read = {}, more = {}) => add(title, token, { claims: read }, more)
export const refuseVerifier = (title, code, field, verifier) =>
  add(title, GOOD, { input_error: { code, field } }, { verifier })

export const escaped = (text) =>
  JSON.stringify(text).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
export const shown = (text) =>
  text.length > 60 ? `${text.slice(0, 20)}… (${text.length} characters)` : escaped(text).slice(1, -1)
