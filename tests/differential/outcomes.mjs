// Reads inputs as JSON lines and writes the outcome of each, a token or an error: Node's part of the three-way
// conformance test (test_conformance.py).

import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { GrantmintError } from 'grantmint'
import { hasIdentity, mint, setLater, withOptions } from '../node/case.mjs'

/** Every way to the same token: AccessToken takes its options in the constructor or, in the older form, later. */
function ways(input) {
  if (input.via === 'Issuer') return [mint]
  return hasIdentity(input) ? [withOptions, setLater] : [setLater]
}

function outcome(way, input) {
  try {
    return { token: way(input) }
  } catch (error) {
    if (!(error instanceof GrantmintError)) throw error
    const field = error.field?.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return { code: error.code, field: field ?? null }
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const input = JSON.parse(line)
  let written = null
  if (input.node !== false) {
    const [first, ...others] = ways(input).map((way) => outcome(way, input))
    const other = others.find((other) => JSON.stringify(other) !== JSON.stringify(first))
    written = other ? { withOptions: first, setLater: other } : first
  }
  if (!process.stdout.write(`${JSON.stringify(written)}\n`)) await once(process.stdout, 'drain')
}
