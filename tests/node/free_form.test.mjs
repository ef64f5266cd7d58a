// Custom grants and free-form objects: the token contains them as JSON.stringify writes them, or there is an error.

import assert from 'node:assert/strict'
import test from 'node:test'
import { AccessToken, Grant, PlaybackGrant, SyncGrant, VideoGrant, VoiceGrant } from 'grantmint'
import { CREDENTIALS, claims, claimsText, issuerWith, NOW, SERVICE_SID, verified } from './credentials.mjs'
import { refused, thrownBy } from './refused.mjs'

const custom = (toPayload, key = 'fleet') => ({ key, toPayload })

function sign(...grants) {
  const token = new AccessToken(...CREDENTIALS)
  for (const grant of grants) token.addGrant(grant)
  return token.toJwt('HS256', { now: NOW })
}

/** Every place that takes a free-form object: its name, a token with it, and how errors name it. */
const PLACES = [
  ['outgoingApplicationParams', voice, 'VoiceGrant.outgoingApplicationParams', 'outgoingApplicationParams'],
  ['a playback grant', (grant) => new PlaybackGrant({ grant }), 'PlaybackGrant.grant', 'grant'],
  ['a custom payload', (object) => custom(() => object), 'fleet.payload', 'payload'],
]

function voice(outgoingApplicationParams) {
  return new VoiceGrant({ outgoingApplicationSid: `AP${'d3'.repeat(16)}`, outgoingApplicationParams })
}

/** The free-form object of a token that has just this one. */
function written(token) {
  const { voice, player, fleet } = claims(token).grants
  return voice?.outgoing.params ?? player ?? fleet
}

const cycle = { inner: [] }
cycle.inner.push({ cycle })

class Point {
  #hidden = 1
  constructor() {
    this.x = 1
  }

  get y() {
    return 2
  }
}

const AS_JSON = {
  'undefined members, functions and symbols': {
    a: undefined,
    b: () => 1,
    c: Symbol('c'),
    [Symbol('d')]: 1,
    e: 1,
  },
  'the same in an array': { list: [undefined, () => 1, Symbol('c')] },
  'a date': { at: new Date(0) },
  'toJSON inside': { a: { toJSON: (key) => `was ${key}` } },
  'toJSON of the object': { toJSON: () => ({ a: 1 }) },
  'NaN and infinities': { list: [NaN, Infinity, -Infinity, -0] },
  'boxed values': { n: Object(1), s: Object('s'), b: Object(false) },
  'an instance of a class': new Point(),
  'a Map and a Set inside': { map: new Map([[1, 2]]), set: new Set([1]) },
  'bytes inside': { bytes: new Uint8Array([1, 2]), buffer: Buffer.from('a') },
  'inherited members': Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true }, hidden: { value: 1 } }),
  'no prototype': Object.assign(Object.create(null), { a: 1 }),
  'a getter': {
    get a() {
      return 'got'
    },
  },
  'a proxy': new Proxy({ a: 1 }, { get: (target, name) => (name === 'a' ? 2 : target[name]) }),
  'member names that look like indexes': { b: 1, 2: 2, a: 3, 1: 4 },
  'a member called __proto__': JSON.parse('{"__proto__":{"a":1},"constructor":2,"toString":3}'),
  'the same object twice': ((one) => ({ a: one, b: one, c: [one] }))({ shared: true }),
  'integers beyond 2^53, already doubles': { list: [2 ** 53, 2 ** 63, 2 ** 64, 1e21, 12345678901234567000] },
  'a sparse array': { list: [1, , 3] },
  'no member': {},
}

