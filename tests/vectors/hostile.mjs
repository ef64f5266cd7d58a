// Writes the tokens that every language must accept or refuse alike, with node:crypto and none of our own code.
//
//   node tests/vectors/hostile.mjs           writes hostile.json
//   node tests/vectors/hostile.mjs --check   fails if hostile.json is stale
//
// README.md beside this file describes the format. The order of the checks determines the error of a token
// (docs/errors.md), so every token is signed correctly unless its signature is the problem.
//
// The groups are in the folder hostile/, a file for each part of a token that can be wrong.

import { about, ascii, writeOrCheck } from './generated.mjs'
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

const GENERATOR = 'hostile.mjs'

/** A case on each line. */
const toText = ({ cases: all, ...rest }) =>
  ascii(`${JSON.stringify(rest, null, 1).slice(0, -2)},
 "cases": [\n${all.map((one) => JSON.stringify(one)).join(',\n')}\n ]\n}\n`)

for (const group of [
  good,
  fromTheStandards,
  algorithms,
  secrets,
  signatures,
  criticalHeaders,
  embeddedKeys,
  types,
  jsonTexts,
  encodings,
  duplicates,
  nesting,
  sizes,
  shapes,
  characters,
  afterWycheproof,
  times,
  otherClaims,
  keyRotation,
  order,
])
  group()
const defaults = { now: NOW, verifier: { secret: SECRET }, claims: READ }
writeOrCheck('hostile.json', GENERATOR, cases, toText({ about: about(GENERATOR), defaults, cases }))
