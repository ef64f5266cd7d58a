// Writes the tokens that `inspect` must explain alike in every language, with node:crypto and none of our own code.
//
//   node tests/vectors/inspections.mjs           writes inspections.json
//   node tests/vectors/inspections.mjs --check   fails if inspections.json is stale
//
// README.md beside this file describes the format. The faults are planted here, and what must be found is written down
// beside each: nothing is taken from the implementation. Of every finding there are tokens that show it, and others, as
// like them as can be, that do not.

import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

const OUTPUT = new URL('./inspections.json', import.meta.url)
const REGENERATE = 'node tests/vectors/inspections.mjs'

const NOW = 1700000000
const MAX_TIME = 253402300799 // the last second of the year 9999
const MAX_SIZE = 16384
const fakeSid = (prefix, digits) => prefix + digits.repeat(32 / digits.length)
const ACCOUNT = fakeSid('AC', 'a0')
const KEY = fakeSid('SK', 'b1')
const SERVICE = fakeSid('IS', 'c2')
const APPLICATION = fakeSid('AP', '06')
const SECRET = 'fake-secret-0123456789-abcdefghi'
const OTHER_SECRET = 'fake-secret-of-somebody-else-xyz'
const AUTH_TOKEN = '0123456789abcdef'.repeat(2)

/** What does not make a token unsound. */
const WARNINGS = new Set(['missing_typ', 'secret_is_auth_token', 'secret_is_sid', 'secret_stray_characters',
  'secret_short', 'lifetime_short', 'clock_skew', 'voice_grant_empty', 'product_ended', 'grant_deprecated',
  'identity_not_string', 'identity_reserved_characters', 'identity_long'])

