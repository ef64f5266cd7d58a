// Twenty places that must not contain the secret.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import util from 'node:util'
import v8 from 'node:v8'
import { AccessToken, inspect, Verifier } from 'grantmint'
import { ACCOUNT_SID, issuerWith, KEY_SID } from './credentials.mjs'

const CANARY = 'fake-canary-that-nobody-may-ever-see'
const PARTS = [
  'canary',
  Buffer.from('canary').toString('hex'),
  'ZmFrZS1jYW5hcnk',
  [...Buffer.from('canary')].join(','),
  [...Buffer.from('canary')].join(', '),
]

function clean(text, what) {
  for (const part of PARTS) assert.ok(!String(text).includes(part), what)
}

/** By name, all objects that were given the secret, and their results. */
function holders() {
  const issuer = issuerWith({ secret: CANARY })
  const token = issuer.mint('alice')
  const verifier = new Verifier({ keys: { [KEY_SID]: CANARY } })
  const inspection = inspect(`${token.slice(0, -4)}AAAA`, { secret: CANARY })
  return {
    'an access token': new AccessToken(ACCOUNT_SID, KEY_SID, CANARY, { identity: 'alice' }),
    'an access token of bytes': new AccessToken(ACCOUNT_SID, KEY_SID, Buffer.from(CANARY)),
    'an issuer': issuer,
    'an issued token': issuer.issue('alice'),
    'a verifier': verifier,
    'a verifier of bytes': new Verifier({ secret: Buffer.from(CANARY) }),
    claims: verifier.verify(token),
    'an inspection': inspection,
    'a finding': inspection.findings[0],
    'a method': issuer.mint.bind(issuer),
  }
}

const outcome = (call) => {
  try {
    return util.inspect(call(), { showHidden: true, depth: null })
  } catch (error) {
    return util.inspect(error, { showHidden: true, depth: null })
  }
}

function chain(holder) {
  const found = []
  for (let object = holder; object && object !== Object.prototype; object = Object.getPrototypeOf(object)) {
    found.push(object)
  }
  return found
}

const SURFACES = {
  'util.inspect': (holder) => util.inspect(holder),
  'util.inspect, hidden': (holder) => util.inspect(holder, { showHidden: true, depth: null }),
  'util.inspect, getters': (holder) => util.inspect(holder, { getters: true, depth: null }),
  'util.inspect in an object': (holder) => util.inspect({ holder, list: [holder] }, { depth: null }),
  'util.inspect of a proxy': (holder) => util.inspect(new Proxy(holder, {}), { showProxy: true }),
  'util.format': (holder) => util.format('%s %o %O %j', holder, holder, holder, holder),
  String: (holder) => outcome(() => String(holder)),
  'a template': (holder) => outcome(() => `${holder}`),
  toLocaleString: (holder) => holder.toLocaleString(),
  'JSON.stringify': (holder) => JSON.stringify({ holder }),
  'JSON.stringify with a replacer': (holder) =>
    JSON.stringify({ holder }, (_, value) => (typeof value === 'object' ? { ...value } : value)),
  'Object.keys': (holder) => Object.keys(holder),
  'Object.entries': (holder) => util.inspect(Object.entries(holder), { depth: null }),
  'own property descriptors': (holder) =>
    util.inspect(Object.getOwnPropertyDescriptors(holder), { depth: null, showHidden: true }),
  'the names on its prototypes': (holder) => chain(holder).flatMap(Reflect.ownKeys).map(String),
  'for in': (holder) => {
    const found = []
    for (const name in holder) found.push(name, holder[name])
    return util.inspect(found, { depth: null })
  },
  spread: (holder) => util.inspect({ ...holder }, { depth: null, showHidden: true }),
  'Object.assign': (holder) => util.inspect(Object.assign({}, holder), { depth: null }),
  structuredClone: (holder) => outcome(() => structuredClone(holder)),
  'v8.serialize': (holder) => outcome(() => v8.serialize(holder).toString('latin1')),
  'an assertion that fails': (holder) => outcome(() => assert.deepEqual(holder, { other: 1 })),
  'an error with it as cause': (holder) => util.inspect(new Error('wrong', { cause: holder }), { depth: null }),
  'a thrown holder': (holder) =>
    outcome(() => {
      throw holder
    }),
  'source of its functions': (holder) =>
    chain(holder)
      .flatMap((object) => Object.values(Object.getOwnPropertyDescriptors(object)))
      .map(({ value, get }) => (typeof value === 'function' ? value : get))
      .map((found) => (found ? Function.prototype.toString.call(found) : '')),
}

for (const [surface, show] of Object.entries(SURFACES)) {
  test(`${surface}`, () => {
    for (const [what, holder] of Object.entries(holders())) clean(show(holder), `${what}: ${surface}`)
  })
}

