// The shared vectors of bad inputs: each language returns the same code, field and message.

import assert from 'node:assert/strict'
import test from 'node:test'
import { player } from './case.mjs'

const cases = player.badInputs()

for (const vector of cases) test(vector.title, () => player.rejects(vector))

for (const file of ['errors.json', 'errors_surrogates.json']) {
  test(`${file}: there are cases, each title once`, () => {
    const titles = player.readVectors(file).cases.map(({ title }) => title)
    assert.ok(titles.filter((title) => cases.some((vector) => vector.title === title)).length > 50)
    assert.equal(new Set(titles).size, titles.length)
  })
}