/** JSON text that stands in a token as it is: what JSON.stringify would not write so. */
class Raw {
  constructor(text) {
    this.text = text
  }
}
const raw = (text) => new Raw(text)
const toJson = (value) => {
  if (value instanceof Raw) return value.text
  if (Array.isArray(value)) return `[${value.map(toJson).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${toJson(member)}`).join()}}`
}

const HEADER = { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' }
const GRANTS = { identity: 'alice', data_sync: { service_sid: SERVICE } }
const CLAIMS = { jti: `${KEY}-${NOW}`, grants: GRANTS, iat: NOW, exp: NOW + 3600, iss: KEY, sub: ACCOUNT }
const base64url = (bytes) => Buffer.from(bytes).toString('base64url')

/** Signs two segments as they are. */
function signSegments(first, second, { secret = SECRET, algorithm = 'HS256' } = {}) {
  const mac = createHmac(`sha${algorithm.slice(2)}`, secret).update(`${first}.${second}`).digest('base64url')
  return `${first}.${second}.${mac}`
}
/** Signs a header and a payload: objects, or text, or bytes. */
function sign(header, payload, how) {
  const encode = (part) => base64url(typeof part === 'string' || Buffer.isBuffer(part) ? part : toJson(part))
  return signSegments(encode(header), encode(payload), how)
}
const withHeader = (changed, how) => sign({ ...HEADER, ...changed }, CLAIMS, how)
const withClaims = (changed, how) => sign(HEADER, { ...CLAIMS, ...changed }, how)
const withGrants = (grants, how) => withClaims({ grants: { identity: 'alice', ...grants } }, how)
const withIdentity = (identity, grants = { data_sync: { service_sid: SERVICE } }) => (
  withClaims({ grants: { identity, ...grants } }))
const withPayload = (text) => sign(HEADER, text)
const signedWith = (secret) => sign(HEADER, CLAIMS, { secret })
/** Good claims as text, with more text in front of their first member. */
const claimsWith = (text) => `{${text},${toJson(CLAIMS).slice(1)}`

const GOOD = sign(HEADER, CLAIMS)
const [HEAD, BODY, SIGNATURE] = GOOD.split('.')

// Minted once by twilio 6.2.0 from npm (twilio.jwt) at NOW, with the key SIDs of this file.
/** ClientCapability, signed with AUTH_TOKEN. */
const CAPABILITY = [
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzY29wZSI6InNjb3BlOmNsaWVudDpvdXRnb2luZz9hcHBTaWQ9QVAwNjA2MDYwNjA2MDYwNjA',
  '2MDYwNjA2MDYwNjA2MDYwNiZjbGllbnROYW1lPWFsaWNlIHNjb3BlOmNsaWVudDppbmNvbWluZz9jbGllbnROYW1lPWFsaWNlIiwiaXNzIjoiQUN',
  'hMGEwYTBhMGEwYTBhMGEwYTBhMGEwYTBhMGEwYTBhMCIsImV4cCI6MTcwMDAwMzYwMCwiaWF0IjoxNzAwMDAwMDAwfQ.B0h6zi2_FbgNWPxrbIBa',
  'WF4RIKJ3aolplUeOfa5P4_M',
].join('')
/** taskrouter.TaskRouterCapability, signed with AUTH_TOKEN. */
const TASK_ROUTER_CAPABILITY = [
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJBQ2EwYTBhMGEwYTBhMGEwYTBhMGEwYTBhMGEwYTBhMGEwIiwiZXhwIjoxNzAwMDA',
  'zNjAwLCJ2ZXJzaW9uIjoidjEiLCJhY2NvdW50X3NpZCI6IkFDYTBhMGEwYTBhMGEwYTBhMGEwYTBhMGEwYTBhMGEwYTAiLCJjaGFubmVsIjoiV0s',
  'zOTM5MzkzOTM5MzkzOTM5MzkzOTM5MzkzOTM5MzkzOSIsIndvcmtzcGFjZV9zaWQiOiJXUzI4MjgyODI4MjgyODI4MjgyODI4MjgyODI4MjgyODI',
  '4IiwicG9saWNpZXMiOlt7InVybCI6Imh0dHBzOi8vdGFza3JvdXRlci50d2lsaW8uY29tL3YxL1dvcmtzcGFjZXMvV1MyODI4MjgyODI4MjgyODI',
  '4MjgyODI4MjgyODI4MjgyOC9BY3Rpdml0aWVzIiwibWV0aG9kIjoiR0VUIiwicXVlcnlfZmlsdGVyIjp7fSwicG9zdF9maWx0ZXIiOnt9LCJhbGx',
  'vdyI6dHJ1ZX0seyJ1cmwiOiJodHRwczovL3Rhc2tyb3V0ZXIudHdpbGlvLmNvbS92MS9Xb3Jrc3BhY2VzL1dTMjgyODI4MjgyODI4MjgyODI4Mjg',
  'yODI4MjgyODI4MjgvVGFza3MvKioiLCJtZXRob2QiOiJHRVQiLCJxdWVyeV9maWx0ZXIiOnt9LCJwb3N0X2ZpbHRlciI6e30sImFsbG93Ijp0cnV',
  'lfV0sIndvcmtlcl9zaWQiOiJXSzM5MzkzOTM5MzkzOTM5MzkzOTM5MzkzOTM5MzkzOTM5IiwiaWF0IjoxNzAwMDAwMDAwfQ.H4VvTutoxd3H1Tnj',
  'dFnGGsU8FOas1XaTsCpgNfflRs4',
].join('')
/** ValidationToken, signed (RS256) with a key that nobody has any more. */
const CLIENT_VALIDATION = [
  'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IkNSZjVmNWY1ZjVmNWY1ZjVmNWY1ZjVmNWY1ZjVmNWY1ZjUiLCJjdHkiOiJ0d2lsaW8t',
  'cGtydjt2PTEifQ.eyJpc3MiOiJTS2IxYjFiMWIxYjFiMWIxYjFiMWIxYjFiMWIxYjFiMWIxIiwic3ViIjoiQUNhMGEwYTBhMGEwYTBhMGEwYTBhM',
  'GEwYTBhMGEwYTBhMCIsImhyaCI6ImF1dGhvcml6YXRpb247aG9zdCIsInJxaCI6IjdmYTM3ZGQ1YTE4MjMxYmNiNjhlNmJjYzVjMWJiNDg2ZDkwZ',
  'WFmNjRhYTdlOTRhMjIzY2ExOWZlOTU2MDhkMGYiLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDMwMH0.ZrvyTF218IbKUI7yrt30SNCxX',
  'MURRc0sk1kT_thtFVZofLoxxr7-XQgHE9AuYxbBmh5P8L9qVkyj2u_NeiIvmEYyapkPkIh0U0JqBCK1jLnffL120xv7oUrvlSg_gfxQs92c16Pi7',
  'rjuYc9j2uMyPTaL1znMNV-ykkWghGNlGoMXZ2SipKoM_-xt3HhvnQa4QfN_LGdnWeeLmS1fUdIHCrVDrUpu-kaa0aZP9M0TbOLh5bSKG0sJ-1EWy',
  'kD5zq8EgHO_KZI4f8MPaCUp4JntDDlLnqrP7pzj1CcrML75Q33WBk1UOM_QuoK6W3ohDb54LlVxtvmortmS5S3vnPoZdA',
].join('')

const cases = []

/**
 * One token, and what is found in it: by default, that it is an Access Token, and nothing. `about` is the finding that
 * it shows, or that its neighbour does and it does not.
 */
function add(about, title, token, { codes = [], kind = 'access_token', signature, secret, now = NOW, ...rest } = {}) {
  const state = signature ?? 'not_checked'
  const sound = codes.every((code) => WARNINGS.has(code))
  cases.push({ title: about ? `${about}: ${title}` : title, about, token: shortened(token), secret, now, kind, sound,
    signature: state, codes, ...rest })
}

/** Tokens that show a finding and, unless told otherwise, no other one; then tokens that do not show it. */
function rule(code, shown, beside) {
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

const GOOD_TOKEN = ['a token as it should be', GOOD]
const UNKNOWN = { kind: 'unknown' }
const entries = Object.entries

/** What people wrap around a token. */
function wrappings() {
  const good = { kind: 'access_token' }
  rule('not_a_string', [
    ['null', null, UNKNOWN],
    ['a number', 42, UNKNOWN],
    ['an object with a token in it', { token: GOOD }, UNKNOWN],
  ], [
    GOOD_TOKEN,
    ['an empty string', '', { codes: ['not_compact'], ...UNKNOWN }],
    ['the text of null', 'null', { codes: ['not_compact'], ...UNKNOWN }],
  ])
  // Padded so that the whole token is as long as it may be.
  const sized = (size) => {
    const pad = (length) => withGrants({ video: {}, my_product: { pad: 'x'.repeat(length) } })
    const tokens = Array.from({ length: 200 }, (_, more) => pad(11800 + more))
    const token = tokens.find(({ length }) => length === size)
    if (!token) throw new Error(`no token of ${size} bytes`)
    return token
  }
  rule('token_too_large', [
    ['16,385 dots', '.'.repeat(MAX_SIZE + 1), UNKNOWN],
    ['a good token of 16,386 bytes', sized(MAX_SIZE + 2), UNKNOWN],
    ['16,385 bytes in fewer characters', `${'é'.repeat(MAX_SIZE / 2)}x`, UNKNOWN],
  ], [['a good token of 16,384 bytes', sized(MAX_SIZE)]])
  rule('bearer_prefix', ['Bearer ', 'bearer ', 'BEARER  ', 'Bearer: ', 'Bearer\t', 'Bearer\n', 'JWT ', 'Token ',
    'Authorization: Bearer '].map(
    (prefix) => [JSON.stringify(prefix), prefix + GOOD, good]), [GOOD_TOKEN])
  rule('quoted', [
    ['double quotes, as of a JSON string', JSON.stringify(GOOD), good],
    ['single quotes', `'${GOOD}'`, good],
    ['backticks', `\`${GOOD}\``, good],
    ['the first quote alone', `"${GOOD}`, good],
    ['the last quote alone', `${GOOD}"`, good],
    ['typographic quotes', `“${GOOD}”`, good],
    ["Python's text of bytes", `b'${GOOD}'`, good],
    ['a JSON string of JSON', JSON.stringify(JSON.stringify({ token: GOOD })), { codes: ['quoted', 'json_wrapped'] }],
  ], [GOOD_TOKEN])
  rule('json_wrapped', [
    ['the answer of a token server', JSON.stringify({ identity: 'alice', token: GOOD }), good],
    ['the same, indented', JSON.stringify({ identity: 'alice', token: GOOD }, null, 2), good],
    ['under another name', `{"accessToken":"${GOOD}"}`, good],
    ['inside of another object', JSON.stringify({ data: { token: GOOD } }), good],
    ['inside of a list', JSON.stringify({ tokens: [GOOD] }), good],
    ['with its scheme', JSON.stringify({ authorization: `Bearer ${GOOD}` }), { codes: ['json_wrapped', 'bearer_prefix'] }],
    ['the identity is an e-mail address with dots', JSON.stringify({ identity: 'a.b@example.com', token: GOOD }), good],
  ], [GOOD_TOKEN])
  rule('stray_text', [
    ['the field of a form', `token=${GOOD}`, good],
    ['a list', JSON.stringify([GOOD]), good],
    ["Python's text of a dict", `{'token': '${GOOD}', 'ttl': 3600}`, good],
    ['a line of a log', `minted: ${GOOD}, for alice`, good],
    ['angle brackets', `<${GOOD}>`, good],
  ], [GOOD_TOKEN, ['text without a token', 'see eyJ for more', { codes: ['stray_whitespace', 'not_compact'], ...UNKNOWN }]])
  rule('stray_whitespace', [
    ['a space before it', ` ${GOOD}`, good],
    ['a line feed after it', `${GOOD}\n`, good],
    ['CR and LF after it', `${GOOD}\r\n`, good],
    ['a tab before it', `\t${GOOD}`, good],
    ['a no-break space after it', `${GOOD}\u00a0`, good],
    ['a byte-order mark before it', `\ufeff${GOOD}`, good],
    ['a zero-width space after it', `${GOOD}\u200b`, good],
    ['a zero-width joiner inside', GOOD.replace('.', '\u200d.'), good],
    ['a NUL after it', `${GOOD}\0`, good],
    ['wrapped into lines of 64', GOOD.replace(/.{64}/g, '$&\n'), good],
    ['a space inside', `${HEAD}. ${BODY}.${SIGNATURE}`, good],
  ], [GOOD_TOKEN, ['nothing but white space', ' \n\t', { codes: ['not_compact'], ...UNKNOWN }]])
  const wrapped = (title, token, codes) => add(null, `wrapped twice: ${title}`, token, { codes })
  wrapped('a quoted token after Bearer', `Bearer "${GOOD}"`, ['bearer_prefix', 'quoted'])
  wrapped('Bearer inside of the quotes', `"Bearer ${GOOD}"`, ['quoted', 'bearer_prefix'])
  wrapped('Bearer and a line feed', `Bearer ${GOOD}\n`, ['stray_whitespace', 'bearer_prefix'])
  wrapped('a JSON answer with Bearer in it', JSON.stringify({ token: `Bearer ${GOOD}` }),
    ['json_wrapped', 'bearer_prefix'])
  wrapped('a JSON answer as a JSON string, escaped', `'${JSON.stringify({ token: GOOD })}'`,
    ['quoted', 'json_wrapped'])
}

