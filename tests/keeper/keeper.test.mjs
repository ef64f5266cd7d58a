// grantmint/keeper with a fake clock: renewals, failures, wrong clocks, other tabs, and clients that behave like Twilio's.

import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import test from 'node:test'
import { keepToken } from 'grantmint/keeper'
import { fakeClock } from './clock.mjs'

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
let serial = 0

/** Returns a token with these claims. The keeper does not check its signature. */
const jwt = (claims) => `${encode({ alg: 'HS256' })}.${encode({ jti: String(++serial), ...claims })}.c2ln`

/** A token server and a keeper. `server.answer` replaces the next answers. */
function start(t, { ttl = 3600, options, answer, extra, ...clockOptions } = {}) {
  const clock = fakeClock(t, clockOptions)
  const server = { times: [], tokens: [], answer, extra }
  const fetch = async (request) => {
    server.times.push(clock.now())
    if (server.answer) return server.answer(request)
    const now = Math.floor(clock.now())
    const token = jwt({ iat: now, exp: now + ttl, grants: { identity: server.identity ?? 'alice' } })
    server.tokens.push(token)
    const lead = Math.min(180, ttl / 2)
    return { token, expiresAt: now + ttl, renewAt: now + ttl - lead, ...server.extra?.(now) }
  }
  const keeper = keepToken({ fetch, ...options })
  t.after(() => keeper.stop())
  const events = []
  for (const type of ['token', 'error', 'signedout', 'state'])
    keeper.addEventListener(type, (event) => events.push(event))
  const of = (type) => events.filter((event) => event.type === type)
  const codes = () => of('error').map(({ error }) => error.code)
  return { clock, server, keeper, events, of, codes }
}

/** A client with the parts of Twilio's clients that the keeper uses. */
class Client extends EventEmitter {
  given = []
  connectionState = 'connected'
  updateToken(token) {
    this.given.push(token)
    return Promise.resolve()
  }
}

class Device extends EventEmitter {
  given = []
  state = 'registered'
  constructor(token) {
    super()
    this.token = token
  }
  updateToken(token) {
    if (this.state === 'destroyed') throw new Error('Attempt to "updateToken" when device is in state "destroyed".')
    this.given.push((this.token = token))
  }
  register() {}
}

test('it fetches at once, and answers every caller with the same token', async (t) => {
  const { clock, server, keeper, events } = start(t)
  assert.equal(keeper.state, 'renewing')
  const tokens = await Promise.all([keeper.token(), keeper.token(), keeper.renew()])
  assert.deepEqual(tokens, [server.tokens[0], server.tokens[0], server.tokens[0]])
  await clock.settle()
  assert.equal(server.times.length, 1)
  assert.deepEqual(events, [
    { type: 'state', state: 'fresh' },
    { type: 'token', token: server.tokens[0], expiresIn: 3600 },
  ])
})

for (const [name, ttl, extra, random, earliest, latest] of [
  ['the server’s renewAt, less a tenth of the lifetime', 3600, () => ({}), [0, 0.999], 3060, 3420],
  ['three minutes before the expiry', 3600, () => ({ renewAt: null, expiresAt: null }), [0, 0.999], 3060, 3420],
  ['the middle of a short lifetime', 240, () => ({ renewAt: undefined }), [0, 0.999], 120, 144],
  ['an earlier renewAt of the server', 3600, (now) => ({ renewAt: now + 600 }), [0, 0.999], 600, 960],
]) {
  test(`it renews at ${name}, with a spread`, async (t) => {
    const times = []
    for (const number of random) {
      await t.test(`random number ${number}`, async (t) => {
        const { clock, server } = start(t, { ttl, extra, random: () => number })
        const begin = clock.now()
        await clock.advance(earliest - 1)
        assert.equal(server.times.length, 1)
        await clock.advance(latest - earliest + 31)
        times.push(server.times[1] - begin)
      })
    }
    assert.ok(Math.abs(times[0] - earliest) < 0.01, `${times[0]}`)
    assert.ok(times[1] > times[0] + (latest - earliest) * 0.9 && times[1] <= latest, `${times[1]}`)
  })
}

for (const wrong of [-86_400 * 365, -7200, 7200, 86_400 * 365]) {
  test(`a client’s clock that is wrong by ${wrong} seconds does not matter`, async (t) => {
    const { clock, server, keeper, codes } = start(t, { random: () => 0.999 })
    clock.jump(wrong)
    keeper.stop()
    server.times.length = 0
    const begin = clock.now()
    const other = keepToken({ fetch: async () => (server.times.push(clock.now()), { token: fresh(clock) }) })
    t.after(() => other.stop())
    await clock.advance(3600 * 3)
    assert.equal(server.times.length, 4)
    assert.ok(Math.abs(server.times[1] - begin - 3420) < 1)
    assert.deepEqual(codes(), [])
  })
}

