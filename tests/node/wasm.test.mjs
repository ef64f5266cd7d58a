// The WebAssembly engine: its module, its memory, and its recovery from a trap. The other tests here also run with it, if
// GRANTMINT_ENGINE is wasm.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import test from 'node:test'
import { setFlagsFromString } from 'node:v8'
import vm from 'node:vm'
import { gzipSync } from 'node:zlib'
import grantmint from 'grantmint'
import { CREDENTIALS, NOW } from './credentials.mjs'
import { thrownBy } from './refused.mjs'

const require = createRequire(import.meta.url)
const NODE = new URL('../../node/', import.meta.url)
const FILE = new URL('grantmint.wasm', NODE)
const SKIP = !existsSync(FILE) && 'the WebAssembly module is not built'
const bytes = SKIP ? undefined : readFileSync(FILE)
const [accountSid, keySid] = CREDENTIALS
// Not in any other variable, so that a search of memory finds only copies.
const secretOf = () =>
  String.fromCharCode(...'gblf.tfdsfu.1234567890123456789012345'.split('').map((c) => c.charCodeAt(0) - 1))

/** Returns the package over an engine of its own, and the instances that it has created so far. */
function load() {
  const { Instance } = WebAssembly
  const instances = []
  const module = new WebAssembly.Module(bytes)
  WebAssembly.Instance = class extends Instance {
    constructor(module_, imports) {
      super(module_, imports)
      if (module_ === module) instances.push(this)
    }
  }
  return { ...require('grantmint/load').load(module), instances }
}

function issuerOf({ Issuer, VideoGrant }) {
  return new Issuer({ accountSid, keySid, secret: secretOf(), grants: [new VideoGrant({ room: 'daily' })] })
}

const EXPECTED = issuerOf(grantmint).mint('alice', { now: NOW })

test('the module is small, imports nothing and names no folder', { skip: SKIP }, () => {
  const module = new WebAssembly.Module(bytes)
  assert.deepEqual(WebAssembly.Module.imports(module), [])
  assert.ok(gzipSync(bytes, { level: 9 }).length <= 200 * 1024)
  const text = bytes.toString('latin1')
  for (const folder of ['/root/', '/home/', '/tmp/', '/Users/', process.cwd()])
    assert.ok(!text.includes(folder), folder)
  const names = WebAssembly.Module.exports(module).map(({ name }) => name)
  assert.ok(!names.includes('panic_in_call'))
})

test('load returns the whole package', { skip: SKIP }, async () => {
  const loaded = load()
  for (const name of Object.keys(grantmint)) assert.equal(typeof loaded[name], typeof grantmint[name], name)
  assert.equal(issuerOf(loaded).mint('alice', { now: NOW }), EXPECTED)
  const { load: imported } = await import('grantmint/load')
  assert.equal(issuerOf(imported(new WebAssembly.Module(bytes))).mint('alice', { now: NOW }), EXPECTED)
})

test('after a trap, a new instance mints the same token and verifies it', { skip: SKIP }, () => {
  const loaded = load()
  const { instances, Verifier, AccessToken, inspect } = loaded
  const issuer = issuerOf(loaded)
  const verifier = new Verifier({ secret: secretOf() })
  const calls = [
    () => issuer.mint('alice'),
    () => issuer.mint('alice', { ttl: 60 }),
    () => issuer.issue('alice'),
    () => verifier.verify(EXPECTED, { now: NOW }),
    () => new AccessToken(accountSid, keySid, secretOf(), { identity: 'alice' }).toJwt(),
    () => inspect(EXPECTED),
  ]
  for (const call of calls) {
    call()
    const before = instances.length
    poison(instances.at(-1))
    const error = thrownBy(call)
    assert.deepEqual([error.name, error.code], ['GrantmintError', 'internal'])
    assert.ok(
      new Uint8Array(instances.at(-1).exports.memory.buffer).every((byte) => byte === 0),
      'it was wiped',
    )
    assert.equal(issuer.mint('alice', { now: NOW }), EXPECTED)
    assert.equal(verifier.verify(EXPECTED, { now: NOW }).identity, 'alice')
    assert.equal(instances.length, before + 1)
  }
})

/** Causes a panic, which leaves the instance unusable. */
function poison({ exports }) {
  assert.throws(() => exports.input(-1), WebAssembly.RuntimeError)
}

test('a full stack is the error of the caller, and later calls succeed', { skip: SKIP }, () => {
  const loaded = load()
  const issuer = issuerOf(loaded)
  const verifier = new loaded.Verifier({ secret: secretOf() })
  const errors = new Set()
  function deeper(call) {
    try {
      call()
    } catch (error) {
      errors.add(error.constructor.name)
    }
    deeper(call)
  }
  for (const call of [() => issuer.mint('alice'), () => verifier.verify(EXPECTED, { now: NOW })]) {
    assert.throws(() => deeper(call), RangeError)
    assert.equal(issuer.mint('alice', { now: NOW }), EXPECTED)
    assert.equal(verifier.verify(EXPECTED, { now: NOW }).identity, 'alice')
  }
  assert.deepEqual([...errors], ['RangeError'])
})

