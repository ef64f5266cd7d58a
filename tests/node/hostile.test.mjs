// Tokens that somebody forged, broke or blew up: the same verdict, code and field in each language.

import assert from 'node:assert/strict'
import test from 'node:test'
import { InputError, inspect, TokenError, Verifier } from 'grantmint'
import { camelCase, readVectors } from './case.mjs'
import { thrownBy } from './refused.mjs'

const { cases, defaults } = readVectors('hostile.json')

for (const vector of cases) test(vector.title, () => play(vector))

for (const vector of cases) test(`explained: ${vector.title}`, () => explain(vector))

test('there are cases, each title once, and every code among them', () => {
  assert.ok(cases.length > 1900)
  assert.equal(new Set(cases.map(({ title }) => title)).size, cases.length)
  assert.equal(new Set(cases.map(({ error }) => error?.code)).size, 20, 'the 19 codes, and none')
})

test('what is no string is refused as such', () => {
  const good = tokenOf(cases[0])
  const values = [undefined, null, 0, 5n, NaN, true, Symbol(good), () => good, [good], { toString: () => good }]
  for (const value of [...values, new String(good), Buffer.from(good), new Proxy({}, {}), Object.create(null)]) {
    const error = thrownBy(() => verifierOf(cases[0]).verify(value, { now: cases[0].now }))
    check(error, TokenError, { code: 'not_a_string', field: null })
    assert.equal(inspect(value).sound, false)
  }
})

test('no member of a token reaches a prototype', () => {
  for (const vector of cases.filter(({ title, claims }) => claims && title.includes('__proto__'))) {
    const claims = verifierOf(vector).verify(tokenOf(vector), { now: nowOf(vector) })
    const objects = [claims, claims.grants, claims.payload, claims.header, {}]
    assert.deepEqual(
      objects.map(({ polluted }) => polluted),
      objects.map(() => undefined),
    )
    assert.equal(Object.getPrototypeOf(claims.grants), Object.prototype)
  }
})

function play(vector) {
  const { error, input_error: inputError, claims } = vector
  if (inputError)
    return check(
      thrownBy(() => verifierOf(vector)),
      InputError,
      inputError,
    )
  const verifier = verifierOf(vector)
  const verify = () => verifier.verify(tokenOf(vector), { now: nowOf(vector) })
  if (error) return check(thrownBy(verify), TokenError, error, secretOf(vector))
  const verified = verify()
  for (const [name, value] of Object.entries({ ...defaults.claims, ...claims })) {
    assert.deepEqual(verified[camelCase(name)], value ?? undefined, name)
  }
}

/** Explaining never fails, and finds a problem in every token that verifiers reject. */
function explain(vector) {
  const { error, sound, verifier = {} } = vector
  const token = tokenOf(vector)
  const now = nowOf(vector)
  for (const options of [undefined, { now }, { now, secret: secretOf(vector) }]) {
    const inspection = inspect(token, options)
    assert.equal(typeof inspection.sound, 'boolean')
    assert.ok(Array.isArray(inspection.findings))
    assert.ok(String(inspection).length > 0)
    JSON.parse(JSON.stringify(inspection))
    if (options === undefined) continue
    if (sound === false) assert.equal(inspection.sound, false)
    if (options.secret && error?.code === 'bad_signature' && !verifier.keys) {
      assert.equal(inspection.sound, false)
      assert.notEqual(inspection.signature, 'valid')
    }
  }
}

function check(error, expectedClass, { code, field }, secret) {
  assert.ok(error instanceof expectedClass, `not ours: ${error?.stack}`)
  assert.equal(error.constructor, expectedClass)
  assert.equal(error.code, code, error.message)
  // A case that names no field does not care which: null means that there must be none.
  if (field !== undefined) assert.equal(error.field, field === null ? undefined : camelCase(field), error.message)
  assert.ok(error.message.length < 300, error.message)
  if (typeof secret === 'string' && secret.length > 4) assert.ok(!error.stack.includes(secret))
  if (expectedClass === TokenError) {
    assert.ok(Array.isArray(error.twilioCodes))
    for (const number of error.twilioCodes) assert.ok(Number.isInteger(number))
  }
}

function verifierOf({ verifier = {} }) {
  const { keys, account_sid: accountSid, leeway, algorithm, max_size: maxSize } = verifier
  const known = keys ? { keys } : { secret: secretOf({ verifier }) }
  return new Verifier({ ...known, accountSid, leeway, algorithm, maxSize })
}

function secretOf({ verifier: { secret = defaults.verifier.secret, secret_hex: hex } = {} }) {
  return hex === undefined ? secret : Buffer.from(hex, 'hex')
}

function nowOf({ now = defaults.now }) {
  return now
}

function tokenOf({ token }) {
  if (typeof token === 'string') return token
  if ('value' in token) return token.value
  return token.parts.map(partOf).join('')
}

function partOf(part) {
  if (typeof part === 'string') return part
  return 'unit' in part ? String.fromCharCode(parseInt(part.unit, 16)) : part.repeat.repeat(part.times)
}
