// Plays a case of a vector file in Node. tests/vectors/README.md describes the format.

import { readFileSync } from 'node:fs'
import grantmint, { AccessToken, Issuer } from 'grantmint'

const OPTIONS = ['ttl', 'nbf', 'valid_until', 'region', 'jti']
const GIVEN_TO_MINT = ['nbf', 'jti', 'now']

/** A file of tests/vectors. */
export function readVectors(file) {
  return JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8'))
}

/** `service_sid` → `serviceSid`. */
export function camelCase(name) {
  return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
}

export function hasIdentity({ identity }) {
  return identity !== undefined && identity !== null && identity !== ''
}

/** With everything in the constructor's options. */
export function withOptions(vector) {
  const options = given(vector, ['identity', ...OPTIONS])
  const token = new AccessToken(vector.account_sid, vector.key_sid, vector.secret, options)
  for (const grant of grantsOf(vector)) token.addGrant(grant)
  return sign(token, vector)
}

/** The older form: three arguments, and everything else set later. */
export function setLater(vector) {
  const token = new AccessToken(vector.account_sid, vector.key_sid, vector.secret)
  Object.assign(token, given(vector, ['identity', ...OPTIONS]))
  token.grants = grantsOf(vector)
  return sign(token, vector)
}

/** With an issuer: the case's `ttl` and `grants` are the issuer's, those of its `mint` the one token's. */
export function mint(vector) {
  const issuer = new Issuer({
    ...given(vector, ['account_sid', 'key_sid', 'secret', 'ttl', 'region', 'algorithm']),
    ...('grants' in vector && { grants: grantsOf(vector) }),
  })
  const { mint = {} } = vector
  return issuer.mint(vector.identity, {
    ...given(vector, GIVEN_TO_MINT),
    ...given(mint, ['ttl']),
    ...('grants' in mint && { grants: grantsOf(mint) }),
  })
}

function sign(token, vector) {
  return token.toJwt(vector.algorithm, given(vector, ['now']))
}

function given(vector, names) {
  return Object.fromEntries(names.filter((name) => name in vector).map((name) => [camelCase(name), vector[name]]))
}

function grantsOf({ grants = [] }) {
  return Array.isArray(grants) ? grants.map(grantOf) : grants
}

/** A value that is not an object with one member is passed unchanged. */
function grantOf(member) {
  const entries = typeof member === 'object' ? Object.entries(member ?? {}) : []
  if (entries.length !== 1) return member
  const [[name, fields]] = entries
  if (name === 'custom') return { key: fields.key, toPayload: () => fields.payload }
  return new grantmint[name](given(fields, Object.keys(fields)))
}
