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

/** Throws an error of which the core gave the parts; its stack trace starts where `caller` was called. */
function raise([code, field, message, index], caller) {
  const error = code === 'internal' ? new GrantmintError(message, code) : new InputError(message, code, field)
  if (index) error.index = Number(index)
  startTraceAt(error, caller)
  throw error
}

/** Leaves out of a stack trace what is above the call of `caller`, unless nothing would be left. */
function startTraceAt(error, caller) {
  const { stack } = error
  Error.captureStackTrace?.(error, caller)
  // Engines with tail calls (JavaScriptCore, under Bun) may have no frame of `caller` any more.
  if (!/\n\s+at /.test(error.stack)) error.stack = stack
}

/** Throws an error for what JavaScript is the first to know of; the core words it. */
function fail(caller, code, field = '', found = '') {
  raise(native.failure(code, field, found), caller)
}

/** A call's result, unless it is an error. */
function unwrap(outcome, caller) {
  if (Array.isArray(outcome)) raise(outcome, caller)
  return outcome
}

module.exports = { GrantmintError, InputError, fail, startTraceAt, unwrap }
