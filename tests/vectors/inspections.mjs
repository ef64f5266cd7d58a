// Writes the tokens that `inspect` must explain alike in every language, with node:crypto and none of our own code.
//
//   node tests/vectors/inspections.mjs           writes inspections.json
//   node tests/vectors/inspections.mjs --check   fails if inspections.json is stale
//
// README.md beside this file describes the format. The faults are planted in the files of the folder inspections/, and
// each names its findings, without the help of the implementation. Of every finding there are
// tokens that show it, and others, as like them as can be, that do not.

import { about, ascii, writeOrCheck } from './generated.mjs'
import { cases } from './inspections/cases.mjs'
import { grants, identities } from './inspections/grants.mjs'
import { headers, json, kinds } from './inspections/json.mjs'
import { audience, parties, secrets } from './inspections/keys.mjs'
import { combinations, reports } from './inspections/reports.mjs'
import { segments, wrappings } from './inspections/shape.mjs'
import { times } from './inspections/times.mjs'

const GENERATOR = 'inspections.mjs'

for (const group of [
  wrappings,
  segments,
  json,
  kinds,
  headers,
  parties,
  audience,
  secrets,
  times,
  grants,
  identities,
  combinations,
  reports,
])
  group()
const document = { about: about(GENERATOR), cases }
writeOrCheck('inspections.json', GENERATOR, cases, ascii(`${JSON.stringify(document, null, 1)}\n`))
