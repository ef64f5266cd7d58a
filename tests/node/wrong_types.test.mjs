// Values of the wrong type in every field, and times outside their range: errors, never dropped.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test from 'node:test'
import grantmint, { AccessToken, VideoGrant } from 'grantmint'
import { CREDENTIALS, claims, issuerWith, NOW } from './credentials.mjs'
import { refused } from './refused.mjs'

const native = createRequire(import.meta.url)('../../node/lib/native.js')

const WRONG = {
  'a boolean': true,
  'a number': 5,
  'an object': { a: 1 },
  'an array': ['a'],
  'a function': () => 'a',
  'a symbol': Symbol('a'),
  'a bigint': 5n,
  NaN,
  Infinity,
  '-Infinity': -Infinity,
  0.5: 0.5,
  'a string': '3600',
}
const BOXED = [Object('a'), Object(5), new Date(0), new Map(), Promise.resolve('a'), Buffer.from('a')]

const without = (...names) => Object.entries(WRONG).filter(([name]) => !names.includes(name))
const NUMBERS = ['a number', 'NaN', 'Infinity', '-Infinity', '0.5']

const sign = (fields, algorithm, options = { now: NOW }) => {
  const token = new AccessToken(...CREDENTIALS)
  return Object.assign(token, fields).toJwt(algorithm, options)
}
const signWith = (grant) => sign({ grants: [grant] })

for (const field of ['accountSid', 'keySid', 'region', 'jti']) {
  test(`${field} takes strings alone`, () => {
    for (const [found, value] of without('a string')) {
      const message = `${field} must be a string, not ${found}`
      refused(() => sign({ [field]: value }), 'wrong_type', field, message)
      if (field === 'jti') refused(() => issuerWith().mint('alice', { jti: value }), 'wrong_type', field, message)
      else refused(() => issuerWith({ [field]: value }), 'wrong_type', field, message)
    }
    for (const value of BOXED) refused(() => sign({ [field]: value }), 'wrong_type', field)
  })
}

test('an algorithm is a string', () => {
  for (const [found, value] of without('a string')) {
    const message = `algorithm must be a string, not ${found}`
    refused(() => sign({}, value), 'wrong_type', 'algorithm', message)
    refused(() => issuerWith({ algorithm: value }), 'wrong_type', 'algorithm', message)
  }
})

test('an identity is a string or an integer', () => {
  for (const [found, value] of without('a string', 'a number')) {
    const message = `identity must be a string or an integer, not ${found}`
    refused(() => sign({ identity: value }), 'wrong_type', 'identity', message)
    refused(() => issuerWith().mint(value), 'wrong_type', 'identity', message)
    refused(() => issuerWith().mint(value, { ttl: 60 }), 'wrong_type', 'identity', message)
  }
  for (const value of BOXED) refused(() => sign({ identity: value }), 'wrong_type', 'identity')
  for (const value of [2 ** 53, -(2 ** 53), 1e21, Number.MAX_VALUE]) {
    refused(() => sign({ identity: value }), 'lossy_integer', 'identity')
    refused(() => issuerWith().mint(value), 'lossy_integer', 'identity')
  }
  for (const value of [5, 0, -0, -7]) {
    assert.equal(claims(sign({ identity: value })).grants.identity, String(value))
    assert.equal(claims(issuerWith().mint(value)).grants.identity, String(value))
  }
})

test('a secret is a string or bytes', () => {
  for (const [found, value] of without('a string')) {
    const message = `secret must be a string or bytes, not ${NUMBERS.includes(found) ? 'a number' : found}`
    refused(() => sign({ secret: value }), 'wrong_type', 'secret', message)
    refused(() => issuerWith({ secret: value }), 'wrong_type', 'secret', message)
  }
  const buffer = new ArrayBuffer(40)
  for (const value of [
    buffer,
    new DataView(buffer),
    new Int8Array(buffer),
    new Uint16Array(buffer),
    [1, 2],
    Object('a'),
  ]) {
    refused(() => sign({ secret: value }), 'wrong_type', 'secret')
    refused(() => issuerWith({ secret: value }), 'wrong_type', 'secret')
  }
  for (const value of [undefined, null, '', new Uint8Array(), Buffer.alloc(0)]) {
    const found = value === undefined || value === null ? String(value) : 'empty'
    const message = `secret is required (it was ${found}: is TWILIO_API_SECRET set?)`
    refused(() => sign({ secret: value }), 'required', 'secret', message.replace(found, 'empty'))
    refused(() => issuerWith({ secret: value }), 'required', 'secret', message)
  }
})