test('no call leaves a secret in memory', { skip: SKIP }, () => {
  const loaded = load()
  const { instances, Verifier, AccessToken, inspect } = loaded
  const asText = secretOf
  const asBytes = () => Buffer.from(secretOf())
  // The arguments of a call, which follow in the same place, overwrite a short one.
  const asLongText = () => secretOf().repeat(30)
  const asLongBytes = () => Buffer.from(asLongText())
  const kept = []
  const calls = {
    issuer: (secret) => kept.push(new loaded.Issuer({ accountSid, keySid, secret, grants: [new loaded.VideoGrant()] })),
    verifier: (secret) => kept.push(new Verifier({ keys: { [keySid]: secret, [`SK${'c2'.repeat(16)}`]: secret } })),
    sign: (secret) => new AccessToken(accountSid, keySid, secret, { identity: 'alice' }).toJwt(),
    'sign with SHA-512': (secret) => new AccessToken(accountSid, keySid, secret, { identity: 'alice' }).toJwt('HS512'),
    inspect: (secret) => inspect(EXPECTED, { secret }),
    'an error': (secret) => assert.throws(() => new loaded.Issuer({ accountSid, keySid: 'SK', secret })),
  }
  for (const [name, call] of Object.entries(calls)) {
    for (const secret of [asText, asBytes, asLongText, asLongBytes]) {
      call(secret())
      const memory = Buffer.from(instances.at(-1).exports.memory.buffer)
      // A part of it, in case that its start was overwritten.
      for (const part of [secretOf().slice(0, 16), secretOf().slice(-16)]) {
        assert.equal(memory.indexOf(part), -1, `${name}: UTF-8`)
        assert.equal(memory.indexOf(Buffer.from(part, 'utf16le')), -1, `${name}: UTF-16`)
        // HMAC combines the key with these bytes (RFC 2104).
        for (const pad of [0x36, 0x5c]) {
          assert.equal(memory.indexOf(Buffer.from(part).map((byte) => byte ^ pad)), -1, `${name}: ${pad}`)
        }
      }
    }
  }
  assert.equal(kept.length, 8)
})

test('the copy of a secret for a new instance is wiped when its issuer is collected', { skip: SKIP }, async () => {
  setFlagsFromString('--expose-gc')
  const collect = vm.runInNewContext('gc')
  const loaded = load()
  const { from } = Uint8Array
  const copies = []
  Uint8Array.from = (...values) => {
    const made = from.apply(Uint8Array, values)
    copies.push(made)
    return made
  }
  let issuers = []
  for (let count = 0; count < 50; count++) {
    const secret = Buffer.from(secretOf())
    issuers.push(new loaded.Issuer({ accountSid, keySid, secret, grants: [new loaded.VideoGrant()] }))
  }
  Uint8Array.from = from
  assert.equal(copies.length, 50)
  const wiped = () => copies.filter((copy) => copy.every((byte) => byte === 0)).length
  collect()
  await new Promise(setImmediate)
  assert.equal(wiped(), 0)
  assert.equal(issuers.length, 50)
  issuers = undefined
  for (let round = 0; round < 20 && wiped() < 49; round++) {
    collect()
    await new Promise(setImmediate)
  }
  // The last one may still be in a register.
  assert.ok(wiped() >= 49, String(wiped()))
})

test('where the clock is stopped, minting asks for a request or for `now`', { skip: SKIP }, () => {
  const loaded = load()
  const issuer = issuerOf(loaded)
  const token = new loaded.AccessToken(accountSid, keySid, secretOf(), { identity: 'alice' })
  const verifier = new loaded.Verifier({ secret: secretOf() })
  const { now } = Date
  try {
    Date.now = () => 0
    const calls = [
      () => issuer.mint('alice'),
      () => issuer.mint('alice', {}),
      () => issuer.issue('alice'),
      () => token.toJwt(),
      () => verifier.verify(EXPECTED),
      () => loaded.inspect(EXPECTED),
    ]
    for (const call of calls) {
      const error = thrownBy(call)
      assert.deepEqual([error.name, error.code, error.field], ['InputError', 'no_clock', 'now'])
      assert.match(error.message, /reads 1970.*inside the request handler, or `now`$/)
    }
    assert.equal(issuer.mint('alice', { now: NOW }), EXPECTED)
    assert.equal(verifier.verify(EXPECTED, { now: NOW }).identity, 'alice')
  } finally {
    Date.now = now
  }
})

