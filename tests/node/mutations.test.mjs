// Every small change to a good token is refused with a typed error.

import assert from 'node:assert/strict'
import test from 'node:test'
import { TokenError, Verifier } from 'grantmint'
import { readVectors } from './case.mjs'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const { cases, defaults } = readVectors('hostile.json')
const good = cases[0].token
const verifier = new Verifier(defaults.verifier)
const now = { now: defaults.now }

test('the token that is changed is good', () => {
  assert.ok(verifier.verify(good, now))
})

const CHARACTERS = [...ALPHABET, '.', '=', '+', '/', ' ', '\0', 'é', '\ud800']
const CHANGES = {
  'every substitution of one character': { cut: 1, texts: CHARACTERS },
  'every insertion of one character': { cut: 0, texts: CHARACTERS },
  'every deletion of one character': { cut: 1, texts: [''] },
  'every swap of two neighbours': { cut: 2, texts: [(pair) => pair[1] + pair[0]] },
}

for (const [what, { cut, texts }] of Object.entries(CHANGES)) {
  test(`${what} is refused`, () => {
    let refused = 0
    for (let at = 0; at + cut <= good.length; at++) {
      for (const text of texts) {
        const between = typeof text === 'string' ? text : text(good.slice(at, at + cut))
        const changed = good.slice(0, at) + between + good.slice(at + cut)
        if (changed === good) continue
        refused += 1
        assertRefused(changed)
      }
    }
    assert.ok(refused > (texts.length - 2) * (good.length - 2) || texts.length === 1, `${refused}`)
  })
}

function assertRefused(changed) {
  try {
    verifier.verify(changed, now)
  } catch (error) {
    // Some 60,000 times: assert's own functions would take longer than the verifier.
    if (error.constructor === TokenError) return
    throw error
  }
  assert.fail(`accepted: ${changed}`)
}
