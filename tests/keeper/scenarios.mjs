// What the keeper does in every browser, with Twilio's own SDKs and substitutes for Twilio's endpoints.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../web/token-server.mjs'
import { standIn } from '../web/twilsock.mjs'
import { conversationsStandIn } from './conversations.mjs'
import { SECRET, serve, voiceStandIn } from './page.mjs'

/**
 * Declares the tests. `open(t, url)` opens a page. Its `evaluate(run, argument)` calls a function there, `offline(on)`
 * cuts its network, or returns false if it cannot, `pause(milliseconds, meanwhile)` stops the page and calls `meanwhile`
 * before it goes on, and `sibling(url)` opens another tab beside it.
 */
export function scenarios(open) {
  async function visit(t, options = {}) {
    const server = await serve(t, options)
    return { ...(await visitPage(t, server.page(options), open)), server }
  }

  /** A page whose client of Sync is connected to the substitute. */
  async function withSync(t, { sdks = [], ...options } = {}) {
    const twilio = await standIn(t, SECRET)
    const visited = await visit(t, { sdks: ['sync', ...sdks], ...options })
    await visited.evaluate(async (uri) => {
      start()
      globalThis.client = new Twilio.Sync.Client(await keeper.token(), { twilsock: { uri } })
      globalThis.detach = keeper.attach(client)
    }, twilio.uri)
    await until(() => visited.evaluate(() => client.connectionState === 'connected'))
    return { ...visited, twilio }
  }

  test('Sync: one connection survives three renewals, each with another token', async (t) => {
    const { server, twilio } = await withSync(t)
    for (const renewals of [1, 2, 3]) {
      for (let i = 0; i < 3; i++) twilio.aboutToExpire()
      await until(() => twilio.presented.length > renewals)
    }
    assert.deepEqual(methods(twilio), ['init 200', 'update 200', 'update 200', 'update 200'])
    assert.deepEqual(tokens(twilio), server.tokens)
    assert.equal(twilio.connections.length, 1)
  })

  test('Sync: after tokenExpired with status 410, the next token reconnects', async (t) => {
    const { evaluate, server, twilio } = await withSync(t)
    twilio.expired()
    await until(() => twilio.presented.length === 2)
    assert.deepEqual(twilio.presented[1], { method: 'init', token: server.tokens.at(-1), code: 200 })
    assert.equal(twilio.connections.length, 2)
    await until(() => evaluate(() => client.connectionState === 'connected'))
  })

  test('Sync: a client that was shut down connects again with a token, unless it was detached', async (t) => {
    const { evaluate, server, twilio } = await withSync(t)
    await evaluate(async () => {
      detach()
      await client.shutdown()
      await keeper.renew()
    })
    await until(() => server.tokens.length === 2)
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.equal(twilio.connections.length, 1)
    assert.equal(await evaluate(() => client.connectionState), 'disconnected')

    await evaluate(() => void keeper.attach(client))
    await until(() => twilio.connections.length === 2 && twilio.presented.length === 2)
    assert.equal(twilio.presented[1].token, server.tokens[1])
  })

  test('Conversations: the client is initialized, and one connection survives three renewals', async (t) => {
    const twilio = await conversationsStandIn(t, SECRET)
    const { evaluate, server } = await visit(t, { sdks: ['conversations'] })
    await evaluate(async (uri) => {
      start()
      globalThis.states = []
      globalThis.client = new Twilio.Conversations.Client(await keeper.token(), { twilsock: { uri } })
      for (const event of ['initialized', 'initFailed']) client.on(event, () => states.push(event))
      keeper.attach(client)
    }, twilio.uri)
    await until(() => evaluate(() => states.length > 0))
    assert.deepEqual(await evaluate(() => states), ['initialized'])
    assert.equal(await evaluate(() => client.user.friendlyName), 'Alice')
    assert.deepEqual(await evaluate(async () => (await client.getSubscribedConversations()).items), [])
    await until(() => twilio.subscribed.size === 2)

    for (const renewals of [1, 2, 3]) {
      twilio.aboutToExpire()
      await until(() => twilio.presented.length > renewals)
    }
    assert.deepEqual(methods(twilio), ['init 200', 'update 200', 'update 200', 'update 200'])
    assert.deepEqual(tokens(twilio), server.tokens)
    assert.equal(twilio.connections.length, 1)
    // Still at work: it hears what changes.
    twilio.rename('Alice B.')
    await until(() => evaluate(() => client.user.friendlyName === 'Alice B.'))
    assert.deepEqual(twilio.missing, [])

    twilio.expired()
    await until(() => twilio.presented.length === 5)
    assert.deepEqual(twilio.presented[4], { method: 'init', token: server.tokens.at(-1), code: 200 })
    assert.deepEqual(await evaluate(() => states), ['initialized'])
  })

  test('Voice: one connection survives three renewals and an error of an expired token', async (t) => {
    const twilio = await voiceStandIn(t)
    const { evaluate, server } = await visit(t, { sdks: ['voice'], voice: twilio.port })
    await evaluate(async () => {
      start()
      globalThis.device = new Twilio.Device(await keeper.token(), {
        logLevel: 'silent',
        disableAudioContextSounds: true,
      })
      device.on('error', () => {})
      keeper.attach(device)
      device.register()
    })
    await until(() => evaluate(() => device.state === 'registered'))
    assert.deepEqual(twilio.tokens, server.tokens)
    for (const renewals of [1, 2, 3]) {
      await evaluate(() => keeper.renew())
      await until(() => twilio.tokens.length > renewals)
    }
    twilio.send('error', { error: { code: 31205, message: 'Access Token expired' } })
    await until(() => twilio.tokens.length === 5)
    assert.deepEqual(twilio.tokens, server.tokens)
    assert.equal(twilio.connections, 1)
    assert.equal(await evaluate(() => device.state), 'registered')
  })

  test('AccessManager: it passes three tokens on to one connection, and its early events cause no request', async (t) => {
    // At this lifetime, it emits `tokenWillExpire` at once after each token.
    const { evaluate, server, twilio } = await withSync(t, { sdks: ['common'], ttl: 120 })
    await evaluate(async () => {
      detach()
      globalThis.heard = []
      globalThis.manager = new Twilio.AccessManager(await keeper.token())
      for (const event of ['tokenUpdated', 'tokenWillExpire']) manager.on(event, () => heard.push(event))
      manager.on('tokenUpdated', () => client.updateToken(manager.token))
      keeper.attach(manager)
    })
    for (const renewals of [1, 2, 3]) {
      await evaluate(() => keeper.renew())
      await until(() => twilio.presented.length > renewals)
    }
    await until(() => evaluate(() => heard.length === 8))
    assert.equal(await evaluate(() => manager.token), server.tokens.at(-1))
    assert.deepEqual(methods(twilio), ['init 200', 'update 200', 'update 200', 'update 200'])
    assert.deepEqual(tokens(twilio), server.tokens)
    assert.equal(twilio.connections.length, 1)
  })

  test('AccessManager: without the keeper, its events renew in a loop', async (t) => {
    // The trap itself, so that this test tells when the SDK no longer has it.
    const { evaluate } = await visit(t, { sdks: ['common'], ttl: 120 })
    await evaluate(async () => {
      start()
      globalThis.renewals = 0
      const manager = new Twilio.AccessManager(await keeper.token())
      manager.on('tokenWillExpire', () => ++renewals < 1000 && manager.updateToken(manager.token))
    })
    await until(() => evaluate(() => renewals >= 100))
  })

  test('Video: attach() refuses it, and says what to do', async (t) => {
    const { evaluate } = await visit(t, { sdks: ['video'] })
    const message = await evaluate(() => {
      start()
      try {
        keeper.attach(Twilio.Video)
      } catch (error) {
        return `${error.name}: ${error.message}`
      }
    })
    assert.match(message, /^TypeError: .*connect\(await keeper\.token\(\)\)/)
  })

  test('a sleep of a day: one renewal on waking', async (t) => {
    const { evaluate, server, twilio } = await withSync(t)
    await evaluate(() => {
      sleep(86_400)
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
    })
    await until(() => twilio.presented.length === 2)
    assert.equal(server.tokens.length, 2)
    assert.deepEqual(methods(twilio), ['init 200', 'update 200'])
  })

  test('a paused page renews when it goes on', async (t) => {
    const { evaluate, pause, server } = await visit(t, { ttl: 4 })
    await evaluate(() => (start(), keeper.token()))
    let before = 0
    await pause(5000, () => (before = server.tokens.length))
    await until(() => server.tokens.length > before)
    assert.ok(server.tokens.includes(await evaluate(() => keeper.token())))
  })

  test('offline: the token stays, and the network’s return renews at once', async (t) => {
    const { evaluate, offline, server, twilio } = await withSync(t)
    if (!(await offline(true))) return t.skip('this version cannot be taken offline by WebDriver')
    await evaluate(() => keeper.renew().catch(() => {}))
    assert.equal(await evaluate(() => keeper.token()), server.tokens[0])
    assert.ok((await evaluate(() => events)).includes('network'))
    await offline(false)
    await until(
      () => twilio.presented.some(({ token }) => token === server.tokens.at(-1)) && server.tokens.length === 2,
    )
  })

  test('401 is a sign-out; 500, a login page and a broken connection are not', async (t) => {
    const { evaluate, server, twilio } = await withSync(t)
    const failing = async (answer, code) => {
      server.answer = answer
      assert.equal(await evaluate(() => keeper.renew().catch(({ code }) => code)), code)
      assert.ok((await evaluate(() => events)).includes(code))
      server.answer = undefined
      await evaluate(() => keeper.renew())
    }
    await failing((response) => response.writeHead(500).end(), 'status')
    await failing((response) => response.writeHead(302, { Location: '/' }).end(), 'redirected')
    await failing((response) => response.end('<h1>Hello</h1>'), 'not_json')
    await failing((response) => response.socket.destroy(), 'network')
    await until(() => twilio.presented.length === 5)
    server.answer = (response) => response.writeHead(401).end()
    assert.equal(await evaluate(() => keeper.renew().catch(({ code }) => code)), 'signed_out')
    assert.equal(await evaluate(() => keeper.state), 'signedout')
    assert.equal(twilio.presented.length, 5)
    assert.equal(twilio.connections.length, 1)
  })

  test('two tabs cause one request, at the start and for each renewal', async (t) => {
    const first = await visit(t)
    const { server } = first
    const second = await visitPage(t, server.page(), (_, url) => first.sibling(url))
    const tabs = [first, second]
    // Slow enough that both ask before one has an answer.
    server.answer = (response) => {
      server.answer = undefined
      setTimeout(() => server.respond(response), 500)
    }
    await Promise.all(tabs.map(({ evaluate }) => evaluate(() => (start(), keeper.token()))))
    assert.equal(server.asked.length, 1)
    await first.evaluate(() => keeper.renew())
    await until(async () => (await second.evaluate(() => keeper.token())) === server.tokens.at(-1))
    assert.equal(server.asked.length, 2)
    const held = await Promise.all(tabs.map(({ evaluate }) => evaluate(() => keeper.token())))
    assert.equal(new Set(held).size, 1)
    assert.deepEqual(await second.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage })), [])
  })
}

async function visitPage(t, url, open) {
  const visited = await open(t, url)
  await until(() => visited.evaluate(() => globalThis.ready === true))
  return visited
}

const methods = (twilio) => twilio.presented.map(({ method, code }) => `${method} ${code}`)
const tokens = (twilio) => twilio.presented.map(({ token }) => token)
