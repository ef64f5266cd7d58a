// Plays the shared vectors: `<runtime> vectors.js <folder of the vectors>`. Plain CommonJS without a test framework, so
// that the same lines run on every runtime. ../vectors/README.md describes the members of a case.

'use strict'

const path = require('node:path')
const grantmint = require('grantmint')

const [, , vectors] = process.argv
const player = require(path.join(vectors, 'player.cjs'))(grantmint)
const { AccessToken, GrantmintError, InputError, Issuer, PlaybackGrant } = grantmint

let passed = 0
const failures = []

for (const [title, run] of player.checks()) check(title, run)

freeForm()
stacks()
report()

/** The cases that depend on the engine: JSON.stringify's own errors, and the depth of the stack. */
function freeForm() {
  const cycle = { inner: [] }
  cycle.inner.push({ cycle })
  check('a cycle', () => refused(() => play(cycle), 'not_json', 'grant', /a cycle/))
  check('a BigInt', () => refused(() => play({ list: [1, 2n] }), 'not_json', 'grant', /a BigInt/))
  for (const depth of [200, 5_000, 1_000_000]) {
    let nested = {}
    for (let level = 0; level < depth; level++) nested = { nested }
    check(`${depth} levels`, () => refused(() => play(nested), 'too_deep', 'grant'))
    let list = []
    for (let level = 0; level < depth; level++) list = [list]
    check(`${depth} lists`, () => refused(() => play({ list }), 'too_deep', 'grant'))
  }
  check("a toJSON's own error passes", () => {
    const own = new TypeError('Converting circular structure to JSON cyclic')
    const fail = () => {
      throw own
    }
    same(
      thrownBy(() => play({ toJSON: fail })),
      own,
    )
  })
  check('a custom payload without a prototype', () => {
    const payload = Object.assign(Object.create(null), { at: new Date(0), dropped: undefined, ключ: '🔑' })
    const token = new AccessToken('AC123', 'SK123', 'fake-secret')
    token.addGrant({ key: 'own', toPayload: () => payload })
    const { own } = JSON.parse(Buffer.from(token.toJwt().split('.')[1], 'base64url')).grants
    same(JSON.stringify(own), '{"at":"1970-01-01T00:00:00.000Z","ключ":"🔑"}')
  })
}

/** A stack trace starts where the library was called, or at least tells where that was. */
function stacks() {
  const sids = { accountSid: `AC${'a0'.repeat(16)}`, keySid: `SK${'b1'.repeat(16)}` }
  const issuer = new Issuer({ ...sids, secret: 'fake-secret-'.repeat(4), grants: [new PlaybackGrant()] })
  const mistakes = {
    'new AccessToken': () => new AccessToken('', 'SK123', 'fake-secret'),
    toJwt: () => new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice', ttl: 0 }).toJwt(),
    toPayload: () => play(5),
    'new Issuer': () => new Issuer({}),
    mint: () => issuer.mint(''),
    'mint with options': () => issuer.mint('alice', { ttl: 0 }),
  }
  for (const [title, mistake] of Object.entries(mistakes)) {
    check(`the stack trace of ${title}`, () => {
      const { stack } = thrownBy(mistake)
      if (!/\n.*vectors\.js/.test(stack)) throw new Error(`it is without its caller: ${JSON.stringify(stack)}`)
    })
  }
}

function play(grant) {
  return new PlaybackGrant({ grant }).toPayload()
}

function refused(call, code, field, message) {
  const error = thrownBy(call)
  const right = error instanceof InputError && error instanceof GrantmintError && error instanceof Error
  if (!right) throw new Error(`not an InputError: ${error?.stack ?? error}`)
  same(error.name, 'InputError')
  same(error.code, code)
  same(error.field, field)
  if (typeof message === 'string') same(error.message, message)
  else if (message && !message.test(error.message)) throw new Error(`${error.message} does not say ${message}`)
  return error
}

function thrownBy(call) {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

function same(actual, expected) {
  if (actual !== expected) throw new Error(`\n  expected ${String(expected)}\n  found    ${String(actual)}`)
}

function check(title, run) {
  try {
    run()
    passed++
  } catch (error) {
    failures.push(`${title}: ${error.message}`)
  }
}

function report() {
  for (const failure of failures.slice(0, 20)) console.log(failure)
  console.log(`${passed} passed, ${failures.length} failed`)
  process.exitCode = failures.length === 0 ? 0 : 1
}