const fresh = (clock, ttl = 3600, claims = {}) => {
  const now = Math.floor(clock.now())
  return jwt({ iat: now, exp: now + ttl, ...claims })
}

for (const [name, seconds] of [
  ['forward by an hour, as a person sets a clock for summer', 3600],
  ['back by an hour', -3600],
  ['forward by a day', 86_400],
  ['back by a day', -86_400],
]) {
  test(`a clock that jumps ${name} costs one renewal at most, and none is late`, async (t) => {
    const { clock, server } = start(t, { random: () => 0.999 })
    const begin = clock.now()
    await clock.advance(600)
    clock.jump(seconds)
    await clock.advance(60)
    assert.equal(server.times.length, seconds > 0 ? 2 : 1)
    await clock.advance(3600)
    assert.ok(server.times.at(-1) - begin <= (seconds > 0 ? 660 + 3420 : 3420))
    assert.ok(server.times.length <= 3)
  })
}

test('a change of the time zone or of daylight saving time changes nothing', async (t) => {
  const { clock, server } = start(t)
  const zone = process.env.TZ
  t.after(() => (zone === undefined ? delete process.env.TZ : (process.env.TZ = zone)))
  for (const name of ['Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns']) {
    process.env.TZ = name
    await clock.advance(900)
  }
  assert.equal(server.times.length, 1)
})

for (const event of ['visibilitychange', 'online', 'pageshow', undefined]) {
  test(`after a sleep of a day it renews at once: ${event ?? 'without any event'}`, async (t) => {
    const target = new EventTarget()
    globalThis.addEventListener = target.addEventListener.bind(target)
    t.after(() => delete globalThis.addEventListener)
    const { clock, server, keeper, codes } = start(t)
    await clock.advance(100)
    clock.sleep(86_400)
    if (event) target.dispatchEvent(new Event(event))
    else await clock.advance(30)
    await clock.settle()
    assert.equal(server.times.length, 2)
    assert.equal(await keeper.token(), server.tokens[1])
    assert.deepEqual(codes(), [])
    // A wake-up without a reason costs nothing, and a stopped keeper does not listen.
    target.dispatchEvent(new Event('visibilitychange'))
    keeper.stop()
    if (event) target.dispatchEvent(new Event(event))
    await clock.advance(3600)
    assert.equal(server.times.length, 2)
  })
}

test('token() never returns a token that expired during a sleep', async (t) => {
  const { clock, server, keeper } = start(t)
  await keeper.token()
  clock.sleep(86_400)
  assert.equal(await keeper.token(), server.tokens[1])
})

test('10,000 renewals neither drift nor leak', async (t) => {
  const { clock, server, keeper } = start(t, { ttl: 60, random: () => 0 })
  const client = new Client()
  keeper.attach(client)
  await clock.settle()
  const begin = server.times[0]
  for (let renewal = 1; renewal <= 10_000; renewal++) {
    // As fast as the event loop permits: one tick at the time of the renewal.
    await clock.advance(30)
    if (renewal % 1000 === 0) {
      assert.equal(server.times.length, renewal + 1)
      assert.ok(clock.timers.size <= 3, `${clock.timers.size} timers`)
      client.given.length = 0
    }
  }
  assert.equal(server.times.at(-1) - begin, 300_000)
  assert.equal(client.listenerCount('tokenExpired'), 1)
})

test('failures back off up to a minute, and the current token stays', async (t) => {
  const { clock, server, keeper, of } = start(t)
  const first = await keeper.token()
  server.answer = () => Promise.reject(Object.assign(new Error('fake failure'), { code: 'network' }))
  await clock.advance(3000)
  await clock.advance(500)
  assert.equal(await keeper.token(), first)
  assert.equal(keeper.state, 'retrying')
  const pauses = of('error').map(({ retryIn }) => retryIn)
  // Half of each pause is random, which is 0.5 here.
  assert.deepEqual(pauses.slice(0, 8), [0.75, 1.5, 3, 6, 12, 24, 45, 45])
  await clock.advance(200)
  assert.ok(server.times.length < 20)

  server.answer = undefined
  await clock.advance(60)
  assert.equal(await keeper.token(), server.tokens.at(-1))
  assert.equal(keeper.state, 'fresh')
})

