// Plays a case of the token and error vectors against the npm package: `const player = require('./player.cjs')(grantmint)`.
// Plain CommonJS, so that every runtime can load it. README.md describes the format.

'use strict'

const { readFileSync } = require('node:fs')
const path = require('node:path')

const OPTIONS = ['identity', 'ttl', 'nbf', 'valid_until', 'region', 'jti']

/** Reads a file of this folder. */
function readVectors(file) {
  return JSON.parse(readFileSync(path.join(__dirname, file), 'utf8'))
}

/** Converts `service_sid` to `serviceSid`. */
function camelCase(name) {
  return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
}

/** Returns whether a case has an identity, which the constructor's options require. */
function hasIdentity({ identity }) {
  return identity !== undefined && identity !== null && identity !== ''
}

/** Returns the expected code, field and message of a case, spelled as in Node. */
function refusalOf({ error: { code, field, message } }) {
  const spelled = message?.replace(/\{(\w+)\}/g, (_, name) => camelCase(name))
  return [code, field ? camelCase(field) : undefined, spelled]
}

function given(vector, names) {
  return Object.fromEntries(names.filter((name) => name in vector).map((name) => [camelCase(name), vector[name]]))
}

module.exports = ({ AccessToken, Issuer, ...grantmint }) => {
  /** Signs a token that gets everything in the constructor's options. */
  function withOptions(vector) {
    const token = new AccessToken(vector.account_sid, vector.key_sid, vector.secret, given(vector, OPTIONS))
    const grants = grantsOf(vector)
    if (Array.isArray(grants)) for (const grant of grants) token.addGrant(grant)
    else token.grants = grants
    return sign(token, vector)
  }

  /** Signs a token of the older form: three arguments, and everything else is set later. */
  function setLater(vector) {
    const token = new AccessToken(vector.account_sid, vector.key_sid, vector.secret)
    Object.assign(token, given(vector, OPTIONS))
    token.grants = grantsOf(vector)
    return sign(token, vector)
  }

  /** Mints with an issuer. The case's `ttl` and `grants` are the issuer's; those of its `mint` are the token's. */
  function mint(vector) {
    const { mint = {} } = vector
    const issuer = new Issuer({
      ...given(vector, ['account_sid', 'key_sid', 'secret', 'ttl', 'region', 'algorithm']),
      ...('grants' in vector && { grants: grantsOf(vector) }),
    })
    return issuer.mint(vector.identity, {
      ...given(vector, ['nbf', 'jti', 'now']),
      ...given(mint, ['ttl']),
      ...('grants' in mint && { grants: grantsOf(mint) }),
    })
  }

  /** Returns the functions that must all reject a case. */
  function ways(vector) {
    if (vector.via === 'Issuer') return [mint]
    // The constructor's options require an identity, which may be set later otherwise.
    if (!('identity' in vector)) return [withOptions]
    return hasIdentity(vector) ? [withOptions, setLater] : [setLater]
  }

  function sign(token, vector) {
    return token.toJwt(vector.algorithm, given(vector, ['now']))
  }

  function grantsOf({ grants = [] }) {
    return Array.isArray(grants) ? grants.map(grantOf) : grants
  }

  /** Creates the grant that an object with one member describes. Any other value is passed unchanged. */
  function grantOf(member) {
    const entries = typeof member === 'object' ? Object.entries(member ?? {}) : []
    if (entries.length !== 1) return member
    const [[name, fields]] = entries
    if (name === 'custom') return { key: fields.key, toPayload: () => fields.payload }
    return new grantmint[name](given(fields, Object.keys(fields)))
  }

  return { readVectors, camelCase, hasIdentity, refusalOf, withOptions, setLater, mint, ways }
}
