// The shared vectors of bad inputs: each language returns the same code, field and message.

import assert from 'node:assert/strict'
import test from 'node:test'
import { readVectors, refusalOf, ways } from './case.mjs'
import { refused } from './refused.mjs'

for (const file of ['errors.json', 'errors_surrogates.json']) {
  const cases = readVectors(file).cases.filter(({ node }) => node !== false)

  test(`${file}: there are cases, each title once`, () => {
    assert.ok(cases.length > 50)
    assert.equal(new Set(cases.map(({ title }) => title)).size, cases.length)
  })

  for (const vector of cases) {
    test(`${file}: ${vector.title}`, () => {
      for (const run of ways(vector)) refused(() => run(vector), ...refusalOf(vector))
    })
  }
}
