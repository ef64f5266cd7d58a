// Writes the tokens that every language must accept or refuse alike, with node:crypto and none of our own code.
//
//   node tests/vectors/hostile.mjs           writes hostile.json
//   node tests/vectors/hostile.mjs --check   fails if hostile.json is stale
//
// README.md beside this file describes the format. What a token is refused for follows from the order of the checks
// (docs/errors.md), so every token is signed correctly unless its signature is what is wrong with it.
//
// The groups are in the folder hostile/, a file for each part of a token that can be wrong.

import { readFileSync, writeFileSync } from 'node:fs'

import { cases, READ } from './hostile/cases.mjs'
import { otherClaims, times } from './hostile/claims.mjs'
import { algorithms, criticalHeaders, embeddedKeys, good, types } from './hostile/header.mjs'
import { duplicates, encodings, jsonTexts } from './hostile/json.mjs'
import { keyRotation, secrets, signatures } from './hostile/keys.mjs'
import { order } from './hostile/order.mjs'
import { characters, shapes } from './hostile/shape.mjs'
import { nesting, sizes } from './hostile/size.mjs'
import { afterWycheproof, fromTheStandards } from './hostile/standards.mjs'
import { NOW, SECRET } from './hostile/tokens.mjs'

const OUTPUT = new URL('./hostile.json', import.meta.url)
const REGENERATE = 'node tests/vectors/hostile.mjs'

/** JSON in ASCII, a case on each line. */
const toText = ({ cases: all, ...rest }) => `${JSON.stringify(rest, null, 1).slice(0, -2)},
 "cases": [\n${all.map((one) => JSON.stringify(one)).join(',\n')}\n ]\n}\n`
  .replace(/[^\0-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

function generate() {
  for (const group of [good, fromTheStandards, algorithms, secrets, signatures, criticalHeaders, embeddedKeys, types,
    jsonTexts, encodings, duplicates, nesting, sizes, shapes,
    characters, afterWycheproof, times, otherClaims, keyRotation, order]) group()
  const titles = cases.map(({ title }) => title)
  const repeatedTitle = titles.find((title, index) => titles.indexOf(title) !== index)
  if (repeatedTitle) throw new Error(`two cases are called "${repeatedTitle}"`)
  return toText({
    about: `Generated: do not edit. Regenerate with "${REGENERATE}". README.md describes the format.`,
    defaults: { now: NOW, verifier: { secret: SECRET }, claims: READ },
    cases,
  })
}

const readIfThere = (url) => {
  try {
    return readFileSync(url, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return ''
    throw error
  }
}

const text = generate()
if (!process.argv.includes('--check')) {
  writeFileSync(OUTPUT, text)
} else if (readIfThere(OUTPUT) !== text) {
  console.error(`tests/vectors/hostile.json is stale. Regenerate it: ${REGENERATE}`)
  process.exitCode = 1
}