for (const field of ['ttl', 'nbf', 'validUntil', 'now']) {
  const ways = {
    token: (value) => (field === 'now' ? sign({}, 'HS256', { now: value }) : sign({ [field]: value })),
    issuer: field === 'ttl' && ((value) => issuerWith({ ttl: value })),
    mint: field !== 'validUntil' && ((value) => issuerWith().mint('alice', { now: NOW, [field]: value })),
  }
  for (const [way, give] of Object.entries(ways).filter(([, give]) => give)) {
    test(`${field} is whole seconds: ${way}`, () => {
      for (const [found, value] of without(...NUMBERS)) {
        const message = `${field} must be a whole number of seconds, not ${found}`
        refused(() => give(value), 'wrong_type', field, message)
      }
      for (const value of [NaN, Infinity, -Infinity, 0.5, -0.5, 1e-7, NOW + 0.25]) {
        refused(() => give(value), 'not_whole', field, `${field} must be a whole number of seconds, not ${value}`)
      }
      for (const value of [-1, -NOW, 253402300800, NOW * 1000, 2 ** 53, 2 ** 63, 2 ** 64, 1e21, 1e300, -1e300]) {
        refused(() => give(value), 'out_of_range', field)
      }
      for (const value of [false, [], {}, [60], new Date(0), Object(60), ' ', '60']) {
        refused(() => give(value), 'wrong_type', field)
      }
      for (const value of [undefined, null, '']) assert.doesNotThrow(() => give(value))
    })
  }
}

test('a lifetime is from one second to a day', () => {
  for (const ttl of [1, 86_400]) assert.equal(claims(sign({ ttl })).exp, NOW + ttl)
  for (const ttl of [0, -0, 86_401]) {
    const message = `ttl must be from 1 to 86400, not ${Math.abs(ttl)}`
    refused(() => sign({ ttl }), 'out_of_range', 'ttl', message)
    refused(() => issuerWith({ ttl }), 'out_of_range', 'ttl', message)
    refused(() => issuerWith().mint('alice', { ttl }), 'out_of_range', 'ttl', message)
  }
  for (const validUntil of [NOW + 1, NOW + 86_400]) assert.equal(claims(sign({ validUntil })).exp, validUntil)
  for (const validUntil of [0, 1, NOW - 1, NOW, NOW + 86_401]) {
    const message = `validUntil must be from ${NOW + 1} to ${NOW + 86_400}, not ${validUntil}`
    refused(() => sign({ validUntil }), 'out_of_range', 'validUntil', message)
  }
})

/** The fields that take anything but a string. */
const KINDS = { incomingAllow: 'a boolean', outgoingApplicationParams: 'an object', grant: 'an object' }

for (const { class: name, fields } of JSON.parse(native.contract()).products) {
  for (const field of fields) {
    const kind = KINDS[field] ?? 'a string'
    test(`${name}.${field} takes ${kind}`, () => {
      const Class = grantmint[name]
      const others = { outgoingApplicationParams: { outgoingApplicationSid: 'AP123' } }[field]
      for (const [found, value] of without(kind)) {
        const message = `${name}.${field} must be ${kind}, not ${found}`
        const grant = new Class({ [field]: value, ...others })
        refused(() => signWith(grant), 'wrong_type', field, message)
        refused(() => grant.toPayload(), 'wrong_type', field, message)
        refused(() => issuerWith({ grants: [grant] }), 'wrong_type', field, message)
        refused(() => issuerWith().mint('alice', { grants: [grant] }), 'wrong_type', field, message)
      }
      for (const value of [undefined, null, '']) {
        assert.deepEqual(new Class({ [field]: value }).toPayload(), {})
        assert.deepEqual(Object.values(claims(signWith(new Class({ [field]: value }))).grants), [{}])
      }
    })
  }
}

test('grants are a list of grants', () => {
  for (const value of [undefined, null, true, 5, 'video', {}, VideoGrant, { video: {} }, { key: 'video' }, []]) {
    const token = new AccessToken(...CREDENTIALS)
    const message = 'a grant must be an object with a string `key` and a method `toPayload`'
    refused(() => token.addGrant(value), 'not_a_grant', 'grants', message)
    refused(() => sign({ grants: [value] }), 'not_a_grant', 'grants', message)
    refused(() => issuerWith({ grants: [value] }), 'not_a_grant', 'grants', message)
    refused(() => issuerWith().mint('alice', { grants: [value] }), 'not_a_grant', 'grants', message)
  }
})

test('a list of grants is an array', () => {
  for (const [found, value] of [
    ['a string', 'video'],
    ['an object', {}],
    ['a number', 5],
    ['a boolean', true],
  ]) {
    const message = `grants must be an array, not ${found}`
    refused(() => sign({ grants: value }), 'wrong_type', 'grants', message)
    refused(() => issuerWith({ grants: value }), 'wrong_type', 'grants', message)
    refused(() => issuerWith().mint('alice', { grants: value }), 'wrong_type', 'grants', message)
  }
})