test('the pauses have jitter', async (t) => {
  const pauses = []
  for (const number of [0, 0.999]) {
    await t.test(`random number ${number}`, async (t) => {
      const answer = () => Promise.reject(new Error('fake failure'))
      const { clock, of } = start(t, { random: () => number, answer })
      await clock.advance(10)
      pauses.push(of('error')[2].retryIn)
    })
  }
  assert.equal(pauses[0], 2)
  assert.ok(pauses[1] > 3.9 && pauses[1] <= 4)
})

test('the first failure rejects, and callers in a loop do not defeat the pauses', async (t) => {
  const { clock, keeper } = start(t, { answer: () => Promise.reject(new Error('fake failure')) })
  await assert.rejects(keeper.token(), /fake failure/)
  let outcome
  const waiting = keeper.token().then(
    (token) => (outcome = token),
    (error) => (outcome = error),
  )
  await clock.advance(0.5)
  assert.equal(outcome, undefined)
  keeper.stop()
  await clock.advance(2)
  await waiting
  assert.equal(outcome.code, 'stopped')
})

test('a server that answers after its own token expired is asked again', async (t) => {
  const { clock, server, codes, keeper } = start(t, { ttl: 10 })
  await keeper.token()
  let slow = 2
  server.answer = async () => {
    const token = fresh(clock, 10)
    if (slow-- > 0) await new Promise((resolve) => setTimeout(resolve, 12_000))
    return { token }
  }
  await clock.advance(60)
  assert.deepEqual(codes(), ['expired', 'expired'])
  assert.equal(keeper.state, 'fresh')
})

test('a token of the past is an error, and a token from a cache is as old as it is', async (t) => {
  const { clock, server, keeper, codes } = start(t)
  const old = await keeper.token()
  server.answer = async () => ({ token: old })
  await clock.advance(3300)
  // The same token again and again until it expires: each time after half of the time that is left.
  const asked = server.times.length
  await clock.advance(500)
  assert.ok(codes().includes('expired'))
  assert.ok(server.times.length - asked < 30, `${server.times.length - asked} requests`)

  server.answer = async () => ({ token: fresh(clock, 3600), now: clock.now() + 3601 })
  await clock.advance(120)
  assert.equal(codes().at(-1), 'expired')
})

test('a request without an answer ends after 20 seconds, and its signal is aborted', async (t) => {
  const { clock, server, keeper, codes } = start(t)
  await keeper.token()
  let signal
  server.answer = (request) => {
    signal ??= request.signal
    return new Promise(() => {})
  }
  const renewal = assert.rejects(keeper.renew(), { code: 'timeout' })
  await clock.advance(19)
  assert.equal(signal.aborted, false)
  await clock.advance(2)
  await renewal
  assert.equal(signal.aborted, true)
  assert.deepEqual(codes(), ['timeout'])
})

for (const [name, answer, code] of [
  ['nothing', undefined, 'no_token'],
  ['null', null, 'no_token'],
  ['no token', { identity: 'alice' }, 'no_token'],
  ['a token that is a number', { token: 7 }, 'no_token'],
  ['a token that is no JWT', { token: 'hello' }, 'no_token'],
  ['claims that are no JSON', { token: 'a.!.c' }, 'no_token'],
  ['claims that are null', { token: `a.${encode(null)}.c` }, 'no_token'],
  ['a token without an expiry', { token: jwt({ iat: 1_800_000_000 }) }, 'no_token'],
  ['an expiry that is a text', { token: jwt({ iat: 1, exp: 'tomorrow' }) }, 'no_token'],
  ['an expiresAt that is a text', { token: jwt({ iat: 1, exp: 100 }), expiresAt: 'tomorrow' }, 'no_token'],
  ['a renewAt in milliseconds', { token: jwt({ iat: 1, exp: 100 }), renewAt: 50_000 }, 'bad_time'],
  ['a renewAt that is a date', { token: jwt({ iat: 1, exp: 100 }), renewAt: '2026-01-01T00:00:00Z' }, 'bad_time'],
  ['a token whose expiry is its time of issue', { token: jwt({ iat: 100, exp: 100 }) }, 'expired'],
  ['an expiresAt of the past', { token: jwt({ iat: 100, exp: 200 }), expiresAt: 99 }, 'expired'],
]) {
  test(`${name} is an error with the code ${code}`, async (t) => {
    const { clock, codes, of } = start(t, { answer: async () => answer })
    await clock.settle()
    assert.equal(codes()[0], code)
    assert.ok(of('error')[0].error instanceof Error)
    if (answer?.token) assert.ok(!String(of('error')[0].error).includes(answer.token))
  })
}

