'use strict'

// Finds misspelled property names on tokens and grants.

const { fail } = require('./errors.js')

/**
 * Rejects a property that is a misspelled field, such as `service_sid` for `serviceSid`: a token would lack its value.
 *
 * All other properties belong to the program. `fields` are in the order of the constructor: an unchanged object costs one
 * comparison a field.
 */
function checkNames(object, fields, caller) {
  let index = 0
  for (const name in object) {
    if (name === fields[index]) index += 1
    else if (!fields.includes(name) && isMisspelled(name, fields)) {
      fail(caller, 'unknown_option', name, fields.join(', '))
    }
  }
}

function isMisspelled(name, fields) {
  // By custom, a subclass keeps its own values behind an underscore.
  if (name.startsWith('_')) return false
  const plain = plainly(name)
  return fields.some((field) => {
    const expected = plainly(field)
    return plain === expected || (Math.min(plain.length, expected.length) > 3 && isOneEditAway(plain, expected))
  })
}

function plainly(name) {
  return name.replace(/[_-]/g, '').toLowerCase()
}

/** Returns whether one letter is missing, added or replaced, or two neighbors are swapped. */
function isOneEditAway(one, other) {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  if (long.length - short.length > 1) return false
  let start = 0
  while (start < short.length && short[start] === long[start]) start += 1
  if (short.length < long.length) return short.slice(start) === long.slice(start + 1)
  if (short.slice(start + 1) === long.slice(start + 1)) return true
  const swapped = short[start] === long[start + 1] && short[start + 1] === long[start]
  return swapped && short.slice(start + 2) === long.slice(start + 2)
}

module.exports = { checkNames }
