// The places where the package runs, as the book lists them, are those that the tests run.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { runtimes } from '../runtimes/runtimes.mjs'
import { PAGE, PLACES, withTable } from './places.mjs'

test('the book has the table of places', () => {
  const text = readFileSync(PAGE, 'utf8')
  assert.match(text, /^\| place \| engine \| setup \| tested in \|$/m)
  assert.equal(text, withTable(text), 'run node tests/edge/places.mjs')
})

test('each place has its tests', () => {
  for (const { place, tests } of PLACES) {
    assert.ok(tests.length > 0, place)
    for (const [file, title] of tests) {
      const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
      const quoted = [`'${title}'`, `"${title}"`].map((name) => `test(${name}, `)
      assert.ok(
        quoted.some((start) => text.includes(start)),
        `${place}: ${file} has no test "${title}"`,
      )
    }
  }
  // The runtimes of the first row are those that are installed for the tests.
  const names = runtimes.map(({ name }) => name)
  assert.deepEqual(names, ['Node 20', 'Node 22', 'Node 24', 'Node newest', 'Bun', 'Deno'])
})