/** The three segments. */
function segments() {
  const jwe = [base64url('{"alg":"dir","enc":"A256GCM"}'), '', 'AxY8DCtDaGlsbGljb3RoZQ',
    'KDlTtXchhZTGufMYmOYGS4HffxPSUrfm', '9hH0vgRfYgPnAHOd8stkvw']
  rule('encrypted', [
    ['a JWE with a direct key', jwe.join('.'), UNKNOWN],
    ['a JWE with an encrypted key', jwe.with(1, 'OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZ').join('.'), UNKNOWN],
  ], [
    GOOD_TOKEN,
    ['a JWE without its tag', jwe.slice(0, 4).join('.'), { codes: ['not_compact'], ...UNKNOWN }],
    ['six segments', [...jwe, 'AAAA'].join('.'), { codes: ['not_compact'], ...UNKNOWN }],
  ])
  const json = { protected: HEAD, signature: SIGNATURE }
  rule('json_serialization', [
    ['the flattened one', JSON.stringify({ payload: BODY, ...json }), UNKNOWN],
    ['the general one', JSON.stringify({ payload: BODY, signatures: [json] }), UNKNOWN],
  ], [
    ['the compact one of the same token', GOOD],
    ['an answer with a token in it', JSON.stringify({ token: GOOD }), { codes: ['json_wrapped'] }],
  ])
  rule('unsigned', [
    ['the first two segments, and a dot', `${HEAD}.${BODY}.`],
    ['the first two segments', `${HEAD}.${BODY}`],
    ['alg none', `${base64url('{"alg":"none","typ":"JWT","cty":"twilio-fpa;v=1"}')}.${BODY}.`,
      { codes: ['unsigned', 'wrong_algorithm'] }],
    ['the same, with a secret to check with', `${HEAD}.${BODY}.`, { secret: SECRET }],
    ['cut off in the payload', GOOD.slice(0, HEAD.length + 121), { codes: ['unsigned', 'not_json_object'] }],
  ], [GOOD_TOKEN])
  rule('not_compact', [
    ['nothing', '', UNKNOWN],
    ['the text undefined', 'undefined', UNKNOWN],
    ['the text null', 'null', UNKNOWN],
    ['an API key\'s SID', KEY, UNKNOWN],
    ['one word and a dot', 'token.', UNKNOWN],
    ['a dot', '.', UNKNOWN],
    ['two dots', '..', UNKNOWN],
    ['four segments', `${GOOD}.AAAA`, UNKNOWN],
    ['a dot more at the end', `${GOOD}.`, UNKNOWN],
    ['no header', `.${BODY}.${SIGNATURE}`],
    ['no payload', `${HEAD}..${SIGNATURE}`],
    ['the header alone', HEAD],
    ['the text of an object', '[object Object]', UNKNOWN],
    ['the text of a promise', '[object Promise]', UNKNOWN],
    ['a JSON answer without a token', '{"error":"Unauthorized"}', UNKNOWN],
    ['a JSON answer with dots in it', '{"message":"Please wait..."}', UNKNOWN],
    ['an error page', '<!DOCTYPE html>\n<html><body>404 Not Found</body></html>', UNKNOWN],
  ], [GOOD_TOKEN])
  const odd = withClaims({ jti: 'ÿÿÿ>>>???' })
  const [, oddBody] = odd.split('.')
  if (!/[-_]/.test(oddBody)) throw new Error('no character that base64 writes in another way')
  const usual = oddBody.replaceAll('-', '+').replaceAll('_', '/')
  const last = SIGNATURE.at(-1)
  const next = (letter) => String.fromCharCode(letter.charCodeAt(0) + 1)
  rule('not_base64url', [
    ['padding at the end of the signature', `${GOOD}=`],
    ['the payload in the usual base64', signSegments(HEAD, usual), { secret: SECRET, signature: 'valid' }],
    ['an é in the signature', `${HEAD}.${BODY}.é${SIGNATURE.slice(1)}`],
    ['a percent sign in the header', `%${GOOD.slice(1)}`],
    ['a signature of an impossible length', `${HEAD}.${BODY}.${SIGNATURE.slice(0, -2)}`],
    ['trailing bits in the signature', `${HEAD}.${BODY}.${SIGNATURE.slice(0, -1)}${next(last)}`],
    ['the header, and not a token after it', `${HEAD}.#.${SIGNATURE}`],
  ], [['the payload in base64url', odd, { secret: SECRET, signature: 'valid' }], GOOD_TOKEN])
}

/** Header and payload as JSON. */
function json() {
  const payload = (text) => withPayload(text)
  rule('not_json_object', [
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
  ], [
    ['a payload with white space around it', payload(` ${toJson(CLAIMS)}\n`)],
    ['a payload with a whole surrogate pair', payload(claimsWith('"a":"\\ud83d\\ude00"'))],
    ['a payload with letters of two bytes', withIdentity('Zoë')],
    ['a payload with a large number', payload(claimsWith('"a":1e300'))],
  ])
  rule('duplicate_member', [
    ['alg', sign('{"alg":"none","alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}', CLAIMS)],
    ['a claim', payload(claimsWith(`"exp":${NOW + 60}`))],
    ['a claim, once escaped', payload(claimsWith(`"\\u0065xp":${NOW + 60}`))],
    ['in a grant', payload(toJson(CLAIMS).replace('"service_sid"', '"service_sid":"IS1","service_sid"'))],
    ['the last one counts', payload(`${toJson(CLAIMS).slice(0, -1)},"exp":${NOW + 60}}`),
      { codes: ['duplicate_member', 'lifetime_short'], reads: { expires_at: NOW + 60 } }],
  ], [
    ['the same name at two levels', withClaims({ identity: 'alice' })],
    ['names that differ in case', payload(claimsWith('"EXP":1'))],
  ])
  const nested = (levels) => withGrants({ voice: {
    outgoing: { application_sid: APPLICATION, params: raw(`${'{"a":'.repeat(levels - 5)}1${'}'.repeat(levels - 5)}`) },
  } })
  // The claims are level 1, `params` is level 5.
  rule('nested_too_deep', [['129 levels', nested(130)]], [['128 levels', nested(129)]])
}