/** A keeper with an address: fetch() is the browser's. */
function startWithAddress(t, respond, clockOptions) {
  const clock = fakeClock(t, clockOptions)
  const asked = []
  t.mock.method(globalThis, 'fetch', async (url, options) => {
    asked.push({ url, options })
    return respond(asked.length, clock)
  })
  const keeper = keepToken('https://app.example.com/token')
  t.after(() => keeper.stop())
  const errors = []
  keeper.addEventListener('error', ({ error, retryIn }) => errors.push({ error, retryIn }))
  const signedOut = []
  keeper.addEventListener('signedout', ({ error }) => signedOut.push(error))
  return { clock, keeper, asked, errors, signedOut }
}

const json = (value, init) => Response.json(value, init)

test('the endpoint is asked for JSON, past every cache', async (t) => {
  const { keeper, asked } = startWithAddress(t, (_, clock) => json({ token: fresh(clock) }))
  await keeper.token()
  const [{ url, options }] = asked
  assert.equal(url, 'https://app.example.com/token')
  assert.deepEqual([options.cache, options.headers], ['no-store', { Accept: 'application/json' }])
  assert.ok(options.signal instanceof AbortSignal)
})

test('the server’s Date tells how old its token is', async (t) => {
  const { clock, keeper, asked } = startWithAddress(
    t,
    (_, clock) =>
      json(
        { token: jwt({ iat: clock.now() - 1800, exp: clock.now() + 1800 }) },
        { headers: { Date: new Date(clock.now() * 1000).toUTCString() } },
      ),
    { random: () => 0.999 },
  )
  await keeper.token()
  await clock.advance(1600)
  assert.equal(asked.length, 1)
  await clock.advance(50)
  assert.equal(asked.length, 2)
})

for (const status of [401, 403]) {
  test(`status ${status} is the end, until the page asks for a renewal`, async (t) => {
    let signedIn = true
    const { clock, keeper, asked, errors, signedOut } = startWithAddress(t, (_, clock) =>
      signedIn ? json({ token: fresh(clock) }) : json({ error: 'Sign in first.' }, { status }),
    )
    await keeper.token()
    signedIn = false
    await assert.rejects(keeper.renew(), { code: 'signed_out', status })
    await clock.advance(86_400)
    assert.equal(asked.length, 2)
    assert.equal(keeper.state, 'signedout')
    assert.deepEqual([errors.length, signedOut.length], [0, 1])
    await assert.rejects(keeper.token(), { code: 'signed_out' })
    assert.equal(asked.length, 2)

    signedIn = true
    const token = await keeper.renew()
    assert.equal(await keeper.token(), token)
    assert.equal(keeper.state, 'fresh')
  })
}

for (const [name, header, least, most] of [
  ['seconds', '120', 120, 120],
  ['a date', 'later', 119, 121],
  ['less than the pause', '0', 0.5, 1],
  ['no date at all', 'soon', 0.5, 1],
]) {
  test(`Retry-After is honoured: ${name}`, async (t) => {
    const { clock, errors, asked } = startWithAddress(t, (_, clock) => {
      const date = (seconds) => new Date((clock.now() + seconds) * 1000).toUTCString()
      const headers = { Date: date(0), 'Retry-After': header === 'later' ? date(120) : header }
      return json({}, { status: 503, headers })
    })
    await clock.settle()
    await clock.advance(0.1)
    assert.deepEqual([errors[0].error.code, errors[0].error.status], ['status', 503])
    assert.ok(errors[0].retryIn >= least && errors[0].retryIn <= most, `${errors[0].retryIn}`)
    await clock.advance(least - 0.2)
    assert.equal(asked.length, 1)
    await clock.advance(most - least + 0.4)
    assert.equal(asked.length, 2)
  })
}

test('no answer, no JSON and a redirect to a login page are told apart', async (t) => {
  const html = () => new Response('<!doctype html><h1>Sign in</h1>', { headers: { 'Content-Type': 'text/html' } })
  const redirected = () => Object.defineProperty(html(), 'redirected', { value: true })
  const broken = () => ({
    ok: true,
    status: 200,
    headers: new Headers(),
    text: () => Promise.reject(new TypeError('fake: the connection broke')),
  })
  const answers = [() => Promise.reject(new TypeError('Failed to fetch')), html, redirected, broken, () => json('text')]
  const { clock, errors } = startWithAddress(t, (number) => (answers[number - 1] ?? answers[0])())
  await clock.advance(20)
  const codes = errors.map(({ error }) => error.code)
  assert.deepEqual(codes.slice(0, 5), ['network', 'not_json', 'redirected', 'network', 'no_token'])
  assert.match(errors[0].error.cause.message, /Failed to fetch/)
})

