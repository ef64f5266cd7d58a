// The example's page with Twilio's real Sync SDK, against a substitute for the SDK's endpoint.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { launch, open, skip } from './browser.mjs'
import { fake, start, until, verify } from './token-server.mjs'
import { standIn } from './twilsock.mjs'

describe('the page with the Sync SDK', { skip }, () => {
  let browser
  before(async () => (browser = await launch()))
  after(() => browser?.close())

  /** Starts a server, the substitute and a connected page. minted() returns the tokens that the page received. */
  async function connected(t, env = {}, script) {
    const twilio = await standIn(t, fake.TWILIO_API_SECRET)
    const server = await start(t, { SYNC_TWILSOCK_URI: twilio.uri, ...env }, script)
    const answers = []
    const opened = await open(t, browser, server.url, {
      prepare: (page) =>
        page.on('response', (response) => {
          if (new URL(response.url()).pathname === '/token' && response.ok()) answers.push(response.json())
        }),
    })
    const minted = async () => {
      // The browser may report an answer a little after the page has used it.
      await until(() => answers.length >= twilio.presented.length)
      return (await Promise.all(answers)).map(({ token }) => token)
    }
    await opened.page.locator('#sync[data-state="connected"]').waitFor()
    return { ...opened, twilio, server, minted }
  }

  test('the first frame carries the very token that the server minted', async (t) => {
    const { page, twilio, minted, complaints, text } = await connected(t)

    const [first] = twilio.connections[0].received
    const [token] = await minted()
    assert.equal(first.method, 'init')
    assert.equal(first.metadata.type, 'sync')
    assert.equal(first.token, token)
    assert.equal(first.token, await text('#jwt'))
    assert.deepEqual(twilio.presented, [{ method: 'init', token, code: 200 }])
    assert.equal((await verify(first.token, fake)).grants.identity, await text('#identity'))

    assert.equal(await text('#sync-state'), 'Connected')
    assert.match(await text('#sync-facts'), /twilio-sync \d+\.\d+\.\d+/)
    assert.equal(await page.locator('#problem').isVisible(), false)
    assert.deepEqual(complaints, [])
  })

  test('tokenAboutToExpire makes the page fetch a new token and hand it over', async (t) => {
    const { page, twilio, minted, complaints, text } = await connected(t)
    // A second later: a token of the same second would be the same.
    await page.waitForTimeout(1100)
    twilio.aboutToExpire()
    await until(() => twilio.presented.length === 2)

    const [first, second] = await minted()
    assert.notEqual(second, first)
    assert.deepEqual(twilio.presented[1], { method: 'update', token: second, code: 200 })
    await until(async () => (await text('#jwt')) === second)
    assert.match(await text('#log li:first-child'), /the token is about to expire/)
    assert.equal(twilio.connections.length, 1)
    assert.deepEqual(complaints, [])
  })

  test('three renewals in a row keep one connection, and are one at a time', async (t) => {
    const { page, twilio, minted, complaints, text } = await connected(t)
    for (const renewals of [1, 2, 3]) {
      await page.waitForTimeout(1100)
      // Asked for thrice at once, as an impatient endpoint might.
      for (let i = 0; i < 3; i++) twilio.aboutToExpire()
      await until(() => twilio.presented.length > renewals)
    }
    await page.waitForTimeout(500)
    assert.deepEqual(
      twilio.presented.map(({ method, code }) => `${method} ${code}`),
      ['init 200', 'update 200', 'update 200', 'update 200'],
    )
    assert.deepEqual(
      twilio.presented.map(({ token }) => token),
      await minted(),
    )
    assert.equal(new Set(await minted()).size, 4)
    assert.equal(twilio.connections.length, 1)
    assert.equal(await text('#sync-state'), 'Connected')
    assert.equal(await page.locator('#log li').count(), 4)
    assert.deepEqual(complaints, [])
  })

  test('the page’s own timer renews where the endpoint never says a word', async (t) => {
    const { twilio, text } = await connected(t, { TOKEN_TTL: '4' })
    await until(() => twilio.presented.length >= 3)
    assert.ok(twilio.presented.slice(1).every(({ method, code }) => method === 'update' && code === 200))
    assert.match(await text('#log li:first-child'), /Timer/)
    assert.equal(twilio.connections.length, 1)
  })

  test('tokenExpired ends the connection, and the page connects again with a new token', async (t) => {
    const { page, twilio, minted } = await connected(t)
    await page.waitForTimeout(1100)
    twilio.expired()
    // The SDK takes three seconds to leave the old connection, and takes no token meanwhile.
    await until(() => twilio.connections.length === 2 && twilio.presented.length === 2)
    const tokens = await minted()
    assert.deepEqual(twilio.presented[1], { method: 'init', token: tokens.at(-1), code: 200 })
    assert.notEqual(tokens.at(-1), tokens[0])
    await page.locator('#sync[data-state="connected"]').waitFor()
    assert.match(await page.locator('#log').innerText(), /the token has expired/)
  })

  test('a refused token is shown with Twilio’s reason, and is not asked for in a loop', async (t) => {
    const twilio = await standIn(t, 'the-fake-secret-of-another-key-0000000000')
    const { url } = await start(t, { SYNC_TWILSOCK_URI: twilio.uri })
    const { page, text } = await open(t, browser, url)
    await page.locator('#sync[data-state="denied"]').waitFor()
    await until(async () => /Twilio error 20107/.test(await text('#sync-text')))
    await page.waitForTimeout(1500)
    assert.deepEqual(
      twilio.presented.map(({ code }) => code),
      [401],
    )

    // Twilio says of every token that it is expired, for example because the server's clock is wrong.
    twilio.verdict = { code: 401, status: 'UNAUTHORIZED', errorCode: 20104, description: 'Access Token expired' }
    const since = Date.now()
    await page.locator('#refresh').click()
    await until(() => twilio.presented.length >= 3)
    await page.waitForTimeout(3000)
    // A loop would present many more. How soon the third one comes is up to the machine.
    const seconds = (Date.now() - since) / 1000
    assert.ok(
      twilio.presented.length <= 2 + seconds,
      `${twilio.presented.length} tokens presented in ${seconds} seconds`,
    )
    twilio.verdict = { code: 200, status: 'OK' }
    await page.locator('#sync[data-state="connected"]').waitFor()
  })

  test('the token server’s troubles do not end the connection, and it recovers by itself', async (t) => {
    const { page, twilio, server, text } = await connected(t)
    const first = await text('#jwt')
    const alert = page.locator('#problem')
    const failures = [
      [(route) => route.abort(), /^The server does not answer\./],
      [(route) => route.fulfill({ status: 500, json: { error: 'no' } }), /status 500/],
    ]
    for (const [answer, words] of failures) {
      await page.route('**/token', answer)
      await page.locator('#refresh').click()
      await until(async () => words.test(await alert.innerText()))
      assert.match(await alert.innerText(), /Next try in \d+ s\. The token below is an earlier one\.$/)
      assert.equal(await text('#jwt'), first)
      assert.equal(await text('#sync-state'), 'Connected')
      await page.unrouteAll()
    }
    await alert.waitFor({ state: 'hidden' })
    await until(() => twilio.presented.length === 2)
    assert.equal(twilio.presented[1].method, 'update')

    // The session is over: only signing in helps.
    const [{ name, value }] = await page.context().cookies()
    await fetch(`${server.url}session`, { method: 'DELETE', headers: { cookie: `${name}=${value}` } })
    await page.locator('#refresh').click()
    await until(async () => /^You are signed out\./.test(await alert.innerText()))
    await page.locator('#name').fill('bob@example.com')
    await page.keyboard.press('Enter')
    await alert.waitFor({ state: 'hidden' })
    assert.equal(await text('#identity'), 'bob_40example_2Ecom')
    assert.equal(await text('#account-name'), 'bob@example.com')
    // Another identity is another client.
    await until(() => twilio.connections.length === 2 && twilio.presented.length === 3)
    assert.equal(twilio.presented[2].method, 'init')
    assert.equal(server.stderr, '')
  })

  test('it works with the server of the guide, too', async (t) => {
    const { twilio, minted, complaints, page } = await connected(t, {}, 'server-guide.js')
    assert.deepEqual(twilio.presented, [{ method: 'init', token: (await minted())[0], code: 200 }])
    assert.equal(await page.locator('#tabs').isVisible(), false)
    assert.equal(await page.locator('#account').isVisible(), false)
    assert.deepEqual(complaints, [])
  })
})
