'use strict'

// `Verifier`, which accepts or rejects tokens, and the `Claims` of an accepted one.

const { NATIVE, fail, functionsOf, raise, unwrap } = require('./errors.js')
const native = require('./native.js')
const { ABSENT, checkOptions, describe, required, value } = require('./pack.js')
const { secretArgument } = require('./secret.js')

const OPTIONS = ['keys', 'secret', 'accountSid', 'leeway', 'algorithm', 'maxSize']
const NOW = ['now']

class Verifier {
  constructor(options) {
    checkOptions(options ?? {}, OPTIONS, Verifier, ' (a secret is the option secret)')
    const { keys, secret, accountSid, leeway, algorithm, maxSize } = options ?? {}
    // An unset variable must not mean every account, or every issuer.
    for (const [name, field, given] of [
      ['keys', 'keys', keys],
      ['secret', 'secret', secret],
      ['accountSid', 'account_sid', accountSid],
    ]) {
      if (name in (options ?? {})) required(given, field, Verifier)
    }
    let packed = value(accountSid) + value(leeway) + value(algorithm) + value(maxSize)
    const secrets = []
    if (keys === undefined || keys === null) {
      packed += ABSENT
      secrets.push(secretArgument(secret, Verifier))
    } else {
      if (secret !== undefined && secret !== null) fail(Verifier, 'conflict', 'keys')
      if (typeof keys !== 'object' || Array.isArray(keys)) fail(Verifier, 'wrong_type', 'keys', describe(keys))
      const entries = isMap(keys) ? [...keys] : Object.entries(keys)
      if (entries.length === 0) fail(Verifier, 'required', 'keys', 'empty')
      for (const [sid, secret] of entries) {
        required(secret, 'secret', Verifier)
        packed += value(sid)
        secrets.push(secretArgument(secret, Verifier))
      }
    }
    // Only the native module has the secrets.
    Object.defineProperty(this, NATIVE, { value: unwrap(native.verifier(packed, secrets), Verifier) })
  }

  verify(token, options) {
    const caller = Verifier.prototype.verify
    if (typeof token !== 'string') fail(caller, 'not_a_string')
    const functions = functionsOf(this, caller, 'Verifier')
    if (options === undefined) return new Claims(unwrap(functions.verify(token), caller), token)
    checkOptions(options ?? {}, NOW, caller)
    return new Claims(unwrap(functions.verifyAt(token, value(options?.now)), caller), token)
  }
}

/** Returns whether a value is a `Map`, also of another realm. */
function isMap(value) {
  try {
    return sizeOf.call(value) >= 0
  } catch {
    return false
  }
}

// The getter that reads a map's size from an internal slot.
const { get: sizeOf } = Object.getOwnPropertyDescriptor(Map.prototype, 'size')

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
    if (!(#header in this))
      raise(['wrong_type', 'this', 'header must be read from the claims, not from a proxy or copy'])
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