test('the network’s return ends the pause after a failure of the network, and of nothing else', async (t) => {
  const target = new EventTarget()
  globalThis.addEventListener = target.addEventListener.bind(target)
  t.after(() => delete globalThis.addEventListener)
  let answer = () => Promise.reject(new TypeError('Failed to fetch'))
  const { clock, keeper, asked } = startWithAddress(t, (_, clock) => answer(clock))
  await clock.advance(100)
  let before = asked.length
  target.dispatchEvent(new Event('online'))
  await clock.settle()
  assert.equal(asked.length, before + 1)

  answer = () => json({}, { status: 503, headers: { 'Retry-After': '600' } })
  await clock.advance(60)
  before = asked.length
  target.dispatchEvent(new Event('online'))
  await clock.advance(100)
  assert.equal(asked.length, before)
  answer = (clock) => json({ token: fresh(clock) })
  await clock.advance(600)
  assert.equal(keeper.state, 'fresh')
})

test('a client receives each token once, and one at a time', async (t) => {
  const { clock, server, keeper } = start(t)
  const client = new Client()
  keeper.attach(client)
  await clock.settle()
  assert.deepEqual(client.given, server.tokens)

  let release
  client.updateToken = (token) => {
    client.given.push(token)
    return new Promise((resolve) => (release = resolve))
  }
  for (let renewal = 0; renewal < 3; renewal++) {
    await clock.advance(1)
    await keeper.renew()
  }
  await clock.settle()
  // The client still has the second token in its hands; then it receives the latest, not each one.
  assert.deepEqual(client.given, server.tokens.slice(0, 2))
  release()
  await clock.settle()
  assert.deepEqual(client.given, [...server.tokens.slice(0, 2), server.tokens[3]])
})

test('a promise of updateToken that never settles does not hold up the next token', async (t) => {
  const { clock, server, keeper } = start(t)
  const client = new Client()
  client.updateToken = (token) => {
    client.given.push(token)
    return new Promise(() => {})
  }
  keeper.attach(client)
  await clock.advance(3600)
  await clock.advance(20)
  assert.deepEqual(client.given, server.tokens)
})

test('an event before the first handover is about the token of the constructor', async (t) => {
  const { clock, server, keeper } = start(t)
  const client = new Client()
  client.connectionState = 'connecting'
  await keeper.token()
  keeper.attach(client)
  client.connectionState = 'disconnecting'
  client.emit('tokenExpired')
  await clock.advance(2.9)
  assert.equal(server.tokens.length, 2)
  client.connectionState = 'disconnected'
  await clock.advance(0.1)
  assert.deepEqual(client.given, [server.tokens[1]])
})

test('a client that leaves a connection or greets the server receives its token later', async (t) => {
  const { clock, server, keeper } = start(t)
  const client = new Client()
  keeper.attach(client)
  await clock.settle()
  await clock.advance(600)
  client.connectionState = 'disconnecting'
  client.emit('tokenExpired')
  await clock.advance(2.9)
  assert.equal(server.tokens.length, 2)
  assert.equal(client.given.length, 1)
  client.connectionState = 'disconnected'
  await clock.advance(0.1)
  assert.deepEqual(client.given, server.tokens)

  // Without a network it stays so, and has the token before the network is back.
  client.connectionState = 'connecting'
  await clock.advance(600)
  client.emit('tokenAboutToExpire')
  await clock.advance(6)
  assert.deepEqual(client.given, server.tokens)
  assert.equal(server.tokens.length, 3)
})

test('events of Sync and Conversations renew at once; a flood of them costs one renewal', async (t) => {
  const { clock, server, keeper } = start(t)
  const client = new Client()
  keeper.attach(client)
  await clock.advance(60)
  for (let i = 0; i < 100; i++) client.emit(i % 2 ? 'tokenAboutToExpire' : 'tokenExpired')
  await clock.settle()
  assert.equal(server.times.length, 2)
  assert.deepEqual(client.given, server.tokens)
})

test('a client that never likes its token is asked for one ever more rarely', async (t) => {
  const { clock, server, keeper } = start(t)
  const client = new Client()
  client.updateToken = (token) => {
    client.given.push(token)
    setTimeout(() => client.emit('tokenExpired'), 100)
    return Promise.resolve()
  }
  keeper.attach(client)
  await clock.advance(600)
  assert.ok(server.times.length > 5 && server.times.length < 25, `${server.times.length} requests in ten minutes`)
})

