// The shared vectors: tokens of the official library, which ours must equal byte for byte.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test from 'node:test'
import grantmint from 'grantmint'
import { player } from './case.mjs'
import { issuerWith } from './credentials.mjs'

const { about, cases } = player.readVectors('tokens.json')
const CLASSES = Object.keys(grantmint).filter((name) => /.Grant$/.test(name))
/** The field that Issuer requires, of the classes that have one. */
const REQUIRED = Object.fromEntries(CLASSES.map((name) => [name, requiredOf(name)]).filter(([, field]) => field))

test('an issuer requires the service of two grants', () => {
  assert.deepEqual(
    [REQUIRED.SyncGrant, REQUIRED.ChatGrant, REQUIRED.VideoGrant],
    ['serviceSid', 'serviceSid', undefined],
  )
})

test('there are vectors, made by the libraries that are installed here', () => {
  const version = (name) => createRequire(import.meta.url)(`${name}/package.json`).version
  assert.ok(cases.length > 200)
  assert.ok(about.includes(`twilio ${version('twilio')} and jsonwebtoken ${version('jsonwebtoken')}`), about)
})

for (const vector of cases) {
  test(vector.title, () => {
    player.signs(vector)
    player.signsWithBytes(vector)
    if (suitsIssuer(vector) && strictCode(vector) === undefined) assert.equal(player.mint(vector), vector.token)
    assert.equal(player.setLater({ ...vector, secret: Buffer.from(vector.secret) }), vector.token)
  })
}

test('every class of grant is in a vector', () => {
  const seen = new Set(cases.flatMap(({ grants }) => grants.flatMap(Object.keys)))
  assert.deepEqual([...seen].filter((name) => name !== 'custom').sort(), CLASSES.toSorted())
})

test('an issuer mints a good part of them', () => {
  assert.ok(cases.filter((vector) => suitsIssuer(vector) && strictCode(vector) === undefined).length > 100)
})

function requiredOf(name) {
  try {
    issuerWith({ grants: [new grantmint[name]()] })
  } catch (error) {
    assert.equal(error.code, 'required')
    return error.field
  }
}

/** Returns the error code of an issuer that is too strict for a case, if there is one. */
function strictCode(vector) {
  try {
    player.mint(vector)
  } catch ({ code }) {
    return STRICTER.has(code) ? code : undefined
  }
}

const STRICTER = new Set([
  'wrong_algorithm',
  'empty',
  'malformed_sid',
  'identity_misplaced',
  'identity_too_long',
  'token_too_large',
])

/** Returns whether a case meets the requirements of Issuer. */
function suitsIssuer(vector) {
  const sids = [vector.account_sid, vector.key_sid].every((sid) => /^(AC|SK)[0-9a-fA-F]{32}$/.test(sid))
  const incomplete = vector.grants.flatMap(Object.entries).some(([name, fields]) => {
    const given = Object.keys(fields).filter((field) => fields[field])
    return name in REQUIRED && !given.map(player.camelCase).includes(REQUIRED[name])
  })
  const strong = Buffer.byteLength(vector.secret) >= 32 && !/^["'\s]|["'\s]$/.test(vector.secret)
  return (
    sids &&
    strong &&
    !incomplete &&
    vector.grants.length > 0 &&
    player.hasIdentity(vector) &&
    !('valid_until' in vector)
  )
}
