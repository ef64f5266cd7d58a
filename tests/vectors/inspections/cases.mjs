// The list of cases, in the order in which they are added, and the ways to add one.

import { GOOD, NOW } from './tokens.mjs'

/** The findings that are warnings or notes. */
const WARNINGS = new Set([
  'missing_typ',
  'secret_is_auth_token',
  'secret_is_sid',
  'secret_stray_characters',
  'secret_short',
  'secret_is_placeholder',
  'lifetime_short',
  'clock_skew',
  'voice_grant_empty',
  'task_router_grant_empty',
  'placeholder',
  'product_ended',
  'grant_deprecated',
  'identity_not_string',
  'identity_reserved_characters',
  'identity_long',
  // A note.
  'push_credential_missing',
])

export const cases = []

/**
 * One token and its findings. By default, it is an Access Token without findings. `about` is the finding that
 * it shows, or that its neighbour does and it does not.
 */
export function add(
  about,
  title,
  token,
  { codes = [], kind = 'access_token', signature, secret, now = NOW, ...rest } = {},
) {
  const state = signature ?? 'not_checked'
  const sound = codes.every((code) => WARNINGS.has(code))
  cases.push({
    title: about ? `${about}: ${title}` : title,
    about,
    token: shortened(token),
    secret,
    now,
    kind,
    sound,
    signature: state,
    codes,
    ...rest,
  })
}

/** Tokens that show a finding and, unless told otherwise, no other one; then tokens that do not show it. */
export function rule(code, shown, beside) {
  for (const [title, token, expected] of shown) add(code, title, token, { codes: [code], ...expected })
  for (const [title, token, expected] of beside) add(code, `not shown by ${title}`, token, expected)
}

/** A token in which the same few characters follow each other time and again is written as a recipe. */
function shortened(token) {
  if (typeof token !== 'string') return token
  const parts = []
  let end = 0
  for (const run of token.matchAll(/(.{1}|.{4})\1{24,}/gs)) {
    parts.push(token.slice(end, run.index), { repeat: run[1], times: run[0].length / run[1].length })
    end = run.index + run[0].length
  }
  return end ? { parts: [...parts, token.slice(end)].filter((part) => part !== '') } : token
}

export const GOOD_TOKEN = ['a token as it should be', GOOD]
export const UNKNOWN = { kind: 'unknown' }