/** Tokens of other kinds. */
function kinds() {
  rule('capability_token', [
    ['of twilio-node', CAPABILITY, { kind: 'capability_token', reads: { identity: null, key_sid: ACCOUNT } }],
    ['with the Auth Token that it is signed with', CAPABILITY, { kind: 'capability_token', secret: AUTH_TOKEN,
      signature: 'valid', codes: ['capability_token', 'secret_is_auth_token'] }],
    ['expired', CAPABILITY, { kind: 'capability_token', now: NOW + 3600, codes: ['capability_token', 'expired'] }],
  ], [
    ['an Access Token with another scope', withClaims({ scope: 'openid profile' })],
    ['an Access Token with a scope that is no text', withClaims({ scope: ['scope:client:incoming'] })],
  ])
  rule('task_router_capability_token', [
    ['of twilio-node', TASK_ROUTER_CAPABILITY, { kind: 'task_router_capability_token' }],
    ['with the Auth Token that it is signed with', TASK_ROUTER_CAPABILITY, { kind: 'task_router_capability_token',
      secret: AUTH_TOKEN, signature: 'valid', codes: ['task_router_capability_token', 'secret_is_auth_token'] }],
  ], [
    ['an Access Token for TaskRouter', withGrants({ task_router: { workspace_sid: fakeSid('WS', '28') } })],
    ['an Access Token with policies alone', withClaims({ policies: [] })],
  ])
  rule('client_validation_token', [
    ['of twilio-node', CLIENT_VALIDATION,
      { kind: 'client_validation_token', reads: { key_sid: KEY, expires_in: 300 } }],
    ['without its cty', sign({ alg: 'RS256', typ: 'JWT' }, { iss: KEY, sub: ACCOUNT, iat: NOW, exp: NOW + 300,
      hrh: 'host', rqh: 'abc' }), { kind: 'client_validation_token' }],
  ], [['an Access Token with one of its claims', withClaims({ hrh: 'host' })]])
  const someJwt = sign({ alg: 'HS256', typ: 'JWT' }, { sub: '1234567890', name: 'John Doe', iat: NOW - 60 })
  const login = { iss: 'https://accounts.example.com', sub: '123', aud: 'app', iat: NOW, exp: NOW + 3600 }
  rule('other_token', [
    ['the sample of all tutorials', someJwt, UNKNOWN],
    ['the token of a login', sign({ alg: 'RS256', typ: 'JWT', kid: 'fake' }, login), UNKNOWN],
  ], [['an Access Token without grants', withClaims({ grants: undefined }), { codes: ['grants_missing'] }],
    ['one with an identity beside it', sign(HEADER, { ...login, identity: 'alice' }),
      { codes: ['malformed_issuer', 'malformed_subject', 'grants_missing'] }]])
  add(null, 'another JWT: an empty one', sign({}, {}), { kind: 'unknown', codes: ['wrong_algorithm', 'wrong_cty',
    'missing_claim', 'missing_claim', 'grants_missing', 'missing_claim', 'missing_typ'] })
}

function headers() {
  const none = (alg) => [JSON.stringify(alg), withHeader({ alg })]
  rule('wrong_algorithm', [
    ['HS384, well signed', withHeader({ alg: 'HS384' }, { algorithm: 'HS384' }),
      { secret: SECRET, signature: 'valid' }],
    ['HS512, well signed', withHeader({ alg: 'HS512' }, { algorithm: 'HS512' }),
      { secret: SECRET, signature: 'valid' }],
    ...['RS256', 'ES256', 'hs256', 'none', 'None', 'nOnE', '', 256, null].map(none),
    ['none at all', withHeader({ alg: undefined })],
  ], [['HS256', GOOD, { secret: SECRET, signature: 'valid' }]])
  rule('wrong_typ', ['JWS', 'at+jwt', 'JOSE', '', 1, null].map((typ) => [JSON.stringify(typ), withHeader({ typ })]),
    [GOOD_TOKEN, ['JWT in small letters', withHeader({ typ: 'jwt' })]])
  rule('missing_typ', [['no typ', withHeader({ typ: undefined })]], [GOOD_TOKEN])
  rule('wrong_cty', [
    ['none at all', withHeader({ cty: undefined })],
    ...['twilio-fpa;v=2', 'twilio-fpa; v=1', 'TWILIO-FPA;V=1', 'twilio-fpa', 'JWT', '', 1].map(
      (cty) => [JSON.stringify(cty), withHeader({ cty })]),
  ], [GOOD_TOKEN, ['a header with twr', withHeader({ twr: 'ie1' })]])
  rule('unsupported_header', [
    ['crit', withHeader({ crit: ['exp'] })],
    ['b64', withHeader({ b64: false })],
    ['zip', withHeader({ zip: 'DEF' })],
    ['enc', withHeader({ enc: 'A256GCM' })],
    ['crit and b64', withHeader({ crit: ['b64'], b64: false }),
      { codes: ['unsupported_header', 'unsupported_header'] }],
  ], [
    ['b64 as it is anyway', withHeader({ b64: true })],
    ['kid', withHeader({ kid: KEY })],
  ])
}

/** Who signed it. */
function parties() {
  rule('missing_claim', [
    ['no iss', withClaims({ iss: undefined })],
    ['no sub', withClaims({ sub: undefined })],
    ['no exp', withClaims({ exp: undefined })],
    ['none of the three', withClaims({ iss: undefined, sub: undefined, exp: undefined }),
      { codes: ['missing_claim', 'missing_claim', 'missing_claim'] }],
  ], [
    ['no jti', withClaims({ jti: undefined })],
    ['no iat', withClaims({ iat: undefined })],
  ])
  rule('issuer_and_subject_swapped', [
    ['swapped', withClaims({ iss: ACCOUNT, sub: KEY }), { reads: { key_sid: ACCOUNT, account_sid: KEY } }],
    ['swapped, and short', withClaims({ iss: 'AC123', sub: 'SK123' })],
  ], [GOOD_TOKEN, ['an issuer that is the account', withClaims({ iss: ACCOUNT }), { codes: ['issuer_is_account'] }]])
  rule('issuer_is_account', [['the account twice', withClaims({ iss: ACCOUNT })]], [
    GOOD_TOKEN,
    ['a short account SID', withClaims({ iss: 'AC123' }), { codes: ['malformed_issuer'] }],
  ])
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
    'null': null,
  })
  for (const [code, claim, prefix, right, other] of [
    ['malformed_issuer', 'iss', 'SK', KEY, SERVICE], ['malformed_subject', 'sub', 'AC', ACCOUNT, KEY],
  ]) {
    const shown = entries(wrong(prefix, right, other))
    rule(code, shown.map(([title, sid]) => [title, withClaims({ [claim]: sid })]),
      [GOOD_TOKEN, ['capital digits', withClaims({ [claim]: prefix + right.slice(2).toUpperCase() })]])
  }
}