for (const [place, grant, named, field] of PLACES) {
  for (const [what, object] of Object.entries(AS_JSON)) {
    test(`${place}: ${what}, as JSON.stringify writes it`, async () => {
      const token = sign(grant(object))
      const json = JSON.stringify(object)
      assert.ok(claimsText(token).includes(json), claimsText(token))
      assert.deepEqual(written(token), JSON.parse(json))
      await verified(token)
    })
  }

  test(`${place}: a cycle or a BigInt is an error`, () => {
    const message = (found) => `${named} contains ${found}, which JSON cannot represent`
    refused(() => sign(grant(cycle)), 'not_json', field, message('a cycle'))
    for (const object of [{ a: 1n }, { a: [{ b: 1n }] }, { a: 1n, ...cycle }]) {
      refused(() => sign(grant(object)), 'not_json', field, message('a BigInt'))
    }
  })

  test(`${place}: a replaced JSON.stringify cannot write beside the grant`, (context) => {
    for (const text of ['{}},"admin":{}', '{"a":1,"a":2}', '{"a":', '{} {}']) {
      const stringify = context.mock.method(JSON, 'stringify', () => text)
      const attempt = () => sign(grant({}))
      try {
        refused(attempt, 'wrong_type', field, `${named} must be an object, not an invalid text of JSON.stringify`)
      } finally {
        stringify.mock.restore()
      }
    }
  })

  test(`${place}: nesting ends where verifiers stop reading`, () => {
    // The claims are level 1, `grants` level 2, the grant level 3.
    const top = { 'VoiceGrant.outgoingApplicationParams': 5 }[named] ?? 3
    const nested = (levels) => ({ d: JSON.parse('['.repeat(levels - 1) + ']'.repeat(levels - 1)) })
    const deepest = nested(128 - top + 1)
    assert.deepEqual(written(sign(grant(deepest))), deepest)
    const message = `${named} is nested deeper than 128 levels`
    refused(() => sign(grant(nested(128 - top + 2))), 'too_deep', field, message)
    refused(() => sign(grant(nested(130))), 'too_deep', field, message)
    refused(() => sign(grant({ d: arrays(100_000) })), 'too_deep', field, message)
    refused(() => sign(grant({ d: objects(100_000) })), 'too_deep', field, message)
  })

  test(`${place}: what the object itself throws passes through`, () => {
    for (const Mine of [Error, TypeError, class Special extends Error {}]) {
      const mine = new Mine('mine')
      const throwing = () => {
        throw mine
      }
      const objects = [
        Object.defineProperty({}, 'a', { get: throwing, enumerable: true }),
        { a: { toJSON: throwing } },
        new Proxy({}, { ownKeys: throwing }),
      ]
      for (const object of objects)
        assert.equal(
          thrownBy(() => sign(grant(object))),
          mine,
        )
    }
  })

  test(`${place}: so does a RangeError`, () => {
    const mine = new RangeError('mine')
    const toJSON = () => {
      throw mine
    }
    assert.equal(
      thrownBy(() => sign(grant({ a: { toJSON } }))),
      mine,
    )
  })

  test(`${place}: a lone surrogate in a name or a string`, () => {
    const message = `${named} is not well-formed Unicode: it contains a lone surrogate`
    for (const bad of ['\ud800', '\udc00', 'a\udfff', '\ud83d', '\udc00\ud800', '\ud83dx\ude00', '\\\ud800']) {
      for (const object of [{ a: bad }, { [bad]: 1 }, { a: [{ b: [bad] }] }]) {
        refused(() => sign(grant(object)), 'lone_surrogate', field, message)
      }
    }
    const fine = { a: '\ud83d\ude00', b: '\\ud800', c: '\\\\udc00', '\u{10ffff}': '\ud7ff\ue000' }
    assert.deepEqual(written(sign(grant(fine))), fine)
  })

  test(`${place}: a million characters`, () => {
    const long = { [`k${'x'.repeat(1 << 20)}`]: 'y'.repeat(1 << 20) }
    assert.deepEqual(written(sign(grant(long))), long)
  })
}

test('a payload that is no object', () => {
  const wrong = {
    undefined,
    null: null,
    'an array': [{ a: 1 }],
    'a string': 'payload',
    'a number': 5,
    'a boolean': true,
    'a function': () => ({}),
    'a symbol': Symbol('payload'),
    'a bigint': 1n,
    'a promise': Promise.resolve({}),
  }
  for (const [found, payload] of Object.entries(wrong)) {
    const words = `fleet.payload must be an object, not ${found}`
    refused(() => sign(custom(() => payload)), 'wrong_type', 'payload', words)
    refused(() => issuerWith({ grants: [custom(() => payload)] }), 'wrong_type', 'payload', words)
  }
  for (const payload of [new Date(0), { toJSON: () => 'text' }, { toJSON: () => undefined }, Object('text')]) {
    refused(() => sign(custom(() => payload)), 'wrong_type', 'payload')
  }
})

test('a key that is no string, or none', () => {
  const wrong = { undefined, 'a number': 5, 'a symbol': Symbol('key'), 'an object': {}, 'a boolean': true }
  for (const [found, key] of Object.entries(wrong)) {
    const grant = { key, toPayload: () => ({}) }
    refused(() => sign(grant), 'wrong_type', 'key', `key must be a string, not ${found}`)
    refused(() => issuerWith({ grants: [grant] }), 'wrong_type', 'key')
  }
  refused(() => sign({ toPayload: () => ({}) }), 'wrong_type', 'key')
  refused(() => sign(custom(() => ({}), '')), 'required', 'key', 'key is required')
  refused(() => sign(custom(() => ({}), 'identity')), 'reserved_grant_key', 'key')
  refused(() => sign(custom(() => ({}), '\ud800')), 'lone_surrogate', 'key')
  const renamed = Object.assign(new VideoGrant(), { key: 'identity' })
  refused(() => sign(renamed), 'reserved_grant_key', 'key')
})

test('a key that cannot even be made a string', () => {
  const grant = { key: Object.create(null), toPayload: () => ({}) }
  refused(() => sign(grant), 'wrong_type', 'key', 'key must be a string, not an object')
})