test('no error tells', async () => {
  const issue = (options) => () => issuerWith({ secret: CANARY }).issue('alice', options)
  const verify = (token, options) => () => new Verifier({ secret: CANARY, ...options }).verify(token)
  const mistakes = [
    issue({ ttl: 0 }),
    issue({ nonsense: 1 }),
    issue({ grants: [{}] }),
    () => issuerWith({ secret: CANARY }).issue(''),
    () => issuerWith({ accountSid: CANARY, secret: ACCOUNT_SID }),
    () => issuerWith({ secret: CANARY, algorithm: CANARY }),
    () => issuerWith({ secret: `-----BEGIN PRIVATE KEY-----\n${CANARY}` }),
    () => new AccessToken(ACCOUNT_SID, KEY_SID, CANARY, { identity: 'alice', ttl: -1 }).toJwt(),
    () => new Verifier({ secret: [CANARY] }),
    () => new Verifier({ secret: CANARY, keys: { [KEY_SID]: CANARY } }),
    () => new Verifier({ keys: { '': CANARY } }),
    () => new Verifier({ secret: `{"kty":"oct","k":"${CANARY}"}` }),
    verify('a.b.c'),
    verify(CANARY),
    verify(null),
    verify(issuerWith().mint('alice')),
    verify('a.b.c', { leeway: -1 }),
    verify('a.b.c', { algorithm: 'none' }),
    verify(issuerWith({ secret: CANARY }).mint('alice'), { accountSid: 'AC1' }),
    () => inspect('a.b.c', { secret: [CANARY] }),
    () => inspect('a.b.c', { secret: CANARY, now: 'now' }),
    () => inspect('a.b.c', { secret: CANARY, nonsense: 1 }),
  ]
  for (const mistake of mistakes) {
    let error
    assert.throws(mistake, (found) => (error = found) instanceof Error)
    assert.ok(error.code, error.stack)
    clean(util.inspect(error, { showHidden: true, depth: null }), error.code)
    clean(JSON.stringify(error) + error.stack + error.cause, error.code)
  }
})

// As Sentry's LocalVariables does: the debugger stops where something is thrown, and shows the variables of each frame.
test('no variable of a frame of ours is the secret when a callback throws', () => {
  const program = `
    const { Session } = require('node:inspector')
    const { AccessToken, Issuer } = require(${JSON.stringify(fileURLToPath(new URL('../../node/index.js', import.meta.url)))})
    const session = new Session()
    session.connect()
    session.post('Debugger.enable')
    session.post('Debugger.setPauseOnExceptions', { state: 'all' })
    const seen = []
    session.on('Debugger.paused', ({ params }) => {
      for (const { functionName, scopeChain } of params.callFrames) {
        const { objectId } = scopeChain.find(({ type }) => type === 'local').object
        session.post('Runtime.getProperties', { objectId, ownProperties: true }, (_, { result }) => {
          for (const { name, value } of result) seen.push([functionName, name, String(value?.value)])
        })
      }
    })
    const secret = () => Buffer.from('66616b652d63616e6172792d746861742d6e6f626f64792d6d61792d657665722d736565', 'hex').toString()
    const grant = { key: 'custom', toPayload() { const shown = process.argv[1]; throw new RangeError('a callback') } }
    const sids = ['AC' + 'a0'.repeat(16), 'SK' + 'b1'.repeat(16)]
    const token = new AccessToken(...sids, secret(), { identity: 'alice' })
    token.addGrant(grant)
    const calls = [
      () => token.toJwt(),
      () => new Issuer({ accountSid: sids[0], keySid: sids[1], secret: secret(), grants: [grant] }),
    ]
    for (const call of calls) try { call() } catch {}
    console.log(JSON.stringify(seen))`
  const found = spawnSync(process.execPath, ['--eval', program, 'shown'], { encoding: 'utf8', timeout: 60_000 })
  const seen = JSON.parse(found.stdout)
  for (const name of ['toJwt', 'Issuer', 'packGrants'])
    assert.ok(
      seen.some(([frame]) => frame === name),
      name,
    )
  assert.equal(seen.filter(([, , value]) => value === 'shown').length, 2, 'it would be seen')
  assert.deepEqual(
    seen.filter((variable) => variable.at(-1).includes('canary')),
    [],
  )
})

// The engine's heap: strings cannot be wiped, so a secret given as a string stays there until it is collected. A secret
// of bytes is gone when its owner wipes them, since grantmint's copy is not on that heap.
test('a secret of bytes that was wiped is in no heap snapshot', () => {
  const program = `
    const { Issuer, Verifier, VideoGrant } = require(${JSON.stringify(fileURLToPath(new URL('../../node/index.js', import.meta.url)))})
    const v8 = require('node:v8')
    // Never a string, nor is a part of it: the program is on the heap as well.
    const made = () => Buffer.from('gbjd.rdbsdu.b\\x60o\\x60sx'.repeat(2)).map((byte) => byte ^ 1)
    const bytes = made()
    if (process.argv[1] === 'string') globalThis.held = bytes.toString()
    const issuer = new Issuer({
      accountSid: 'AC' + 'a0'.repeat(16), keySid: 'SK' + 'b1'.repeat(16), secret: bytes, grants: [new VideoGrant()],
    })
    const verifier = new Verifier({ secret: bytes })
    bytes.fill(0)
    const right = verifier.verify(issuer.mint('alice')).identity === 'alice'
    try { verifier.verify('a.b.c') } catch {}
    gc()
    const parts = []
    v8.getHeapSnapshot().on('data', (part) => parts.push(part)).on('end', () => {
      console.log(right, Buffer.concat(parts.map((part) => Buffer.from(part))).includes(made()))
    })`
  const run = (...args) =>
    spawnSync(process.execPath, ['--expose-gc', '--eval', program, ...args], { encoding: 'utf8' })
  assert.equal(run('string').stdout, 'true true\n', 'it would be seen')
  assert.equal(run('bytes').stdout, 'true false\n')
})
