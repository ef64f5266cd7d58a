// grantmint/keeper in Chromium.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as browsers from '../web/browser.mjs'
import { until } from '../web/token-server.mjs'
import { standIn } from '../web/twilsock.mjs'
import { SECRET, serve } from './page.mjs'
import { scenarios } from './scenarios.mjs'

describe('the keeper in Chromium', { skip: browsers.skip }, () => {
  let browser
  before(async () => (browser = await browsers.launch()))
  after(() => browser?.close())

  scenarios(async (t, url) => {
    const { page } = await browsers.open(t, browser, url)
    return driver(page)
  })

  test('Sync: without the keeper, a token in tokenExpired is lost', async (t) => {
    // The trap itself, so that this test tells when an SDK no longer has it.
    const [twilio, server] = [await standIn(t, SECRET), await serve(t)]
    const { page } = await browsers.open(t, browser, server.page({ sdks: ['sync'] }))
    await page.evaluate(async (uri) => {
      const fetchToken = async () => (await (await fetch('/token')).json()).token
      globalThis.outcome = 'pending'
      globalThis.client = new Twilio.Sync.Client(await fetchToken(), { twilsock: { uri } })
      client.on('tokenExpired', async () => {
        await client.updateToken(await fetchToken())
        globalThis.outcome = 'settled'
      })
    }, twilio.uri)
    await page.waitForFunction(() => client.connectionState === 'connected')
    twilio.expired()
    await until(() => server.tokens.length === 2)
    await page.waitForTimeout(5000)
    assert.equal(await page.evaluate(() => outcome), 'pending')
    assert.equal(twilio.presented.length, 1)
  })
})

function driver(page) {
  return {
    evaluate: (run, argument) => page.evaluate(run, argument),
    async offline(on) {
      await page.context().setOffline(on)
      return true
    },
    async pause(milliseconds, meanwhile) {
      const devtools = await page.context().newCDPSession(page)
      await devtools.send('Debugger.enable')
      await devtools.send('Debugger.pause')
      // The debugger stops the page at its next statement.
      await new Promise((resolve) => setTimeout(resolve, milliseconds))
      meanwhile()
      await devtools.send('Debugger.disable')
    },
    async sibling(url) {
      const other = await page.context().newPage()
      await other.goto(url)
      return driver(other)
    },
  }
}
