// What the native module copies of a secret is wiped: the process looks for it in its own memory.

import assert from 'node:assert/strict'
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import test from 'node:test'
import { Verifier } from 'grantmint'

const MEMORY = '/proc/self/mem'

/** How often a text stands in what this process may write to; looking leaves no copy of its own. */
function copies(needle) {
  // Small, so that it hardly ever sees itself, and what it has just been shown, once more.
  const window = Buffer.alloc(1 << 13)
  const memory = openSync(MEMORY)
  let found = 0
  for (const line of readFileSync('/proc/self/maps', 'latin1').split('\n')) {
    const [, from, to] = line.match(/^([0-9a-f]+)-([0-9a-f]+) rw/) ?? []
    for (let place = parseInt(from, 16); place < parseInt(to, 16); place += window.length) {
      const size = Math.min(window.length, parseInt(to, 16) - place)
      try {
        readSync(memory, window, 0, size, place)
      } catch {
        break // nothing may be read there
      }
      for (let at = window.indexOf(needle); at >= 0; at = window.indexOf(needle, at + 1)) found++
      window.fill(0)
    }
  }
  closeSync(memory)
  return found
}

/** The same of a secret that 500 verifiers were given. */
function copiesOfSecret(length) {
  const units = Array.from({ length }, () => 33 + Math.floor(Math.random() * 90))
  const secret = String.fromCharCode(...units)
  const held = Array.from({ length: 500 }, () => new Verifier({ secret }))
  const found = copies(Buffer.from(Uint16Array.from(units.slice(20, 44)).buffer))
  assert.equal(held.length, 500)
  return found
}

// The engine keeps this string in one byte for each character; UTF-16 is what it hands to the module, in one go up to 63 units.
for (const length of [50, 63, 100]) {
  test(`no copy of a secret of ${length} characters stays behind`, { skip: !existsSync(MEMORY) }, () => {
    // One is what is looked for. The window may have shown that to itself: the smallest of some numbers counts.
    const least = Math.min(...[1, 2, 3, 4].map(() => copiesOfSecret(length)))
    assert.ok(least === 1 || least === 2, `${least} copies`)
  })
}
