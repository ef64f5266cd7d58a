'use strict'

const native = require('./native.js')

/** The base of every error of grantmint. */
class GrantmintError extends Error {
  constructor(message, code, field) {
    super(message)
    // As an error's own name usually stands: not in its enumeration.
    Object.defineProperty(this, 'name', { value: new.target.name, configurable: true, writable: true })
    this.code = code
    if (field) this.field = field
  }
}

/** An argument or property that no token can have. */
class InputError extends GrantmintError {}

/** A token that does not verify. */
class TokenError extends GrantmintError {
  constructor(message, code, field, twilioCodes = []) {
    super(message, code, field)
    this.twilioCodes = twilioCodes
  }
}

/** Throws an error of which the core gave the parts; its stack trace starts where `caller` was called. */
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

/** Leaves out of a stack trace what is above the call of `caller`, unless nothing would be left. */
function startTraceAt(error, caller) {
  if (!HAS_TAIL_CALLS) return Error.captureStackTrace?.(error, caller)
  const { stack } = error
  Error.captureStackTrace?.(error, caller)
  if (!/\n\s+at /.test(error.stack)) error.stack = stack
}

// JavaScriptCore: there may be no frame of `caller` any more. Elsewhere a trace is not written before somebody reads it.
const HAS_TAIL_CALLS = process.versions.bun !== undefined

/** Throws an error for what JavaScript is the first to know of; the core words it. */
function fail(caller, code, field = '', found = '') {
  raise(native.failure(code, field, found), caller)
}

/** A call's result, unless it is an error. */
function unwrap(outcome, caller) {
  if (Array.isArray(outcome)) raise(outcome, caller)
  return outcome
}

module.exports = { GrantmintError, InputError, TokenError, fail, startTraceAt, unwrap }
