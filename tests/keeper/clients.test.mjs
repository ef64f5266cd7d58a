// Clients that behave like Twilio's, with a fake clock.

import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import test from 'node:test'
import { keepToken } from 'grantmint/keeper'
import { Client, Device, fresh, start } from './start.mjs'

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

for (const [name, event, age, repeats] of [
  ['a backend that is asked twice within a second', 'tokenExpired', 0, 1],
  ['a cache', 'tokenExpired', 0, 30],
  ['a cache, later', 'tokenExpired', 600, 30],
  ['a cache, before the end', 'tokenAboutToExpire', 3000, 30],
]) {
  test(`${name} may repeat the token that an SDK refuses: a few requests, until there is another one`, async (t) => {
    const { clock, server, keeper } = start(t)
    const client = new Client()
    keeper.attach(client)
    await clock.settle()
    await clock.advance(age)
    assert.equal(server.times.length, 1)
    const [first] = server.tokens
    const asked = clock.now()
    server.answer = () => (clock.now() < asked + repeats ? { token: first } : ((server.answer = undefined), answer()))
    const answer = () => ({ token: fresh(clock) })
    client.emit(event)
    await clock.advance(repeats * 3 + 3)
    assert.equal(client.given.length, 2)
    assert.notEqual(client.given[1], first)
    assert.equal(await keeper.token(), client.given[1])
    const requests = server.times.length - 1
    assert.ok(requests <= 2 + Math.log2(repeats) + 1, `${requests} requests`)
    // The next renewal is as far away as after any other token.
    await clock.advance(2900)
    assert.equal(server.times.length - 1, requests)
  })
}

test('an SDK that refuses its token during a renewal is heard', async (t) => {
  const { clock, server, keeper } = start(t)
  const client = new Client()
  keeper.attach(client)
  await clock.settle()
  await clock.advance(1)
  const [first] = server.tokens
  let release
  server.answer = () => new Promise((resolve) => (release = resolve))
  keeper.renew()
  await clock.settle()
  client.emit('tokenExpired')
  server.answer = undefined
  release({ token: first })
  await clock.advance(2)
  assert.deepEqual(client.given, server.tokens)
  assert.equal(server.tokens.length, 2)
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
