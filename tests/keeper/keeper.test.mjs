// grantmint/keeper with a fake clock: renewals, failures, wrong clocks, and its end.

import assert from 'node:assert/strict'
import test from 'node:test'
import { keepToken } from 'grantmint/keeper'
import { Client, fresh, start } from './start.mjs'

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
