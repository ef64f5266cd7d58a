'use strict'

// `Verifier`, which accepts or rejects tokens, and the `Claims` of an accepted one.

const { fail, unwrap } = require('./errors.js')
const native = require('./native.js')
const { ABSENT, checkOptions, describe, value } = require('./pack.js')
const { secretArgument } = require('./secret.js')

const OPTIONS = ['keys', 'secret', 'accountSid', 'leeway', 'algorithm', 'maxSize']
const NOW = ['now']

class Verifier {
  // The verifier's functions in the native module. Only the native module has the secrets.
  #verify
  #verifyAt

  constructor(options) {
    checkOptions(options ?? {}, OPTIONS, Verifier)
    const { keys, secret, accountSid, leeway, algorithm, maxSize } = options ?? {}
    // An unset variable must not mean every account, or every issuer.
    for (const [name, given] of [
      ['keys', keys],
      ['secret', secret],
    ]) {
      if ((given === undefined || given === null) && name in (options ?? {})) fail(Verifier, 'required', name)
    }
    const account = 'accountSid' in (options ?? {}) ? (accountSid ?? '') : undefined
    let packed = value(account) + value(leeway) + value(algorithm) + value(maxSize)
    const secrets = []
    if (keys === undefined || keys === null) {
      packed += ABSENT
      secrets.push(secretArgument(secret, Verifier))
    } else {
      if (secret !== undefined && secret !== null) fail(Verifier, 'conflict', 'keys')
      if (typeof keys !== 'object' || Array.isArray(keys)) fail(Verifier, 'wrong_type', 'keys', describe(keys))
      const sids = Object.keys(keys)
      if (sids.length === 0) fail(Verifier, 'required', 'keys')
      for (const sid of sids) {
        packed += value(sid)
        secrets.push(secretArgument(keys[sid], Verifier))
      }
    }
    const verifier = unwrap(native.verifier(packed, secrets), Verifier)
    this.#verify = verifier.verify
    this.#verifyAt = verifier.verifyAt
  }

  verify(token, options) {
    const caller = Verifier.prototype.verify
    if (typeof token !== 'string') fail(caller, 'not_a_string')
    if (options === undefined) return new Claims(unwrap(this.#verify(token), caller), token)
    checkOptions(options ?? {}, NOW, caller)
    return new Claims(unwrap(this.#verifyAt(token, value(options?.now)), caller), token)
  }
}

/** The claims of a verified token. The native module has checked the type of each. */
class Claims {
  #header

  constructor(json, token) {
    const payload = JSON.parse(json)
    const entries = own(payload, 'grants') ?? {}
    const { identity: _, ...grants } = entries
    const identity = own(entries, 'identity')
    this.identity = identity === undefined ? undefined : String(identity)
    this.grants = grants
    this.keySid = payload.iss
    this.accountSid = payload.sub
    this.jti = own(payload, 'jti')
    this.issuedAt = time(own(payload, 'iat'))
    this.notBefore = time(own(payload, 'nbf'))
    this.expiresAt = payload.exp
    this.payload = payload
    this.#header = token.slice(0, token.indexOf('.'))
  }

  get header() {
    // Not every runtime has a `Buffer`.
    const bytes = atob(this.#header.replaceAll('-', '+').replaceAll('_', '/'))
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))))
  }
}

/** Returns an optional claim, but nothing from a polluted `Object.prototype`. */
function own(claims, name) {
  const value = claims[name]
  return value !== undefined && Object.hasOwn(claims, name) ? value : undefined
}

/** Returns a number without the sign of a negative zero. */
function time(seconds) {
  return seconds === 0 ? 0 : seconds
}

module.exports = { Verifier, Claims }