test('an error names a custom grant by its key, as it is', () => {
  for (const key of ['my_product', 'my.product', 'Ключ', 'a "b"']) {
    const message = `${key}.payload must be an object, not an array`
    refused(() => sign(custom(() => [], key)), 'wrong_type', 'payload', message)
    refused(
      () => sign(custom(() => cycle, key)),
      'not_json',
      'payload',
      `${key}.payload contains a cycle, which JSON cannot represent`,
    )
  }
})

test("what a grant's own methods throw passes through", () => {
  for (const thrown of [new Error('mine'), new TypeError('mine'), new RangeError('mine'), 'text', undefined, 5]) {
    const throwing = () => {
      throw thrown
    }
    const grants = [custom(throwing), Object.defineProperty({ toPayload: () => ({}) }, 'key', { get: throwing })]
    const sync = Object.defineProperty(new SyncGrant(), 'serviceSid', { get: throwing })
    for (const grant of [...grants, sync]) {
      const caught = []
      for (const run of [
        () => sign(grant),
        () => issuerWith({ grants: [grant] }),
        () => issuerWith().mint('alice', { grants: [grant] }),
      ]) {
        try {
          run()
        } catch (error) {
          caught.push(error)
        }
      }
      assert.deepEqual(caught, [thrown, thrown, thrown])
      assert.equal(caught[0], thrown)
    }
  }
})

test('a grant behind a proxy, or with nothing but what is asked for', () => {
  const sync = new SyncGrant({ serviceSid: SERVICE_SID })
  const plain = sign(sync)
  assert.equal(sign(new Proxy(sync, {})), plain)
  const seen = []
  const watched = new Proxy(sync, { get: (target, name) => (seen.push(name), target[name]) })
  assert.equal(sign(watched), plain)
  assert.ok(seen.includes('serviceSid'))
  const bare = Object.assign(Object.create(null), {
    key: 'data_sync',
    toPayload: () => ({ service_sid: SERVICE_SID }),
  })
  assert.equal(sign(bare), plain)
  const other = new Proxy(sync, { get: (target, name) => (name === 'serviceSid' ? 'IS999' : target[name]) })
  assert.deepEqual(claims(sign(other)).grants, { data_sync: { service_sid: 'IS999' } })
})

test('a subclass of a grant, with a payload or a key of its own', () => {
  class Loud extends VideoGrant {
    toPayload() {
      return { ...super.toPayload(), loud: true }
    }
  }
  class Renamed extends VideoGrant {
    constructor(options) {
      super(options)
      this.key = 'video_2'
    }
  }
  class Own extends Grant {
    constructor() {
      super('own')
    }

    toPayload() {
      return { a: this.key }
    }
  }
  const own = Object.assign(new VideoGrant({ room: 'r' }), { toPayload: () => ({ own: 1 }) })
  assert.deepEqual(claims(sign(new Loud({ room: 'r' }), new Renamed({ room: 'r' }), new Own())).grants, {
    video: { room: 'r', loud: true },
    video_2: { room: 'r' },
    own: { a: 'own' },
  })
  assert.deepEqual(claims(sign(own)).grants, { video: { own: 1 } })
  refused(() => sign(new Grant('abstract')), 'not_a_grant', 'grants')
})

test('a payload is read once for each token', () => {
  let calls = 0
  const grant = custom(() => ({ call: ++calls }))
  const token = new AccessToken(...CREDENTIALS)
  token.addGrant(grant)
  assert.equal(calls, 0)
  assert.deepEqual(claims(token.toJwt()).grants, { fleet: { call: 1 } })
  assert.deepEqual(claims(token.toJwt()).grants, { fleet: { call: 2 } })
})

function arrays(levels) {
  let value = []
  for (let level = 1; level < levels; level++) value = [value]
  return value
}

function objects(levels) {
  let value = {}
  for (let level = 1; level < levels; level++) value = { d: value }
  return value
}

test('a cycle or a BigInt behind a toJSON or a getter', () => {
  const cyclic = () => {
    const object = {}
    object.self = object
    return object
  }
  const payloads = {
    'a cycle': [
      { toJSON: cyclic },
      { a: { toJSON: cyclic } },
      {
        get a() {
          return this
        },
      },
    ],
    'a BigInt': [
      { a: { toJSON: () => 1n } },
      {
        get a() {
          return 1n
        },
      },
    ],
  }
  for (const [found, list] of Object.entries(payloads)) {
    for (const payload of list) {
      const words = `fleet.payload contains ${found}, which JSON cannot represent`
      refused(() => sign(custom(() => payload)), 'not_json', 'payload', words)
    }
  }
})

test('an object that is shared many times is looked at once', () => {
  let shared = { n: 1n }
  for (let level = 0; level < 60; level++) shared = { a: shared, b: shared }
  const mine = new Error('mine')
  const payload = {
    toJSON() {
      throw mine
    },
    shared: { a: {} },
  }
  for (let level = 0; level < 60; level++) payload.shared = { a: payload.shared, b: payload.shared }
  assert.throws(() => sign(custom(() => payload)), mine)
  refused(() => sign(custom(() => shared)), 'not_json', 'payload')
})
