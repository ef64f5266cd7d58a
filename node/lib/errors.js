'use strict'

// The error classes, and the functions that throw the native module's errors with the caller's stack trace.

const native = require('./native.js')

/** The base of every error of grantmint. */
class GrantmintError extends Error {
  constructor(message, code, field) {
    super(message)
    // Not enumerable, like the name of a built-in error.
    Object.defineProperty(this, 'name', { value: nameOf(new.target), configurable: true, writable: true })
    this.code = code
    if (field) this.field = field
  }
}

/** An argument or property that a token cannot have. */
class InputError extends GrantmintError {}

/** A token that does not verify. */
class TokenError extends GrantmintError {
  constructor(message, code, field, twilioCodes = []) {
    super(message, code, field)
    this.twilioCodes = twilioCodes
  }
}

// A minifier renames classes.
const NAMES = new Map([
  [GrantmintError, 'GrantmintError'],
  [InputError, 'InputError'],
  [TokenError, 'TokenError'],
])

function nameOf(type) {
  return NAMES.get(type) ?? type.name
}

/** Throws an error made of the core's parts. Its stack trace starts at the call of `caller`. */
function raise(parts, caller) {
  const error = fromParts(parts)
  startTraceAt(error, caller)
  throw error
}

function fromParts([code, field, message, index, twilioCodes]) {
  if (twilioCodes !== undefined) {
    return new TokenError(message, code, field, twilioCodes.split(',').map(Number))
  }
  if (code === 'internal') return new GrantmintError(message, code)
  const error = new InputError(message, code, field)
  if (index) error.index = Number(index)
  return error
}

/** Removes the frames above the call of `caller` from a stack trace, unless nothing would be left. */
function startTraceAt(error, caller) {
  if (!HAS_TAIL_CALLS) return Error.captureStackTrace?.(error, caller)
  const { stack } = error
  Error.captureStackTrace?.(error, caller)
  if (!/\n\s+at /.test(error.stack)) error.stack = stack
}

// In JavaScriptCore, the frame of `caller` may be gone. Other engines write a trace only when it is read.
const HAS_TAIL_CALLS = globalThis.process?.versions?.bun !== undefined

/** Throws an error that JavaScript found. The core words its message. */
function fail(caller, code, field = '', found = '') {
  raise(native.failure(code, field, found), caller)
}

// An object's functions in the native module. As a property, since a Proxy does not find private fields.
const NATIVE = Symbol('grantmint.native')

/** Returns the functions of an issuer or verifier, unless a method was called without it. */
function functionsOf(holder, caller, type) {
  const functions = holder?.[NATIVE]
  if (functions !== undefined) return functions
  const name = type[0].toLowerCase() + type.slice(1)
  const call = `${name}.${caller.name}(…)`
  raise(['wrong_type', 'this', `${caller.name} was called without its ${type}; write ${call} or () => ${call}`], caller)
}

/** Returns a call's result, or throws its error. */
function unwrap(outcome, caller) {
  if (Array.isArray(outcome)) raise(outcome, caller)
  return outcome
}

module.exports = { GrantmintError, InputError, NATIVE, TokenError, fail, functionsOf, raise, startTraceAt, unwrap }
