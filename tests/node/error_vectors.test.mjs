// The shared vectors of bad inputs: each language answers with the same code, field and words.

import assert from 'node:assert/strict'
import test from 'node:test'
import { camelCase, hasIdentity, mint, readVectors, setLater, withOptions } from './case.mjs'
import { refused } from './refused.mjs'

for (const file of ['errors.json', 'errors_surrogates.json']) {
  const cases = readVectors(file).cases.filter(({ node }) => node !== false)

  test(`${file}: there are cases, each title once`, () => {
    assert.ok(cases.length > 50)
    assert.equal(new Set(cases.map(({ title }) => title)).size, cases.length)
  })

  for (const vector of cases) {
    test(`${file}: ${vector.title}`, () => {
      const { code, field, message } = vector.error
      const spelt = message?.replace(/\{(\w+)\}/g, (_, name) => camelCase(name))
      for (const run of ways(vector)) refused(() => run(vector), code, field ? camelCase(field) : undefined, spelt)
    })
  }
}

function ways(vector) {
  if (vector.via === 'Issuer') return [mint]
  assert.equal(vector.via, 'AccessToken')
  // Absent, it is missing from the options; set later, it may be missing.
  if (!('identity' in vector)) return [withOptions]
  return hasIdentity(vector) ? [withOptions, setLater] : [setLater]
}
