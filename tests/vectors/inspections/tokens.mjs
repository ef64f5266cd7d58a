// The parts of every token here: a good header and good claims as objects, and the signature over any two segments.

import { ACCOUNT, base64url, fakeSid, KEY, NOW, signSegments } from '../hostile/tokens.mjs'

export {
  ACCOUNT,
  base64url,
  fakeSid,
  KEY,
  MAX_TIME,
  NOW,
  OTHER_SECRET,
  SECRET,
  signSegments,
} from '../hostile/tokens.mjs'

export const MAX_SIZE = 16384
export const SERVICE = fakeSid('IS', 'c2')
export const APPLICATION = fakeSid('AP', '06')
export const AUTH_TOKEN = '0123456789abcdef'.repeat(2)

/** JSON text that JSON.stringify would not write, used in a token unchanged. */
export class Raw {
  constructor(text) {
    this.text = text
  }
}
export const raw = (text) => new Raw(text)
export const toJson = (value) => {
  if (value instanceof Raw) return value.text
  if (Array.isArray(value)) return `[${value.map(toJson).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${toJson(member)}`).join()}}`
}

export const HEADER = { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' }
export const GRANTS = { identity: 'alice', data_sync: { service_sid: SERVICE } }
export const CLAIMS = { jti: `${KEY}-${NOW}`, grants: GRANTS, iat: NOW, exp: NOW + 3600, iss: KEY, sub: ACCOUNT }

/** Signs a header and a payload: objects, or text, or bytes. */
export function sign(header, payload, how) {
  const encode = (part) => base64url(typeof part === 'string' || Buffer.isBuffer(part) ? part : toJson(part))
  return signSegments(encode(header), encode(payload), how)
}
export const withHeader = (changed, how) => sign({ ...HEADER, ...changed }, CLAIMS, how)
export const withClaims = (changed, how) => sign(HEADER, { ...CLAIMS, ...changed }, how)
export const withGrants = (grants, how) => withClaims({ grants: { identity: 'alice', ...grants } }, how)
export const withIdentity = (identity, grants = { data_sync: { service_sid: SERVICE } }) =>
  withClaims({ grants: { identity, ...grants } })
export const withPayload = (text) => sign(HEADER, text)
export const signedWith = (secret) => sign(HEADER, CLAIMS, { secret })
/** Good claims as text, with more text in front of their first member. */
export const claimsWith = (text) => `{${text},${toJson(CLAIMS).slice(1)}`

export const GOOD = sign(HEADER, CLAIMS)
export const [HEAD, BODY, SIGNATURE] = GOOD.split('.')
