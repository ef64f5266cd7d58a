// grantmint/keeper in Firefox, with Twilio's own SDKs and substitutes for Twilio's endpoints.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../web/token-server.mjs'
import { standIn } from '../web/twilsock.mjs'
import { launch, skip } from './firefox.mjs'
import { SECRET, serve, voiceStandIn } from './page.mjs'

test('the keeper in Firefox', { skip, timeout: 150_000 }, async (t) => {
  const open = await launch(t)

  await t.test('Sync: one connection survives three renewals', async (t) => {
    const [twilio, server] = [await standIn(t, SECRET), await serve(t)]
    const evaluate = await open(server.url)
    await evaluate(async (uri) => {
      start()
      globalThis.client = new Twilio.Sync.Client(await keeper.token(), { twilsock: { uri } })
      keeper.attach(client)
    }, twilio.uri)
    await until(() => evaluate(() => client.connectionState === 'connected'))
    // The keeper hands its token over once more, which the SDK ignores.
    await new Promise((resolve) => setTimeout(resolve, 500))
    for (const renewals of [1, 2, 3]) {
      twilio.aboutToExpire()
      await until(() => twilio.presented.length > renewals)
    }
    assert.deepEqual(
      twilio.presented.map(({ token }) => token),
      server.tokens,
    )
    assert.equal(twilio.connections.length, 1)
    twilio.expired()
    await until(() => twilio.connections.length === 2 && twilio.presented.at(-1).token === server.tokens.at(-1))
  })

  await t.test('Voice: one connection survives three renewals', async (t) => {
    const [twilio, server] = [await voiceStandIn(t), await serve(t)]
    const evaluate = await open(`${server.url}?voice=${twilio.port}`)
    await evaluate(async () => {
      start()
      globalThis.device = new Twilio.Device(await keeper.token(), {
        logLevel: 'silent',
        disableAudioContextSounds: true,
      })
      device.on('error', () => {})
      keeper.attach(device)
      device.register().catch(() => {})
    })
    await until(() => twilio.tokens.length === 1)
    for (const renewals of [1, 2, 3]) {
      await evaluate(() => keeper.renew())
      await until(() => twilio.tokens.length > renewals)
    }
    assert.deepEqual(twilio.tokens, server.tokens)
    assert.equal(twilio.connections, 1)
  })

  await t.test('two tabs cause one request, and failures have their codes', async (t) => {
    const server = await serve(t)
    const tabs = [await open(server.url), await open(server.url)]
    server.answer = (response) => {
      server.answer = undefined
      setTimeout(() => server.respond(response), 500)
    }
    const tokens = await Promise.all(tabs.map((evaluate) => evaluate(() => (start(), keeper.token()))))
    assert.deepEqual(tokens, [server.tokens[0], server.tokens[0]])
    assert.equal(server.asked.length, 1)

    const [evaluate] = tabs
    const fail = async (answer) => {
      server.answer = answer
      return evaluate(() => keeper.renew().catch(({ code }) => code))
    }
    assert.equal(await fail((response) => response.writeHead(500).end()), 'status')
    assert.equal(await fail((response) => response.writeHead(302, { Location: '/' }).end()), 'redirected')
    assert.equal(await fail((response) => response.socket.destroy()), 'network')
    assert.equal(await fail((response) => response.writeHead(401).end()), 'signed_out')
  })
})
