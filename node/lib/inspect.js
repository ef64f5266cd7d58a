'use strict'

// `inspect`, which explains any token, and the `Inspection` that it returns.

const { unwrap } = require('./errors.js')
const native = require('./native.js')
const { checkOptions, value } = require('./pack.js')
const { secretArgument } = require('./secret.js')

const OPTIONS = ['secret', 'now']

/** Explains a token, or any other value. */
function inspect(token, options) {
  checkOptions(options ?? {}, OPTIONS, inspect, ' (a secret is the option secret)')
  const { secret, now } = options ?? {}
  const isGiven = secret !== undefined && secret !== null
  const known = isGiven ? secretArgument(secret, inspect) : undefined
  const text = typeof token === 'string' ? token : undefined
  const { json, report } = unwrap(native.inspect(text, value(now), known), inspect)
  return new Inspection(JSON.parse(json), report)
}

class Inspection {
  #report

  constructor(members, report) {
    Object.assign(this, members)
    this.#report = report
  }

  /** Returns the report for a person. */
  toString() {
    return this.#report
  }
}

module.exports = { inspect, Inspection }