test('timers in an SDK are not believed: twilio-common with a short lifetime', async (t) => {
  const { clock, server, keeper } = start(t, { ttl: 120 })
  // As twilio-common 0.1.7: three minutes before the expiry, or almost now.
  class AccessManager extends Client {
    connectionState = undefined
    isExpired = false
    token = server.tokens[0]
    updateToken(token) {
      this.given.push((this.token = token))
      setTimeout(() => this.emit('tokenWillExpire', this), 0)
      return Promise.resolve(this)
    }
  }
  await clock.settle()
  const manager = new AccessManager()
  keeper.attach(manager)
  manager.emit('tokenWillExpire', manager)
  manager.emit('tokenExpired', manager)
  await clock.advance(590)
  // Every half of a lifetime and a little more.
  assert.ok(server.times.length >= 8 && server.times.length <= 10, `${server.times.length} requests`)
  // It has the first one from its constructor.
  assert.deepEqual(manager.given, server.tokens.slice(1))
})

test('Voice: an old timer changes nothing, and the error of an expired token renews', async (t) => {
  const { clock, server, keeper } = start(t)
  const device = new Device(await keeper.token())
  const errors = []
  device.on('error', (error) => errors.push(error.code))
  keeper.attach(device)
  await clock.settle()
  // It has this token from its constructor.
  assert.deepEqual(device.given, [])
  await clock.advance(100)
  device.emit('tokenWillExpire', device)
  await clock.settle()
  assert.equal(server.times.length, 1)
  device.emit('error', { code: 31005 })
  device.emit('error', { code: 20104 })
  await clock.settle()
  assert.equal(server.times.length, 2)
  assert.deepEqual(device.given, server.tokens.slice(1))
  assert.deepEqual(errors, [31005, 20104])

  await clock.advance(1900)
  device.emit('tokenWillExpire', device)
  await clock.settle()
  assert.equal(server.times.length, 3)
})

test('Voice: an error that nobody hears is thrown, as without the keeper', async (t) => {
  const { keeper } = start(t)
  const device = new Device(await keeper.token())
  const bare = new Device()
  const error = Object.assign(new Error('fake failure'), { code: 31005 })
  assert.throws(() => bare.emit('error', error), /fake failure/)
  keeper.attach(device)
  assert.throws(() => device.emit('error', error), /fake failure/)
})

test('a client that rejects a token is an error of its own, and the next token is handed over', async (t) => {
  const { clock, server, keeper, of } = start(t)
  const client = new Client()
  client.updateToken = async (token) => {
    client.given.push(token)
    if (client.given.length === 1) throw new Error('Updated token was rejected by server')
  }
  keeper.attach(client)
  await clock.settle()
  const [{ error, retryIn }] = of('error')
  assert.deepEqual(
    [error.code, error.cause.message, retryIn],
    ['handover', 'Updated token was rejected by server', undefined],
  )
  await clock.advance(3600)
  assert.deepEqual(client.given, server.tokens)

  const device = new Device()
  device.state = 'destroyed'
  keeper.attach(device)
  await clock.settle()
  assert.match(of('error').at(-1).error.cause.message, /destroyed/)
})

test('a detached client hears nothing more, and is not listened to', async (t) => {
  const { clock, server, keeper } = start(t)
  const [kept, detached] = [new Client(), new Client()]
  keeper.attach(kept)
  const detach = keeper.attach(detached)
  await clock.settle()
  detach()
  detach()
  detached.emit('tokenExpired')
  await clock.advance(3600)
  assert.equal(server.tokens.length, 2)
  assert.deepEqual(kept.given, server.tokens)
  assert.deepEqual(detached.given, server.tokens.slice(0, 1))
  assert.deepEqual(detached.eventNames(), [])

  // Detached while it leaves a connection.
  detached.connectionState = 'disconnecting'
  const again = keeper.attach(detached)
  await clock.advance(1)
  again()
  await clock.advance(10)
  assert.equal(detached.given.length, 1)
})

