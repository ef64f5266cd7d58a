// Tabs that share a token, with a fake clock.

import assert from 'node:assert/strict'
import test from 'node:test'
import { keepToken } from 'grantmint/keeper'
import { fakeClock } from './clock.mjs'
import { fresh, jwt, start } from './start.mjs'

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
