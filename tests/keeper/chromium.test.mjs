// grantmint/keeper in Chromium, with Twilio's own SDKs and substitutes for Twilio's endpoints.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { launch, open, skip } from '../web/browser.mjs'
import { until } from '../web/token-server.mjs'
import { standIn } from '../web/twilsock.mjs'
import { SECRET, serve, voiceStandIn } from './page.mjs'

describe('the keeper in Chromium', { skip }, () => {
  let browser
  before(async () => (browser = await launch()))
  after(() => browser?.close())

  async function visit(t, options) {
    const server = await serve(t, options)
    const opened = await open(t, browser, server.url + (options?.query ?? ''), { prepare: options?.prepare })
    await opened.page.waitForFunction(() => globalThis.ready)
    return { ...opened, server }
  }

  /** A page whose Sync client is connected to the substitute. */
  async function withSync(t, options) {
    const twilio = await standIn(t, SECRET)
    const visited = await visit(t, options)
    await visited.page.evaluate(async (uri) => {
      start()
      globalThis.client = new Twilio.Sync.Client(await keeper.token(), { twilsock: { uri } })
      globalThis.detach = keeper.attach(client)
    }, twilio.uri)
    await until(() => twilio.presented.length === 1)
    await visited.page.waitForFunction(() => client.connectionState === 'connected')
    return { ...visited, twilio }
  }

  const methods = (twilio) => twilio.presented.map(({ method, code }) => `${method} ${code}`)

  test('Sync: one connection survives three renewals, each with another token', async (t) => {
    const { server, twilio } = await withSync(t)
    for (const renewals of [1, 2, 3]) {
      for (let i = 0; i < 3; i++) twilio.aboutToExpire()
      await until(() => twilio.presented.length > renewals)
    }
    assert.deepEqual(methods(twilio), ['init 200', 'update 200', 'update 200', 'update 200'])
    assert.deepEqual(
      twilio.presented.map(({ token }) => token),
      server.tokens,
    )
    assert.equal(twilio.connections.length, 1)
  })

  test('Sync: after tokenExpired with status 410, the next token reconnects', async (t) => {
    const { page, server, twilio } = await withSync(t)
    twilio.expired()
    await until(() => twilio.presented.length === 2)
    assert.deepEqual(twilio.presented[1], { method: 'init', token: server.tokens.at(-1), code: 200 })
    assert.equal(twilio.connections.length, 2)
    await page.waitForFunction(() => client.connectionState === 'connected')
  })

  test('Sync: without the keeper, a token in tokenExpired is lost', async (t) => {
    // The trap itself, so that this test tells when an SDK no longer has it.
    const { page, twilio } = await withSync(t)
    await page.evaluate(() => {
      detach()
      globalThis.outcome = 'pending'
      client.on('tokenExpired', async () => {
        await client.updateToken(await keeper.renew())
        globalThis.outcome = 'settled'
      })
    })
    twilio.expired()
    await page.waitForTimeout(5000)
    assert.equal(await page.evaluate(() => outcome), 'pending')
    assert.equal(twilio.presented.length, 1)
  })

  // The substitute has no conversations, so the client connects, but is never ready. Its connection takes tokens.
  test('Conversations: one connection takes the tokens of three renewals', async (t) => {
    const twilio = await standIn(t, SECRET)
    const { page, server } = await visit(t)
    await page.evaluate(async (uri) => {
      start()
      globalThis.client = new Twilio.Conversations.Client(await keeper.token(), {
        twilsockClient: undefined,
        Chat: {},
        twilsock: { uri },
        ...{ Twilsock: { uri } },
      })
      keeper.attach(client)
    }, twilio.uri)
    await until(() => twilio.presented.length === 1)
    for (const renewals of [1, 2, 3]) {
      twilio.aboutToExpire()
      await until(() => twilio.presented.length > renewals)
    }
    assert.deepEqual(
      twilio.presented.map(({ token }) => token),
      server.tokens,
    )
    assert.equal(twilio.connections.length, 1)
  })

  test('Voice: one connection survives three renewals and an error of an expired token', async (t) => {
    const twilio = await voiceStandIn(t)
    const { page, server } = await visit(t, { query: `?voice=${twilio.port}` })
    await page.evaluate(async () => {
      start()
      globalThis.device = new Twilio.Device(await keeper.token(), {
        logLevel: 'silent',
        disableAudioContextSounds: true,
      })
      device.on('error', () => {})
      keeper.attach(device)
      await device.register()
    })
    assert.deepEqual(twilio.tokens, server.tokens)
    for (const renewals of [1, 2, 3]) {
      await page.evaluate(() => keeper.renew())
      await until(() => twilio.tokens.length > renewals)
    }
    twilio.send('error', { error: { code: 31205, message: 'Access Token expired' } })
    await until(() => twilio.tokens.length === 5)
    assert.deepEqual(twilio.tokens, server.tokens)
    assert.equal(twilio.connections, 1)
    assert.equal(await page.evaluate(() => device.state), 'registered')
  })

  test('a sleep of a day: one renewal on waking', async (t) => {
    const { page, server, twilio } = await withSync(t, { prepare: (page) => page.clock.install() })
    // A laptop's clock jumps while its timers stand still.
    await page.clock.setSystemTime(Date.now() + 86_400_000)
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
    await until(() => twilio.presented.length === 2)
    assert.equal(server.tokens.length, 2)
    assert.deepEqual(methods(twilio), ['init 200', 'update 200'])
  })

  test('a paused page renews when it goes on', async (t) => {
    const { page, server } = await visit(t, { ttl: 4 })
    await page.evaluate(() => (start(), keeper.token()))
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Debugger.enable')
    await devtools.send('Debugger.pause')
    const before = server.tokens.length
    await new Promise((resolve) => setTimeout(resolve, 5000))
    assert.ok(server.tokens.length <= before + 1)
    const paused = server.tokens.length
    await devtools.send('Debugger.disable')
    await until(() => server.tokens.length > paused)
    assert.ok(server.tokens.includes(await page.evaluate(() => keeper.token())))
  })

  test('offline: the token stays, and the network’s return renews at once', async (t) => {
    const { page, server, twilio } = await withSync(t)
    const context = page.context()
    await context.setOffline(true)
    await page.evaluate(() => keeper.renew().catch(() => {}))
    assert.equal(await page.evaluate(() => keeper.token()), server.tokens[0])
    assert.ok((await page.evaluate(() => events)).includes('network'))
    await context.setOffline(false)
    await until(
      () => twilio.presented.some(({ token }) => token === server.tokens.at(-1)) && server.tokens.length === 2,
    )
  })

  test('401 is a sign-out, 500 and a login page are not', async (t) => {
    const { page, server, twilio } = await withSync(t)
    const failing = async (answer, code) => {
      server.answer = answer
      await page.evaluate(() => keeper.renew().catch(() => {}))
      await page.waitForFunction((code) => events.includes(code), code)
      server.answer = undefined
      await page.evaluate(() => keeper.renew())
    }
    await failing((response) => response.writeHead(500).end(), 'status')
    await failing((response) => response.writeHead(302, { Location: '/' }).end(), 'redirected')
    await failing((response) => response.end('<h1>Hello</h1>'), 'not_json')
    server.answer = (response) => response.writeHead(401).end()
    assert.equal(await page.evaluate(() => keeper.renew().catch(({ code }) => code)), 'signed_out')
    assert.equal(await page.evaluate(() => keeper.state), 'signedout')
    await until(() => twilio.presented.length === 4)
    assert.equal(twilio.connections.length, 1)
  })

  test('two tabs cause one request, at the start and for each renewal', async (t) => {
    const { page, server } = await visit(t)
    const other = await page.context().newPage()
    await other.goto(server.url)
    const pages = [page, other]
    for (const tab of pages) await tab.waitForFunction(() => globalThis.ready)
    // Slow enough that both ask before one has an answer.
    server.answer = (response) => {
      server.answer = undefined
      setTimeout(() => server.respond(response), 500)
    }
    await Promise.all(pages.map((tab) => tab.evaluate(() => (start(), keeper.token()))))
    assert.equal(server.asked.length, 1)
    await page.evaluate(() => keeper.renew())
    await until(async () => (await other.evaluate(() => keeper.token())) === server.tokens.at(-1))
    assert.equal(server.asked.length, 2)
    const tokens = await Promise.all(pages.map((tab) => tab.evaluate(() => keeper.token())))
    assert.equal(new Set(tokens).size, 1)
    assert.deepEqual(await other.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage })), [])
  })
})