test('stop() ends everything for good', async (t) => {
  const { clock, server, keeper, events } = start(t)
  const client = new Client()
  keeper.attach(client)
  await clock.settle()
  let signal
  server.answer = (request) => {
    signal = request.signal
    return new Promise(() => {})
  }
  const pending = assert.rejects(keeper.renew(), { code: 'stopped' })
  await clock.settle()
  keeper.stop()
  keeper.stop()
  await pending
  assert.equal(signal.aborted, true)
  await assert.rejects(keeper.token(), { code: 'stopped' })
  await assert.rejects(keeper.renew(), { code: 'stopped' })
  assert.throws(() => keeper.attach(client), { code: 'stopped' })
  assert.deepEqual(client.eventNames(), [])
  await clock.advance(86_400)
  assert.equal(server.times.length, 2)
  assert.equal(clock.timers.size, 0)
  assert.equal(keeper.state, 'stopped')
  assert.equal(events.at(-1).state, 'stopped')
  assert.equal(events.filter(({ state }) => state === 'stopped').length, 1)
})

test('stop() in a listener is heard at once', async (t) => {
  for (const type of ['token', 'error', 'state']) {
    await t.test(type, async (t) => {
      const answer = type === 'error' ? () => Promise.reject(new Error('fake failure')) : undefined
      const { clock, server, keeper } = start(t, { answer })
      keeper.addEventListener(type, () => keeper.stop())
      await clock.advance(86_400)
      assert.ok(server.times.length <= 2)
      assert.equal(clock.timers.size, 0)
    })
  }
})

test('listeners can be removed, and wrong ones are refused', async (t) => {
  const { clock, keeper } = start(t)
  const heard = []
  const listener = ({ token }) => heard.push(token)
  keeper.addEventListener('token', listener)
  keeper.addEventListener('state', listener)
  keeper.removeEventListener('token', listener)
  keeper.removeEventListener('error', listener)
  await clock.settle()
  assert.deepEqual(heard, [undefined])
  assert.throws(() => keeper.addEventListener('tokens', listener), TypeError)
  assert.throws(() => keeper.addEventListener('token', listener, { once: true }), TypeError)
})

test('a wrong source and a wrong client are refused', async (t) => {
  const { keeper } = start(t)
  for (const source of [undefined, null, {}, { fetch: '/token' }, { fetch() {}, retries: 3 }, 7]) {
    assert.throws(() => keepToken(source), TypeError, JSON.stringify(source))
  }
  // An option in the wrong place is not ignored.
  assert.throws(() => keepToken('https://app.example.com/token', { share: 'alice' }), TypeError)
  assert.throws(() => keepToken({ fetch() {} }, { share: 'alice' }), TypeError)
  assert.throws(() => keepToken(new URL('https://app.example.com/token')), TypeError)

  // As Video's module, its Room and a client of the first Voice SDK.
  const known = new Client()
  for (const client of [
    undefined,
    null,
    'a.b.c',
    {},
    { connect() {} },
    new EventEmitter(),
    Object.assign(new EventEmitter(), { setup() {} }),
    { updateToken() {} },
    { updateToken() {}, on() {} },
    { updateToken() {}, removeListener() {} },
    Promise.resolve(known),
  ]) {
    assert.throws(() => keeper.attach(client), TypeError)
  }
  assert.throws(() => keeper.attach({ connect() {} }), /for Video: connect\(await keeper\.token\(\)\)$/)
  assert.deepEqual(known.eventNames(), [])
})

test('nothing is logged or stored', async (t) => {
  const written = []
  for (const method of ['log', 'info', 'warn', 'error', 'debug']) {
    t.mock.method(console, method, (...words) => written.push(words))
  }
  const storage = new Proxy({}, { get: (_, name) => written.push(name), set: () => written.push('set') })
  Object.assign(globalThis, { localStorage: storage, sessionStorage: storage, indexedDB: storage })
  t.after(() => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) delete globalThis[name]
  })
  const { clock, server, keeper } = start(t)
  const token = await keeper.token()
  server.answer = () => Promise.reject(new Error('fake failure'))
  await clock.advance(7200)
  assert.deepEqual(written, [])
  // Not even with the keeper itself in a log.
  const { inspect } = await import('node:util')
  assert.ok(!inspect(keeper, { showHidden: true, depth: 9 }).includes(token))
})

