// Tokens that somebody forged, broke or blew up: the same verdict, code and field in each language.

import assert from 'node:assert/strict'
import test from 'node:test'
import { inspect, TokenError } from 'grantmint'
import { player } from './case.mjs'
import { thrownBy } from './refused.mjs'

const cases = player.hostile()

for (const vector of cases) test(vector.title, () => player.getsItsVerdict(vector))

for (const vector of cases) test(`explained: ${vector.title}`, () => player.isExplained(vector))

test('there are cases, each title once, and every code among them', () => {
  assert.ok(cases.length > 1900)
  assert.equal(new Set(cases.map(({ title }) => title)).size, cases.length)
  assert.equal(new Set(cases.map(({ error }) => error?.code)).size, 26, 'the 25 codes, and none')
})

test('what is no string is refused as such', () => {
  const good = player.tokenOf(cases[0])
  const values = [undefined, null, 0, 5n, NaN, true, Symbol(good), () => good, [good], { toString: () => good }]
  for (const value of [...values, new String(good), Buffer.from(good), new Proxy({}, {}), Object.create(null)]) {
    const error = thrownBy(() => player.verifierOf(cases[0]).verify(value, { now: cases[0].now }))
    player.checkError(error, TokenError, { code: 'not_a_string', field: null })
    assert.equal(inspect(value).sound, false)
  }
})

test('no member of a token reaches a prototype', () => {
  for (const vector of cases.filter(
    ({ title, error, input_error: inputError }) => !error && !inputError && title.includes('__proto__'),
  )) {
    const claims = player.verifierOf(vector).verify(player.tokenOf(vector), { now: vector.now })
    const objects = [claims, claims.grants, claims.payload, claims.header, {}]
    assert.deepEqual(
      objects.map(({ polluted }) => polluted),
      objects.map(() => undefined),
    )
    assert.equal(Object.getPrototypeOf(claims.grants), Object.prototype)
  }
})
