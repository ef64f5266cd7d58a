'use strict'

// The wrapper that keeps a token's secret out of every output, and the check of a secret argument.

const { fail } = require('./errors.js')
const { describe } = require('./pack.js')

/**
 * Contains a secret and shows nothing of it: printing, listing, serializing and comparing it read no private field.
 *
 * A token has it as a property, so that a Proxy, `Object.create` and `Object.assign` find it as any other property.
 */
class Secret {
  #value

  constructor(value) {
    this.#value = value
  }

  /** Returns the secret, or undefined for any object but a Secret, such as a deep copy of one. */
  static reveal(holder) {
    return typeof holder === 'object' && holder !== null && #value in holder ? holder.#value : undefined
  }
}

// A symbol: JSON, structuredClone and the lists of names skip it.
const SECRET = Symbol('grantmint.secret')

// The getter that reads the type of a typed array from an internal slot, so that no other object can claim it.
const { get: typeOf } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)

/** Returns a secret as the native module accepts it: a string or bytes. */
function secretArgument(secret, caller) {
  if (typeof secret === 'string') return secret
  if (secret === undefined || secret === null) return ''
  // A Uint8Array of another realm counts, too.
  if (typeOf.call(secret) === 'Uint8Array') return secret
  return fail(caller, 'wrong_type', 'secret', describe(secret))
}

module.exports = { SECRET, Secret, secretArgument }