/** The parts of Web Locks and BroadcastChannel that the keeper uses, for tabs in this process. */
function withTabs(t, { locks = true } = {}) {
  const channels = new Set()
  const held = new Set()
  class Channel {
    constructor(name) {
      this.name = name
      channels.add(this)
    }
    postMessage(data) {
      for (const other of channels) {
        if (other !== this && other.name === this.name) {
          setImmediate(() => channels.has(other) && other.onmessage({ data: structuredClone(data) }))
        }
      }
    }
    close() {
      channels.delete(this)
    }
  }
  const request = async (name, { ifAvailable }, callback) => {
    assert.equal(ifAvailable, true)
    if (held.has(name)) return callback(null)
    held.add(name)
    try {
      return await callback({ name })
    } finally {
      held.delete(name)
    }
  }
  const real = globalThis.BroadcastChannel
  globalThis.BroadcastChannel = Channel
  const navigator = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
  Object.defineProperty(globalThis, 'navigator', { value: locks ? { locks: { request } } : {}, configurable: true })
  t.after(() => {
    globalThis.BroadcastChannel = real
    if (navigator) Object.defineProperty(globalThis, 'navigator', navigator)
    else delete globalThis.navigator
  })
  return { channels, held }
}

test('tabs share one request for each renewal, and a tab that ends does not matter', async (t) => {
  const { held, channels } = withTabs(t)
  const random = mulberry(7)
  const clock = fakeClock(t, { random })
  const times = []
  const fetch = async () => {
    times.push(clock.now())
    await new Promise((resolve) => setTimeout(resolve, 300))
    return { token: fresh(clock, 3600, { grants: { identity: 'alice' } }) }
  }
  const tabs = Array.from({ length: 10 }, () => keepToken({ fetch, share: 'alice' }))
  t.after(() => {
    for (const tab of tabs) tab.stop()
  })
  await clock.advance(5)
  assert.equal(times.length, 1)
  assert.equal(new Set(await Promise.all(tabs.map((tab) => tab.token()))).size, 1)
  await clock.advance(3600 * 5)
  assert.ok(times.length === 6 || times.length === 7, `${times.length} requests`)
  assert.equal(new Set(await Promise.all(tabs.map((tab) => tab.token()))).size, 1)
  for (const tab of tabs.slice(1)) tab.stop()
  await clock.advance(3600 * 3)
  assert.ok(times.length >= 9 && times.length <= 10, `${times.length} requests`)
  assert.equal(channels.size, 1)
  assert.equal(held.size, 0)
})

test('without Web Locks the spread lets one tab be first', async (t) => {
  withTabs(t, { locks: false })
  const clock = fakeClock(t, { random: mulberry(3) })
  const times = []
  const fetch = async () => (times.push(clock.now()), { token: fresh(clock) })
  const tabs = Array.from({ length: 5 }, () => keepToken({ fetch, share: 'alice' }))
  t.after(() => {
    for (const tab of tabs) tab.stop()
  })
  await clock.advance(5)
  const first = times.length
  await clock.advance(3600 * 4)
  assert.ok(times.length - first <= 6, `${times.length - first} renewals`)
})

test('a tab that never gives its turn back does not stop another tab', async (t) => {
  const { held } = withTabs(t)
  held.add('grantmint: alice')
  const { clock, keeper, server } = start(t, { options: { share: 'alice' } })
  await clock.advance(9)
  assert.equal(server.times.length, 0)
  await clock.advance(2)
  assert.equal(await keeper.token(), server.tokens[0])
})

test('a tab takes no token of another user, no older one and no nonsense', async (t) => {
  const { channels } = withTabs(t)
  const { clock, server, keeper } = start(t, { options: { share: 'x' } })
  const own = await keeper.token()
  const send = async (data) => {
    const [channel] = channels
    try {
      channel.onmessage({ data })
    } catch (error) {
      assert.ok(error instanceof TypeError)
    }
    await clock.settle()
    return keeper.token()
  }
  const start0 = [0, Date.now()]
  const good = { token: 'other', identity: 'alice', start: start0, now: 1, due: 5000, ends: 7200 }
  for (const data of [
    {},
    { start: [] },
    { ...good, identity: 'mallory' },
    { ...good, ends: 60 },
    { ...good, ends: undefined },
    { ...good, start: [0, Date.now() - 86_400_000] },
  ]) {
    assert.equal(await send(data), own, JSON.stringify(data))
  }
  assert.equal(await send(good), 'other')
  assert.equal(server.times.length, 1)
})

test('a page without an origin, and a function without a name, share nothing', async (t) => {
  const { channels } = withTabs(t)
  globalThis.origin = 'null'
  t.after(() => delete globalThis.origin)
  const { keeper } = start(t, { options: { share: 'alice' } })
  await keeper.token()
  assert.equal(channels.size, 0)
  delete globalThis.origin
  const other = keepToken({ fetch: async () => ({ token: jwt({ iat: 1, exp: 9 }) }) })
  await other.token()
  other.stop()
  assert.equal(channels.size, 0)
})

/** A small random number generator with a seed, so that a test does the same each time. */
function mulberry(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let value = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}
