// Checks the form of an error, regardless of its source.

import assert from 'node:assert/strict'
import { GrantmintError, InputError } from 'grantmint'

/** The InputError that `call` throws, with exactly this code, field (or none) and message. */
export function refused(call, code, field, message) {
  return check(thrownBy(call), code, field, message)
}

/** The same for a promise. */
export async function rejected(promise, code, field, message) {
  const outcome = await promise.then(
    () => assert.fail(`not refused: ${code}`),
    (error) => error,
  )
  return check(outcome, code, field, message)
}

/** Returns the value that `call` throws. */
export function thrownBy(call) {
  try {
    call()
  } catch (error) {
    return error
  }
  return assert.fail('nothing was thrown')
}

function check(error, code, field, message) {
  assert.ok(error instanceof InputError, `not an InputError: ${error?.stack}`)
  assert.ok(error instanceof GrantmintError && error instanceof Error)
  assert.equal(error.constructor, InputError)
  assert.equal(error.name, 'InputError')
  assert.equal(error.code, code, error.message)
  assert.equal(error.field, field, error.message)
  if (message !== undefined) assert.equal(error.message, message)
  return error
}
