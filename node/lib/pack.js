'use strict'

// Packs arguments for the native module into one string; `bindings/javascript/src/packed.rs` describes the encoding.

const { fail } = require('./errors.js')

const { fromCharCode } = String

// Not as literals: minifiers write them as the characters themselves, and some of these are no characters.
const LONG = fromCharCode(0xfffb)
const ABSENT = fromCharCode(0xffff)
const TRUE = fromCharCode(0xfffe)
const FALSE = fromCharCode(0xfffd)
const NUMBER = fromCharCode(0xfffc)
const OBJECT = fromCharCode(0xfffa)
const OTHER = fromCharCode(0xfff9)
const SHORT = 0xff00

/** Packs a string after its length. */
function text(string) {
  const { length } = string
  return (length < SHORT ? fromCharCode(length) : LONG + fromCharCode(length >>> 16, length & 0xffff)) + string
}

/** Packs a string, a number, a boolean or nothing. Packs only the type of any other value. */
function value(value) {
  switch (typeof value) {
    case 'string':
      return text(value)
    case 'undefined':
      return ABSENT
    case 'number':
      return NUMBER + text(String(value))
    case 'boolean':
      return value ? TRUE : FALSE
    default:
      return value === null ? ABSENT : other(describe(value))
  }
}

/** Packs the type of a value that no field accepts. */
function other(what) {
  return OTHER + text(what)
}

/** Packs a free-form object as its JSON text. An error names `field`. */
function object(value_, field, caller) {
  if (value_ === null || typeof value_ !== 'object') return value(value_)
  // It would become an empty object: a missing `await`.
  if (typeof value_.then === 'function') return other('a promise')
  const json = stringify(value_, field, caller)
  return json === undefined ? other('an object without a JSON form') : OBJECT + text(json)
}

function stringify(object, field, caller) {
  try {
    return JSON.stringify(object)
  } catch (error) {
    // Any other error is the caller's own, from a `toJSON` or a getter.
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    // Engines word these differently.
    const found = whatHasNoForm(object, new Set(), new Set()) ?? saidBy(error)
    if (found === TOO_DEEP) fail(caller, 'too_deep', field)
    if (found !== undefined) fail(caller, 'not_json', field, found)
    throw error
  }
}

const MAX_DEPTH = 128
const TOO_DEEP = 'too deep'

/** Names the problem that the engine found. Searching for it would run `toJSON` methods and getters again. */
function saidBy(error) {
  if (!(error instanceof TypeError)) return undefined
  if (CYCLE.test(error.message)) return 'a cycle'
  return BIG_INT.test(error.message) ? 'a BigInt' : undefined
}

// The complete messages of V8 and JavaScriptCore: a caller's own error may contain parts of them.
const CYCLE = /^(Converting circular structure to JSON\n|JSON\.stringify cannot serialize cyclic structures\.?$)/
const BIG_INT = /^(Do not know how to serialize a BigInt|JSON\.stringify cannot serialize BigInt\.?)$/

function whatHasNoForm(value, parents, sound) {
  if (typeof value === 'bigint') return 'a BigInt'
  if (value === null || typeof value !== 'object') return undefined
  if (parents.has(value)) return 'a cycle'
  if (sound.has(value)) return undefined
  if (parents.size === MAX_DEPTH) return TOO_DEEP
  parents.add(value)
  for (const { value: member } of Object.values(Object.getOwnPropertyDescriptors(value))) {
    const found = whatHasNoForm(member, parents, sound)
    if (found !== undefined) return found
  }
  parents.delete(value)
  sound.add(value)
  return undefined
}

/** Returns the type of a value in words, never its contents. */
function describe(value) {
  if (value === null) return 'null'
  if (value === undefined) return 'undefined'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** Rejects a required value that was not given: most come from a variable that is not set. */
function required(value, field, caller) {
  if (value === undefined || value === null) fail(caller, 'required', field, String(value))
}

/** Rejects unknown options: most are misspelled. `hint` follows the message about a string. */
function checkOptions(options, known, caller, hint = '') {
  if (typeof options !== 'object') {
    fail(caller, 'wrong_type', 'options', describe(options) + (typeof options === 'string' ? hint : ''))
  }
  for (const name in options) {
    if (!known.includes(name)) fail(caller, 'unknown_option', name, known.join(', '))
  }
}

module.exports = { ABSENT, TRUE, FALSE, text, value, object, other, describe, required, checkOptions }