test('a list is minted in parts, with the places of the whole list', { skip: SKIP }, async () => {
  const loaded = load()
  const issuer = issuerOf(loaded)
  const list = Array.from({ length: 10_000 }, (_, index) => [`user ${index}`, index, `🔑${index}`][index % 3])
  const tokens = await issuer.mintMany(list, { now: NOW })
  assert.deepEqual(tokens, await issuerOf(grantmint).mintMany(list, { now: NOW }))
  for (const [value, code] of [
    ['', 'required'],
    [1.5, 'wrong_type'],
    ['\ud800', 'lone_surrogate'],
    // It is longer than a part.
    ['x'.repeat((1 << 20) + 7), 'identity_too_long'],
  ]) {
    const wrong = [...list]
    wrong[9000] = value
    await assert.rejects(issuer.mintMany(wrong), (error) => error.code === code && error.index === 9000)
    await assert.rejects(issuer.mintMany(wrong), /^InputError: identities\[9000\]: /)
  }
  assert.deepEqual(await issuer.mintMany([]), [])
  await assert.rejects(issuer.mintMany([], { ttl: 0 }), { code: 'out_of_range' })
  // An instance's memory never shrinks, and has at most 4 GiB: it must not contain all tokens of a list at once.
  const many = await issuer.mintMany(new Array(100_000).fill('alice'), { now: NOW })
  assert.equal(many.at(-1), EXPECTED)
  const { memory } = loaded.instances.at(-1).exports
  assert.ok(memory.buffer.byteLength < (many.length * EXPECTED.length) / 2, String(memory.buffer.byteLength))
})

test('the memory of collected issuers and verifiers is used again', { skip: SKIP }, async () => {
  setFlagsFromString('--expose-gc')
  const collect = vm.runInNewContext('gc')
  const loaded = load()
  const round = async () => {
    for (let count = 0; count < 2000; count++) {
      issuerOf(loaded)
      new loaded.Verifier({ secret: secretOf() })
    }
    for (let turn = 0; turn < 3; turn++) {
      collect()
      await new Promise(setImmediate)
    }
  }
  await round()
  const { memory } = loaded.instances.at(-1).exports
  const size = memory.buffer.byteLength
  for (let count = 0; count < 5; count++) await round()
  assert.equal(loaded.instances.length, 1)
  // Each round would add as much. The collector may leave some of the last round.
  assert.ok(memory.buffer.byteLength <= 2 * size, `${memory.buffer.byteLength}, and ${size} after one round`)
})

test('it needs no Buffer, no process, no FinalizationRegistry and no module of Node', { skip: SKIP }, () => {
  const source = readFileSync(new URL('edge/classes.cjs', NODE), 'utf8')
  const engine = readFileSync(new URL('lib/wasm.js', NODE), 'utf8')
  const globals = { TextEncoder, TextDecoder, WebAssembly, atob, module: undefined }
  const context = vm.createContext({ ...globals, bytes, FinalizationRegistry: undefined })
  assert.equal(vm.runInContext('typeof FinalizationRegistry', context), 'undefined')
  const loaded = vm.runInContext(
    `(() => {
      const classes = ((module) => { ${source}; return module.exports })({}).classes
      const engine = ((module) => { ${engine}; return module.exports })({}).engine
      return classes(engine(new WebAssembly.Module(bytes)))
    })()`,
    context,
  )
  assert.equal(issuerOf(loaded).mint('alice', { now: NOW }), EXPECTED)
  const verifier = new loaded.Verifier({ secret: new Uint8Array(Buffer.from(secretOf())) })
  assert.equal(verifier.verify(EXPECTED, { now: NOW }).header.cty, 'twilio-fpa;v=1')
  assert.equal(thrownBy(() => loaded.Issuer.fromEnv()).code, 'missing_variable')
})

test('on a big-endian processor, it writes little-endian units', { skip: SKIP }, async () => {
  let written = 0
  /** A `Uint16Array` of such a processor. */
  function Uint16Array(source) {
    const buffer = Array.isArray(source) ? new ArrayBuffer(2 * source.length) : source
    const view = new DataView(buffer)
    if (buffer !== source) for (const [index, unit] of source.entries()) view.setUint16(2 * index, unit)
    return new Proxy(
      { buffer },
      {
        get: (target, index) => target[index] ?? view.getUint16(2 * index),
        set(_, index, unit) {
          view.setUint16(2 * index, unit)
          written++
          return true
        },
      },
    )
  }
  const file = new URL('lib/wasm.js', NODE)
  const engine = vm.compileFunction(`${readFileSync(file, 'utf8')}\nreturn module.exports.engine`, [
    'module',
    'Uint16Array',
  ])({}, Uint16Array)
  const loaded = require('../../node/edge/classes.cjs').classes(engine(new WebAssembly.Module(bytes)))
  for (const [, run] of require('../vectors/player.cjs')(loaded).checks()) run()
  assert.deepEqual(await issuerOf(loaded).mintMany(['alice'], { now: NOW }), [EXPECTED])
  assert.ok(written > 0)
})
