// The shared vectors: tokens of the official library, which ours must equal byte for byte.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test from 'node:test'
import grantmint from 'grantmint'
import { player } from './case.mjs'

const { about, cases } = player.readVectors('tokens.json')

test('there are vectors, made by the libraries that are installed here', () => {
  const version = (name) => createRequire(import.meta.url)(`${name}/package.json`).version
  assert.ok(cases.length > 200)
  assert.ok(about.includes(`twilio ${version('twilio')} and jsonwebtoken ${version('jsonwebtoken')}`), about)
})

for (const vector of cases) {
  test(vector.title, () => {
    player.signs(vector)
    player.signsWithBytes(vector)
    if (suitsIssuer(vector)) assert.equal(player.mint(vector), vector.token)
    assert.equal(player.setLater({ ...vector, secret: Buffer.from(vector.secret) }), vector.token)
  })
}

test('every class of grant is in a vector', () => {
  const classes = Object.keys(grantmint).filter((name) => name.endsWith('Grant') && name !== 'Grant')
  const seen = new Set(cases.flatMap(({ grants }) => grants.flatMap(Object.keys)))
  assert.deepEqual([...seen].filter((name) => name !== 'custom').sort(), classes.sort())
})

test('an issuer mints a good part of them', () => {
  assert.ok(cases.filter(suitsIssuer).length > 100)
})

/** Returns whether a case meets the requirements of Issuer. */
function suitsIssuer(vector) {
  const sids = [vector.account_sid, vector.key_sid].every((sid) => /^(AC|SK)[0-9a-fA-F]{32}$/.test(sid))
  const incomplete = vector.grants.some((grant) => {
    const service = grant.SyncGrant ?? grant.ChatGrant
    return service && !service.service_sid
  })
  const strong = Buffer.byteLength(vector.secret) >= 32
  return (
    sids &&
    strong &&
    !incomplete &&
    vector.grants.length > 0 &&
    player.hasIdentity(vector) &&
    !('valid_until' in vector)
  )
}
