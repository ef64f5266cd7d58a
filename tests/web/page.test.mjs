// The Express example's page in a real browser, under the Content-Security-Policy that its server sends.

import assert from 'node:assert/strict'
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { chromium } from 'playwright-core'
import { fake, start, until } from './token-server.mjs'

const executablePath = process.env.CHROMIUM || onPath('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome')
const skip = !executablePath && 'a browser is missing: install Chromium, or name one in the variable CHROMIUM'

const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]

function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

describe('the page', { skip }, () => {
  let browser
  before(async () => (browser = await chromium.launch({ executablePath, args: flags })))
  after(() => browser?.close())

  /** A fresh tab at `url`; `complaints` collects what a developer would see in red. */
  async function open(t, url, { prepare, ...options } = {}) {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 }, ...options })
    t.after(() => context.close())
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    const complaints = []
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await prepare?.(page)
    await page.goto(url)
    return { page, complaints, text: (selector) => page.locator(selector).textContent() }
  }

  test('shows identity, header, claims, products and countdown without a complaint', async (t) => {
    const { url } = await start(t)
    const { page, complaints, text } = await open(t, url)
    await page.locator('#token').waitFor()

    const token = await text('#jwt')
    const [header, claims] = token.split('.').slice(0, 2).map(decode)
    assert.deepEqual(JSON.parse(await text('#header-json')), header)
    assert.deepEqual(JSON.parse(await text('#claims-json')), claims)
    assert.equal(await text('#identity'), claims.grants.identity)
    assert.match(await page.locator('#products').innerText(), /^Sync/)
    assert.match(await text('#products'), new RegExp(fake.TWILIO_SYNC_SERVICE_SID))
    assert.match(await page.locator('#demo').innerText(), /^Demo credentials: Twilio will not accept this token\./)

    const first = await text('#countdown')
    assert.match(first, /^(1:00:00|59:5\d)$/)
    await until(async () => (await text('#countdown')) !== first)
    assert.match(await text('#countdown'), /^59:5\d$/)
    assert.equal(await page.locator('#problem').isVisible(), false)
    assert.deepEqual(complaints, [])
  })

  test('fetches a new token at the press of a button, with the keyboard too', async (t) => {
    const { url } = await start(t)
    const { page, complaints, text } = await open(t, url)
    await page.locator('#token').waitFor()
    const first = await text('#identity')

    await page.getByRole('button', { name: 'Fetch a new token' }).click()
    await until(async () => (await text('#identity')) !== first)
    const second = await text('#identity')
    assert.equal(decode((await text('#jwt')).split('.')[1]).grants.identity, second)

    await page.keyboard.press('Enter')
    await until(async () => (await text('#identity')) !== second)
    assert.equal(await text('#announcement'), `New token for ${await text('#identity')}.`)
    assert.deepEqual(complaints, [])
  })

  test('copies the token, or selects it where there is no clipboard', async (t) => {
    const { url } = await start(t)
    const { page, text } = await open(t, url, { permissions: ['clipboard-read', 'clipboard-write'] })
    await page.locator('#token').waitFor()
    await page.locator('#copy').click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await text('#jwt'))

    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await page.locator('#copy').click()
    await page.getByRole('button', { name: /^Selected/ }).waitFor()
    assert.equal(await page.evaluate(() => getSelection().toString().trim()), await text('#jwt'))
  })

  test('survives a server that goes away and comes back', async (t) => {
    const server = await start(t)
    const { page, text } = await open(t, server.url)
    await page.locator('#token').waitFor()
    const first = await text('#identity')

    server.child.kill()
    await server.exited
    await page.locator('#refresh').click()
    const alert = page.getByRole('alert')
    await alert.waitFor()
    assert.match(await alert.innerText(), /^The server does not answer\..*The token below is an earlier one\.$/s)
    assert.equal(await text('#identity'), first)

    await start(t, { PORT: new URL(server.url).port })
    await page.locator('#refresh').click()
    await alert.waitFor({ state: 'hidden' })
    assert.notEqual(await text('#identity'), first)
  })

  test('says what is wrong with an answer that it cannot use', async (t) => {
    const { url } = await start(t)
    const { page } = await open(t, url, {
      prepare: (page) => page.route('**/token', (route) => route.fulfill({ status: 500, json: { error: 'no' } })),
    })
    const alert = page.getByRole('alert')
    await alert.waitFor()
    assert.equal(await alert.innerText(), 'The server answered with status 500. Its console says why.')
    assert.equal(await page.locator('#token').isVisible(), false)

    const segment = encode({})
    const notTokens = [
      '<h1>Hello</h1>', '[]', 'null', '{"identity":"a"}', '{"identity":"a","token":7}', '{"identity":"a","token":"a.b"}',
      JSON.stringify({ identity: 'a', token: `${segment}.${segment}.` }),
      JSON.stringify({ identity: 'a', token: `${segment}.${encode([])}.s` }),
      JSON.stringify({ identity: 'a', token: `${segment}.${Buffer.from('"\xff"', 'latin1').toString('base64url')}.s` }),
      JSON.stringify({ identity: 7, token: `${segment}.${segment}.s` }),
    ]
    for (const body of notTokens) {
      await page.unrouteAll()
      await page.route('**/token', (route) => route.fulfill({ body }))
      await page.evaluate(() => (document.getElementById('problem-title').textContent = ''))
      await page.locator('#refresh').click()
      await until(async () => /^The answer is not an Access Token/.test(await alert.innerText()), () => body)
      assert.equal(await page.locator('#token').isVisible(), false)
    }
  })

  test('treats a token as text: no markup from it, and every script of the world', async (t) => {
    const { url } = await start(t)
    const identity = '<img src=x onerror=alert(1)> Zoë 林 🦦'
    const grants = { identity, '<b>own</b>': { '<i>a_b</i>': '</pre><script>alert(1)</script>' }, voice: 7 }
    const claims = { jti: '"\\"\u2028: ', grants, iat: 'soon', exp: '<u>later</u>', iss: ['<s>'], sub: { a: '</dl>' } }
    const token = `${encode({ alg: '<b>HS256</b>' })}.${encode(claims)}.c2ln`
    const { page, complaints, text } = await open(t, url, {
      prepare: (page) => page.route('**/token', (route) => route.fulfill({ json: { identity, token } })),
    })
    await page.locator('#token').waitFor()

    assert.equal(await text('#identity'), identity)
    assert.deepEqual(JSON.parse(await text('#claims-json')), JSON.parse(JSON.stringify(claims)))
    assert.match(await text('#products'), /^<b>own<\/b>A product that this page does not know/)
    assert.equal(await text('#countdown'), 'Unknown')
    assert.equal(await page.locator('main :is(b, i, s, u, img, script)').count(), 0)
    assert.deepEqual(complaints, [])
  })

  test('counts down to the end and says so', async (t) => {
    const { url } = await start(t)
    const { page, text } = await open(t, url, { prepare: (page) => page.clock.install() })
    await page.locator('#token').waitFor()

    await page.clock.fastForward('57:30')
    await until(async () => /^[12]:\d\d$/.test(await text('#countdown')))
    assert.match(await text('#life-text'), /time to fetch a new one/)
    await page.clock.fastForward('02:31')
    await until(async () => (await text('#countdown')) === 'Expired')
    assert.match(await text('#life-text'), /^Since .*Fetch a new token/)
    assert.equal(await text('#announcement'), 'The token has expired.')
  })

  test('counts by the server’s clock when the visitor’s is wrong', async (t) => {
    const { url } = await start(t)
    const { page, text } = await open(t, url, { prepare: (page) => page.clock.install({ time: Date.now() + 7_200_000 }) })
    await page.locator('#token').waitFor()
    assert.match(await text('#countdown'), /^(1:00:00|59:5\d)$/)
  })

  test('does not speak of demo credentials when they are real', async (t) => {
    const { url } = await start(t, { ...fake, TWILIO_API_SECRET: 'another-fake-secret-with-length-enough' })
    const { page } = await open(t, url)
    await page.locator('#token').waitFor()
    assert.equal(await page.locator('#demo').isVisible(), false)
  })

  test('fits a phone', async (t) => {
    const { url } = await start(t)
    for (const width of [390, 320]) {
      const { page } = await open(t, url, { viewport: { width, height: 800 }, isMobile: true, hasTouch: true })
      await page.locator('#token').waitFor()
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width)
    }
  })
})

function decode(segment) {
  return JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'))
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