/** The secret, and the signature. */
function secrets() {
  const valid = (secret) => ({ secret, signature: 'valid' })
  const right = ['the right secret', GOOD, valid(SECRET)]
  rule('signature_cut', [
    ['three characters less', GOOD.slice(0, -3)],
    ['half of the signature', `${HEAD}.${BODY}.${SIGNATURE.slice(0, 24)}`, { secret: SECRET, signature: 'invalid' }],
    ['four characters more', `${GOOD}AAAA`],
    ['signed with HS512, says HS256', sign(HEADER, CLAIMS, { algorithm: 'HS512' }),
      { secret: SECRET, signature: 'invalid' }],
  ], [right, ['a signature of the right length, and wrong', `${HEAD}.${BODY}.${'A'.repeat(43)}`],
    ['RS256, whose signatures are longer', sign({ ...HEADER, alg: 'RS256' }, CLAIMS, { algorithm: 'HS512' }),
      { secret: SECRET, codes: ['wrong_algorithm'] }]])
  rule('bad_signature', [
    ['the secret of another key', GOOD, { secret: OTHER_SECRET, signature: 'invalid' }],
    ['claims that were changed', `${HEAD}.${base64url(toJson({ ...CLAIMS, jti: 'x' }))}.${SIGNATURE}`,
      { secret: SECRET, signature: 'invalid' }],
    ['a line feed after the secret', GOOD, { secret: `${SECRET}\n`, signature: 'invalid',
      codes: ['bad_signature', 'secret_stray_characters'] }],
    ['the SID in place of the secret', GOOD, { secret: KEY, signature: 'invalid',
      codes: ['bad_signature', 'secret_is_sid'] }],
    ['the Auth Token in place of the secret', GOOD, { secret: AUTH_TOKEN, signature: 'invalid',
      codes: ['bad_signature', 'secret_is_auth_token'] }],
  ], [right, ['no secret to check with', GOOD]])
  rule('secret_empty', [
    ['an empty one', GOOD, { secret: '' }],
    ['zero bytes', GOOD, { secret: '\0'.repeat(32) }],
  ], [right, ['no secret', GOOD]])
  rule('secret_is_key', [
    ['a PEM key', GOOD, { secret: '-----BEGIN PUBLIC KEY-----\nMFwwDQ\n-----END PUBLIC KEY-----\n' }],
    ['a JWK', GOOD, { secret: '{"kty":"oct","k":"AAAA"}' }],
    ['an OpenSSH key', GOOD, { secret: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI fake' }],
  ], [right])
  const strange = (secret) => [JSON.stringify(secret), signedWith(secret), valid(secret)]
  const similar = (secrets) => secrets.map(strange)
  rule('secret_is_auth_token', similar([AUTH_TOKEN]),
    similar([`${AUTH_TOKEN}0`, AUTH_TOKEN.toUpperCase(), AUTH_TOKEN.replace('f', 'g')]))
  rule('secret_is_sid', similar([KEY, ACCOUNT]), similar([`${KEY}0`, KEY.toLowerCase()]))
  rule('secret_stray_characters', similar([`"${SECRET}"`, `'${SECRET}'`, ` ${SECRET}`, `${SECRET}\n`, `${SECRET}\r`]),
    similar([SECRET, `fake secret "with' spaces and quotes within`]))
  rule('secret_short', similar([SECRET.slice(0, 31), 'fake', 'f']), similar([SECRET.slice(0, 32)]))
}

function times() {
  const living = (ttl, changed = {}) => withClaims({ exp: NOW + ttl, ...changed })
  const pythons = (ttl, nbf = NOW) => withClaims({ iat: undefined, nbf, exp: nbf + ttl })
  const time = (claim, value) => withClaims({ [claim]: value })
  rule('claim_wrong_type', [
    ...[['text', '1700003600'], ['null', null], ['a fraction', NOW + 0.5], ['true', true], ['an array', [NOW]]].flatMap(
      ([what, value]) => ['exp', 'nbf', 'iat'].map((claim) => [`${claim} is ${what}`, time(claim, value)])),
    ['a service SID that is a number', withGrants({ data_sync: { service_sid: 42 } })],
    ['a room that is an object', withGrants({ video: { room: {} } })],
    ['incoming.allow that is text', withGrants({ voice: { incoming: { allow: 'true' },
      outgoing: { application_sid: APPLICATION } } })],
    ['params that are text', withGrants({ voice: { outgoing: { application_sid: APPLICATION, params: 'a=1' } } })],
    ['an identity that is an array', withIdentity(['alice'])],
    ['an identity that is true', withIdentity(true)],
    ['an identity that is null', withIdentity(null)],
    ['a jti that is a number', withClaims({ jti: 1 })],
  ], [
    ['exp with a fraction of nothing', time('exp', raw(`${NOW + 3600}.0`)), { reads: { expires_at: NOW + 3600 } }],
    ['exp with an exponent', time('exp', raw('17000036e2')), { reads: { expires_in: 3600 } }],
    ['a room that is null', withGrants({ video: { room: null } })],
  ])
  rule('in_milliseconds', [
    ['exp', time('exp', (NOW + 3600) * 1000), { reads: { expires_at: null, expires_in: null, renew_at: null } }],
    ['nbf', time('nbf', NOW * 1000)],
    ['iat', time('iat', NOW * 1000)],
    ['exp with a fraction of nothing', time('exp', raw(`${NOW + 3600}000.0`))],
    ['all of them', withClaims({ exp: (NOW + 3600) * 1000, nbf: NOW * 1000, iat: NOW * 1000 }),
      { codes: ['in_milliseconds', 'in_milliseconds', 'in_milliseconds'] }],
  ], [
    GOOD_TOKEN,
    ['a lifetime in milliseconds', living(3600000), { codes: ['lifetime_too_long'] }],
    ['the year 10000', time('exp', MAX_TIME + 1), { codes: ['claim_out_of_range'] }],
  ])
  rule('claim_out_of_range', [
    ['exp is negative', time('exp', -1)],
    ['nbf is negative', time('nbf', -1)],
    ['iat is after the year 9999', time('iat', MAX_TIME + 1)],
    ['exp is 1e300', time('exp', raw('1e300'))],
    ['exp is 2^64', time('exp', raw('18446744073709551616'))],
  ], [
    ['the last second of the year 9999', time('exp', MAX_TIME), { codes: ['lifetime_too_long'] }],
    ['an nbf of 0', time('nbf', 0)],
  ])
  const hour = { iat: NOW - 3600 }
  rule('expired', [
    ['in this second', living(0, hour), { reads: { expires_in: 0, renew_at: NOW - 180 } }],
    ['a second ago', living(-1, hour), { reads: { expires_in: -1 } }],
    ['years ago', GOOD, { now: NOW + 100000000 }],
    ['a token of twilio-python', pythons(3600, NOW - 3600)],
    ['without a time of its own', living(-100000, { iat: undefined })],
  ], [['a second before', living(1, hour)], GOOD_TOKEN])
  rule('lifetime_too_long', [
    ['86,401 seconds', living(86401)],
    ['86,401 seconds from nbf', pythons(86401)],
    ['86,401 seconds from now', living(86401, { iat: undefined })],
    ['a year', living(31536000)],
    ['and expired', living(0, { iat: NOW - 86401 }), { codes: ['expired', 'lifetime_too_long'] }],
  ], [
    ['86,400 seconds', living(86400), { reads: { expires_in: 86400, renew_at: NOW + 86220 } }],
    ['86,400 seconds from nbf', pythons(86400)],
    ['86,400 seconds from now', living(86400, { iat: undefined })],
  ])
  rule('never_valid', [
    ['exp is iat', living(0)],
    ['exp before iat', living(-1)],
    ['exp is nbf', withClaims({ nbf: NOW + 3600 })],
    ['exp before nbf', withClaims({ nbf: NOW + 7200 })],
    ['exp is 0', withClaims({ exp: 0 })],
  ], [
    ['exp a second after iat', living(1), { codes: ['lifetime_short'] }],
    ['exp a second after nbf', withClaims({ nbf: NOW + 3599 }), { codes: ['not_yet_valid'] }],
  ])
  rule('lifetime_short', [
    ['180 seconds', living(180), { reads: { renew_at: NOW + 90 } }],
    ['180 seconds from nbf', pythons(180)],
    ['one second', living(1)],
  ], [
    ['181 seconds', living(181), { reads: { renew_at: NOW + 90 } }],
    ['181 seconds from nbf', pythons(181)],
    ['180 seconds left of an hour', GOOD, { now: NOW + 3420 }],
    ['180 seconds left, from nobody knows when', living(180, { iat: undefined })],
  ])
  rule('not_yet_valid', [
    ['in a second', withClaims({ nbf: NOW + 1 }), { reads: { not_before: NOW + 1 } }],
    ['in half an hour', withClaims({ nbf: NOW + 1800 })],
    ['a token of twilio-python, by a clock that is slow', pythons(3600, NOW + 5)],
  ], [
    ['from this second', withClaims({ nbf: NOW }), { reads: { not_before: NOW } }],
    ['since an hour', pythons(7200, NOW - 3600)],
  ])
  const issued = (iat) => withClaims({ iat, exp: iat + 3600 })
  rule('issued_in_future', [
    ['61 seconds ahead', issued(NOW + 61)],
    ['a day ahead', issued(NOW + 86400)],
  ], [['60 seconds ahead', issued(NOW + 60), { codes: ['clock_skew'] }]])
  rule('clock_skew', [
    ['one second', issued(NOW + 1)],
    ['60 seconds', issued(NOW + 60)],
  ], [GOOD_TOKEN, ['61 seconds', issued(NOW + 61), { codes: ['issued_in_future'] }]])
  const renewals = [[360, 180], [361, 181], [359, 179], [86400, 86220], [3600, 3420]]
  for (const [ttl, renewal] of renewals) {
    add(null, `renewal: a token that lives for ${ttl} seconds`, living(ttl), { reads: { renew_at: NOW + renewal } })
  }
}

/** What it opens. */
function grants() {
  const only = (title, grants, expected) => [title, withGrants(grants), expected]
  const sync = { service_sid: SERVICE }
  const SIDS = Object.fromEntries(['AP', 'CR', 'RL', 'WS', 'WK', 'IS', 'VS'].map((kind) => [kind, fakeSid(kind, '4d')]))
  const calls = { incoming: { allow: true } }
  const grantless = (value) => withClaims({ grants: value })
  rule('grants_missing', [['no grants', grantless(undefined)]],
    [['grants with nothing in them', grantless({}), { codes: ['no_product_grant'] }]])
  rule('grants_not_object', [
    ['an array', grantless([{ res: 'sip:alice' }])],
    ...['data_sync', null, 1, true].map((value) => [JSON.stringify(value), grantless(value)]),
  ], [GOOD_TOKEN])
  rule('no_product_grant', [
    ['an identity alone', grantless({ identity: 'alice' }), { reads: { identity: 'alice', grants: {} } }],
    ['nothing at all', grantless({})],
  ], [GOOD_TOKEN, only('a grant of one\'s own', { fleet: { a: 1 } }, { reads: { grants: { fleet: { a: 1 } } } })])
  rule('grant_not_object', [
    ...[SERVICE, null, true, [], 1].map((value) => only(JSON.stringify(value), { data_sync: value })),
    only('video is true', { video: true }),
    only('player is null', { player: null }),
    only('one that is nobody\'s', { fleet: 1 }),
  ], [only('an empty object', { video: {} })])

  const misspelt = {
    data_sync: ['sync', 'Sync', 'dataSync', 'DataSync', 'data-sync', 'datasync', 'syncGrant', 'sync_grant'],
    chat: ['Chat', 'chatGrant', 'chat_grant', 'conversations', 'Conversations', 'conversation', 'ipMessaging',
      'ip-messaging'],
    video: ['Video', 'videoGrant', 'VideoGrant', 'video_grant', 'rooms', 'videos', 'vidoe', 'vido', 'vvideo'],
    voice: ['Voice', 'voise', 'VOICE', 'voiceGrant', 'voice_grant'],
    task_router: ['taskrouter', 'taskRouter', 'TaskRouter', 'task-router', 'taskRouterGrant'],
  }
  rule('misspelt_grant', entries(misspelt).flatMap(([right, keys]) => (
    keys.map((key) => only(`${key} for ${right}`, { [key]: { service_sid: SERVICE } })))), [
    only('the right ones', { data_sync: sync, chat: sync, video: {}, voice: calls, task_router: {} }),
    only('other names that start alike', { synchronize: {}, chatter: {}, videophone: {}, voicemail: {} }),
  ])
  const fields = [
    ...['serviceSid', 'ServiceSid', 'servicesid', 'service-sid', 'SERVICE_SID'].flatMap((name) => [
      ['data_sync', { [name]: SERVICE }], ['chat', { [name]: SERVICE }]]),
    ['data_sync', { ...sync, endpointId: 'a' }],
    ['chat', { ...sync, deploymentRoleSid: SIDS.RL }],
    ['chat', { ...sync, pushCredentialSid: SIDS.CR }],
    ['video', { Room: 'daily' }],
    ['voice', { outgoing: { applicationSid: SIDS.AP } }],
    ['voice', { outgoing: { application_sid: SIDS.AP, Params: {} } }],
    ['voice', { ...calls, pushCredentialSid: SIDS.CR }],
    ['task_router', { workspaceSid: SIDS.WS, workerSid: SIDS.WK, Role: 'worker' }, 3],
    // The names of the library's options, which stand elsewhere in the token.
    ['voice', { outgoingApplicationSid: SIDS.AP, ...calls }],
    ['voice', { outgoing_application_sid: SIDS.AP, ...calls }],
    ['voice', { incomingAllow: true, outgoing: { application_sid: SIDS.AP } }],
    ['voice', { outgoing: { application_sid: SIDS.AP }, outgoingApplicationParams: {} }],
  ]
  rule('misspelt_field', fields.map(([key, payload, times = 1]) => (
    only(`grants.${key} ${JSON.stringify(payload)}`.slice(0, 90), { [key]: payload },
      { codes: Array.from({ length: times }, () => 'misspelt_field') }))), [
    only('the right ones', { voice: { outgoing: { application_sid: SIDS.AP, params: {} } },
      task_router: { workspace_sid: SIDS.WS, worker_sid: SIDS.WK, role: 'worker' } }),
    only('names within free-form parameters', { voice: { outgoing: { application_sid: SIDS.AP,
      params: { serviceSid: SERVICE, Application_Sid: 1, Allow: 1 } } } }),
    only('names that Twilio may know one day', { data_sync: { ...sync, shard: 1 } }),
    only('a grant of one\'s own', { fleet: { serviceSid: SERVICE } }),
  ])
  rule('service_sid_missing', ['data_sync', 'chat'].flatMap((key) => [{}, { service_sid: '' }, { service_sid: null },
    { endpoint_id: 'a' }].map((payload) => only(`${key}: ${JSON.stringify(payload)}`, { [key]: payload }))), [
    only('a service', { data_sync: sync, chat: sync }),
    only('one that is misspelt', { chat: { serviceSid: SERVICE } }, { codes: ['misspelt_field'] }),
    only('other products', { video: {}, task_router: {}, voice: calls }),
  ])

  // Each field that takes a SID, with each kind of SID but its own.
  const sidFields = [
    ['data_sync.service_sid', 'IS', (sid) => ({ data_sync: { service_sid: sid } })],
    ['chat.service_sid', 'IS', (sid) => ({ chat: { service_sid: sid } })],
    ['chat.deployment_role_sid', 'RL', (sid) => ({ chat: { ...sync, deployment_role_sid: sid } })],
    ['chat.push_credential_sid', 'CR', (sid) => ({ chat: { ...sync, push_credential_sid: sid } })],
    ['voice.outgoing.application_sid', 'AP', (sid) => ({ voice: { outgoing: { application_sid: sid } } })],
    ['voice.push_credential_sid', 'CR', (sid) => ({ voice: { ...calls, push_credential_sid: sid } })],
    ['task_router.workspace_sid', 'WS', (sid) => ({ task_router: { workspace_sid: sid } })],
    ['task_router.worker_sid', 'WK', (sid) => ({ task_router: { worker_sid: sid } })],
  ]
  rule('wrong_sid_prefix', [
    ...sidFields.flatMap(([path, prefix, grants]) => entries({ ...SIDS, SK: KEY, AC: ACCOUNT }).filter(
      ([kind]) => kind !== prefix).map(([kind, sid]) => only(`${kind} in ${path}`, grants(sid)))),
    only('a name in place of a SID', { chat: { service_sid: 'default' } }),
    only('the text undefined', { data_sync: { service_sid: 'undefined' } }),
    only('a small prefix', { data_sync: { service_sid: SERVICE.toLowerCase() } }),
    only('a space before it', { data_sync: { service_sid: ` ${SERVICE}` } }),
  ], [
    ...sidFields.map(([path, prefix, grants]) => only(`${prefix} in ${path}`, grants(SIDS[prefix]))),
    only('the default service of Sync', { data_sync: { service_sid: 'default' } }),
    only('the name of a room', { video: { room: ACCOUNT } }),
    only('capital digits', { data_sync: { service_sid: `IS${'AB'.repeat(16)}` } }),
    only('an empty optional field', { chat: { ...sync, push_credential_sid: '' } }),
  ])
  rule('malformed_sid', sidFields.flatMap(([path, prefix, grants]) => (
    [`${prefix}123`, `${SIDS[prefix]}0`, SIDS[prefix].slice(0, -1), `${SIDS[prefix]}\n`].map((sid) => (
      only(`${JSON.stringify(sid)} in ${path}`, grants(sid)))))), [only('a whole one', { data_sync: sync })])
  rule('voice_grant_empty', [
    only('nothing in it', { voice: {} }),
    only('incoming calls refused', { voice: { incoming: { allow: false } } }),
    only('incoming calls, but not allowed', { voice: { incoming: {} } }),
    only('credentials alone', { voice: { push_credential_sid: SIDS.CR, endpoint_id: 'a' } }),
    only('outgoing calls of no application', { voice: { outgoing: {} } }),
    only('outgoing calls with parameters alone', { voice: { outgoing: { params: { a: 1 } } } }),
  ], [
    only('incoming calls', { voice: calls }),
    only('outgoing calls', { voice: { outgoing: { application_sid: SIDS.AP } } }),
  ])
  rule('product_ended', [
    only('the player of Live', { player: { playbackUrl: 'https://example.com' } }),
    only('the player without a grant', { player: {} }),
  ], [only('video', { video: {} })])
  rule('grant_deprecated', [only('ip_messaging', { ip_messaging: sync }), only('rtc', { rtc: {} })],
    [only('what took their place', { chat: sync, video: {} })])
}

/** Whom it speaks for. */
function identities() {
  const sync = { service_sid: SERVICE }
  const needing = { data_sync: sync, chat: sync, video: {}, voice: { incoming: { allow: true } } }
  const nobody = (grants, identity) => withIdentity(identity, grants)
  rule('identity_missing', [
    ...entries(needing).map(([key, payload]) => [key, nobody({ [key]: payload }), { reads: { identity: null } }]),
    ['all of them', nobody(needing)],
    ['an empty one', nobody({ data_sync: sync }, '')],
  ], [
    GOOD_TOKEN,
    ['a worker of TaskRouter', nobody({ task_router: { worker_sid: fakeSid('WK', '39') } })],
    ['a viewer of Live', nobody({ player: {} }), { codes: ['product_ended'] }],
  ])
  rule('identity_misplaced', [
    ['beside grants', withClaims({ identity: 'alice', grants: { data_sync: sync } })],
    ['in another case', withClaims({ grants: { Identity: 'alice', data_sync: sync } })],
    ['in another case, and alone', withClaims({ grants: { Identity: 'alice' } }), { codes: ['identity_misplaced', 'no_product_grant'] }],
  ], [['in both places', withClaims({ identity: 'alice' })]])
  rule('identity_not_string', [
    ['a number, as twilio-python writes it', withIdentity(42), { reads: { identity: '42' } }],
    ['zero', withIdentity(0), { reads: { identity: '0' } }],
  ], [['its digits as text', withIdentity('42'), { reads: { identity: '42' } }]])

  const reserved = "!*'();:@&=+$,/?%#[]"
  rule('identity_reserved_characters', [
    ...[...reserved, ' ', '\t', '\n', '\u001b', '\u00a0'].map((char) => (
      [JSON.stringify(char), withIdentity(`al${char}ice`), { reads: { identity: `al${char}ice` } }])),
    ['an e-mail address', withIdentity('alice@example.com')],
    ['all of them', withIdentity(reserved)],
  ], [...'-_.~', 'é', '愛', '😀', 'A9'].map((text) => [JSON.stringify(text), withIdentity(`al${text}ice`)]))

  const { data_sync, chat, video, voice } = needing
  const long = (identity, grants) => [`${identity.length} × ${identity[0]}, ${Object.keys(grants).join(' and ')}`,
    withIdentity(identity, grants)]
  const warned = (codes, [title, token]) => [title, token, { codes }]
  rule('identity_too_long', [
    long('x'.repeat(129), { video }),
    long('é'.repeat(65), { video }),
    long('x'.repeat(129), { video, data_sync }),
    long('x'.repeat(129), { video, voice }),
    long('x'.repeat(257), { data_sync }),
    long('x'.repeat(257), { chat }),
    long('é'.repeat(257), { chat }),
    long('x'.repeat(257), { voice }),
  ], [
    long('x'.repeat(128), { video }),
    long('é'.repeat(64), { video }),
    long('x'.repeat(256), { data_sync }),
    long('x'.repeat(256), { chat }),
    long('é'.repeat(256), { chat }),
    warned(['identity_long'], long('x'.repeat(256), { voice })),
  ])
  rule('identity_long', [
    long('x'.repeat(122), { voice }),
    long('é'.repeat(122), { voice }),
    long('x'.repeat(122), { voice, video }),
  ], [
    long('x'.repeat(121), { voice }),
    long('x'.repeat(122), { data_sync }),
    long('x'.repeat(122), { video }),
  ])
}

/** Several faults in one token. */
function combinations() {
  const both = (title, token, codes, expected) => add(null, `several: ${title}`, token, { codes, ...expected })
  both('swapped, over 24 hours, no service',
    withClaims({ iss: ACCOUNT, sub: KEY, exp: NOW + 90000, grants: { identity: 'alice', chat: {} } }),
    ['issuer_and_subject_swapped', 'service_sid_missing', 'lifetime_too_long'])
  both('expired, and signed with another secret', GOOD, ['expired', 'bad_signature'],
    { now: NOW + 7200, secret: OTHER_SECRET, signature: 'invalid' })
  both('warnings after errors', withClaims({ exp: NOW + 60, grants: { identity: 'a@b', chat: {}, player: {} } }),
    ['service_sid_missing', 'product_ended', 'identity_reserved_characters', 'lifetime_short'])
  both('a template whose variables were never set', sign(HEADER, { ...CLAIMS, iss: 'undefined', sub: 'undefined',
    grants: { identity: 'alice', chat: { service_sid: 'undefined' } } }),
  ['malformed_issuer', 'malformed_subject', 'wrong_sid_prefix'])
  both('made by hand with another library', sign({ alg: 'HS256', typ: 'JWT' },
    { ...CLAIMS, grants: { identity: 'alice', sync: { serviceSid: SERVICE } } }), ['wrong_cty', 'misspelt_grant'])
  both('made by hand, in milliseconds', withClaims({ iat: NOW * 1000, exp: (NOW + 3600) * 1000 }),
    ['in_milliseconds', 'in_milliseconds'])
  both('the account\'s SID and Auth Token', withClaims({ iss: ACCOUNT }, { secret: AUTH_TOKEN }),
    ['issuer_is_account', 'secret_is_auth_token'],
    { secret: AUTH_TOKEN, signature: 'valid' })
  both('a token for four products, each with its own mistake',
    withClaims({ grants: { data_sync: {}, chat: { serviceSid: SERVICE }, voice: {}, Video: {} } }),
    ['service_sid_missing', 'misspelt_field', 'misspelt_grant', 'identity_missing', 'voice_grant_empty'])
  both('wrong header, wrong times, no grants', sign({ alg: 'HS512', typ: 'JOSE', cty: 'JWT' }, { iss: KEY, sub: ACCOUNT,
    nbf: NOW + 10, iat: NOW + 600, exp: 'tomorrow', grants: {} }), ['wrong_algorithm', 'wrong_typ', 'wrong_cty',
    'no_product_grant', 'claim_wrong_type', 'not_yet_valid', 'issued_in_future', 'signature_cut'])
  both('quoted, and expired', JSON.stringify(GOOD), ['quoted', 'expired'], { now: NOW + 3600 })
  both('Bearer before a capability token', `Bearer ${CAPABILITY}`, ['bearer_prefix', 'capability_token'],
    { kind: 'capability_token' })
  both('no identity, and the wrong secret', withIdentity(undefined), ['identity_missing', 'bad_signature'],
    { secret: OTHER_SECRET, signature: 'invalid' })
  both('not yet valid, and for too long', withClaims({ nbf: NOW + 60, exp: NOW + 90000 }),
    ['lifetime_too_long', 'not_yet_valid'])
  both('a payload cut off, and the wrong alg', `${base64url('{"alg":"RS256","typ":"JWT","cty":"twilio-fpa;v=1"}')}.`
    + `${BODY.slice(0, 100)}.${SIGNATURE}`, ['not_json_object', 'wrong_algorithm'])
  both('a long identity with reserved characters', withIdentity(`${'x'.repeat(256)}@`),
    ['identity_too_long', 'identity_reserved_characters'])
}

/** What a person reads, word for word: each situation once. A change of wording is a change here. */
function reports() {
  const TICK = '`'
  const report = (title, token, text, expected) => (
    add(null, `report: ${title}`, token, { ...expected, report: text.trim().split('\n') }))
  report('a sound token', sign({ ...HEADER, twr: 'ie1' }, { ...CLAIMS, nbf: NOW - 60, grants: { ...GRANTS, video: {},
    task_router: { role: 'worker' }, fleet: {} } }), String.raw`
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
  signature   that of the secret given`, { now: NOW + 90, secret: SECRET, signature: 'valid' })
  report('a sound token with warnings', withClaims({
    grants: { identity: 'a@b', video: { room: 'daily' }, player: {} } }), String.raw`
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
  → That product has ended, and nothing takes its grant any more: leave it out.

warning identity_reserved_characters  Twilio 31105, 51007
  The identity holds characters that Twilio reserves: "@".
  → Keep to letters, digits, hyphen, underscore and dot; encode an e-mail address, or use the user's own ID.

Twilio's codes are the likely ones: its backend has the last word.`,
  { codes: ['product_ended', 'identity_reserved_characters'] })
  report('a broken token', withClaims({ exp: NOW + 90000, iss: 'SK123',
    grants: { identity: 'al\u001b[31m\nice', chat: {} } }), String.raw`
Twilio Access Token: 4 errors and 1 warning

  identity    al\u{1b}[31m\nice
  grants      Conversations (chat)
  account     ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0
  key         SK123
  issued      2023-11-14 22:13:20 UTC (now)
  renew       2023-11-15 23:10:20 UTC (in 1 day 57m)
  expires     2023-11-15 23:13:20 UTC (in 1 day 1h)
  signature   not that of the secret given

error malformed_issuer  Twilio 20103, 20153, 31202
  iss is "SK123", not SK and 32 hexadecimal digits.
  → iss must be the SID of an API key: SK and 32 hexadecimal digits. Is the environment variable set?

error service_sid_missing  Twilio 20106, 51104, 51007
  grants.chat names no service: it has no service_sid.
  → Name the service (IS…). Is the environment variable with its SID set?

error lifetime_too_long  Twilio 20104, 20157, 31207
  The token lives for 1 day 1h, more than 24 hours.
  → A token may live for 24 hours (86,400 seconds) at most. An hour and a renewal serve better.

error bad_signature  Twilio 20107, 20159, 31202
  The signature is not that of the secret given.
  → Use the secret of the key in iss; it is shown once, so make a new key if unsure. Or was the token changed after signing?

warning identity_reserved_characters  Twilio 31105, 51007
  The identity holds characters that Twilio reserves: "\n\u{1b}[".
  → Keep to letters, digits, hyphen, underscore and dot; encode an e-mail address, or use the user's own ID.

Twilio's codes are the likely ones: its backend has the last word.`, { secret: OTHER_SECRET, signature: 'invalid',
    codes: ['malformed_issuer', 'service_sid_missing', 'lifetime_too_long', 'bad_signature',
      'identity_reserved_characters'] })
  report('no token at all', '<html>\n', String.raw`
Not a token that can be read: 2 errors

error stray_whitespace  Twilio 20101, 20160, 31204
  There is white space around the token.
  → Trim the token. A line feed at the end often comes from a file or from ${TICK}echo${TICK}.

error not_compact  Twilio 20101, 20160, 31204
  This is a page of HTML or XML.
  → Copy all of the token, from ${TICK}eyJ${TICK} to the end of its third segment. Is it a token at all, or an error page?

Twilio's codes are the likely ones: its backend has the last word.`,
  { codes: ['stray_whitespace', 'not_compact'], ...UNKNOWN })
  report('a capability token', CAPABILITY, String.raw`
Twilio capability token (Client SDK 1.x): 1 error

  key         ACa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0
  issued      2023-11-14 22:13:20 UTC (1m ago)
  renew       2023-11-14 23:10:20 UTC (in 56m)
  expires     2023-11-14 23:13:20 UTC (in 59m)
  signature   not checked

error capability_token  Twilio 20101, 20160, 31204
  This is a capability token of the first Client SDK, not an Access Token.
  → The SDKs of today take Access Tokens; see https://www.twilio.com/docs/iam/access-tokens.

Twilio's codes are the likely ones: its backend has the last word.`,
  { now: NOW + 60, kind: 'capability_token', codes: ['capability_token'] })
  report('another JWT', sign({ alg: 'HS256', typ: 'JWT' }, { sub: '1234567890', name: 'John Doe',
    iat: NOW - 60 }), String.raw`
A JWT, but not an Access Token: 1 error

  account     1234567890
  issued      2023-11-14 22:12:20 UTC (1m ago)
  signature   not checked

error other_token  Twilio 20101, 20160, 31204
  This is a JWT, but nothing in it is Twilio's.
  → Mint an Access Token on your server, with a library made for that, and hand that over.

Twilio's codes are the likely ones: its backend has the last word.`, { codes: ['other_token'], ...UNKNOWN })
}

function generate() {
  for (const part of [wrappings, segments, json, kinds, headers, parties, secrets, times, grants, identities,
    combinations, reports]) part()
  const titles = cases.map(({ title }) => title)
  const repeated = titles.find((title, index) => titles.indexOf(title) !== index)
  if (repeated) throw new Error(`two cases are called ${JSON.stringify(repeated)}`)
  const document = {
    about: `Generated: do not edit. Regenerate with "${REGENERATE}". README.md describes the format.`,
    cases,
  }
  return JSON.stringify(document, null, 1)
    .replace(/[^\0-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .concat('\n')
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
  console.error(`tests/vectors/inspections.json is stale. Regenerate it: ${REGENERATE}`)
  process.exitCode = 1
}
