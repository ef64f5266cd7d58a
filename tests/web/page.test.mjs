// The Express example's page in a real browser, under the Content-Security-Policy that its server sends.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as browsers from './browser.mjs'
import { fake, noInspector, start, until, verify } from './token-server.mjs'

describe('the page', { skip: browsers.skip }, () => {
  let browser
  before(async () => (browser = await browsers.launch()))
  after(() => browser?.close())
  const open = (t, url, options) => browsers.open(t, browser, url, options)

  for (const script of ['server.js', 'server-guide.js']) {
    test(`shows identity, header, claims, products and countdown of ${script} without a complaint`, async (t) => {
      const { url } = await start(t, {}, script)
      const { page, complaints, text } = await open(t, url)
      await page.locator('#token').waitFor()

      const token = await text('#jwt')
      const [header, claims] = token.split('.').slice(0, 2).map(decode)
      assert.deepEqual(JSON.parse(await text('#header-json')), header)
      assert.deepEqual(JSON.parse(await text('#claims-json')), claims)
      assert.deepEqual(await verify(token, fake), claims)
      assert.equal(await text('#identity'), claims.grants.identity)
      assert.match(await page.locator('#products').innerText(), /^Sync/)
      assert.match(await text('#products'), new RegExp(fake.TWILIO_SYNC_SERVICE_SID))
      assert.match(await page.locator('#demo').innerText(), /^Demo credentials: Twilio will not accept this token\./)
      assert.equal(await text('#sync-state'), 'Not connected to Twilio')

      const first = await text('#countdown')
      assert.match(first, /^(1:00:00|59:\d\d)$/)
      await until(async () => (await text('#countdown')) !== first)
      assert.match(await text('#countdown'), /^59:\d\d$/)
      assert.equal(await page.locator('#problem').isVisible(), false)
      assert.deepEqual(complaints, [])
    })
  }

  test('says what inspect says about its token', async (t) => {
    const { url } = await start(t)
    const { page, complaints } = await open(t, url)
    await page.locator('#findings-card').waitFor()
    const words = await page.locator('#findings').innerText()
    assert.match(words, /^Sound\s+Nothing to complain about\s+Kind\s+Access Token\s+Signature\s+Valid/)
    assert.deepEqual(complaints, [])
  })

  test('speaks to nobody but its server while the credentials are fake', async (t) => {
    const { url } = await start(t)
    const asked = new Set()
    const { page } = await open(t, url, {
      prepare: (page) => {
        page.on('request', (request) => asked.add(new URL(request.url()).origin))
        page.on('websocket', (socket) => asked.add(socket.url()))
      },
    })
    await page.locator('#findings-card').waitFor()
    await page.waitForTimeout(500)
    assert.deepEqual([...asked], [new URL(url).origin])
    assert.match(await page.evaluate(() => globalThis.Twilio.Sync.Client.version), /^\d+\./)
  })

  test('fetches a new token at the press of a button, with the keyboard too', async (t) => {
    const { url } = await start(t, {}, 'server-guide.js')
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
    assert.equal(await page.locator('#log li').count(), 3)
    assert.deepEqual(complaints, [])
  })

  test('signs a visitor out and in again', async (t) => {
    const { url } = await start(t)
    const { page, complaints, text } = await open(t, url)
    await page.locator('#token').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.locator('#sign-in').waitFor()
    assert.equal(await page.locator('#token').isVisible(), false)
    assert.equal(await page.evaluate(() => document.activeElement.id), 'name')
    assert.equal((await page.context().cookies()).length, 0)

    await page.keyboard.type('Zoë <b>')
    await page.keyboard.press('Enter')
    await page.locator('#token').waitFor()
    assert.equal(await text('#account-name'), 'Zoë <b>')
    assert.equal(await text('#identity'), 'Zo_C3_AB_20_3Cb_3E')
    await page.reload()
    await page.locator('#token').waitFor()
    assert.equal(await text('#account-name'), 'Zoë <b>')
    assert.deepEqual(complaints, [])
  })

  test('sends a stranger to the server’s own login in production', async (t) => {
    const production = { ...fake, NODE_ENV: 'production', SESSION_SECRET: 'a-fake-session-secret-for-tests-only-0000' }
    const { url } = await start(t, production)
    const { page, complaints } = await open(t, url)
    await page.locator('#sign-in').waitFor()
    assert.match(await page.locator('#sign-in').innerText(), /Sign in where this server’s users do/)
    assert.equal(await page.locator('#name').isVisible(), false)
    assert.match(await page.getByRole('alert').innerText(), /^You are signed out\./)
    assert.equal(await page.locator('#token').isVisible(), false)
    assert.deepEqual(complaints, [])
  })

  test('shows no token that arrives after signing out', async (t) => {
    const { url } = await start(t)
    const { page, text } = await open(t, url)
    await page.locator('#findings-card').waitFor()
    await page.route('**/token', async (route) => {
      const response = await route.fetch()
      await new Promise((resolve) => setTimeout(resolve, 1500))
      await route.fulfill({ response })
    })
    await page.locator('#refresh').click()
    await page.locator('#sign-out').click()
    await page.locator('#sign-in').waitFor()
    await page.waitForTimeout(2000)
    assert.equal(await page.locator('#token').isVisible(), false)

    await page.unrouteAll()
    await page.locator('#name').fill('bob')
    await page.keyboard.press('Enter')
    await page.locator('#token').waitFor()
    assert.equal(await text('#identity'), 'bob')
  })

  test('shares a token with the other tabs of its visitor', async (t) => {
    const { url } = await start(t)
    const { page, complaints } = await open(t, url)
    await page.locator('#findings-card').waitFor()
    let asked = 0
    page.context().on('request', (request) => (asked += new URL(request.url()).pathname === '/token' ? 1 : 0))
    const other = await page.context().newPage()
    other.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    await other.goto(url)
    await other.locator('#findings-card').waitFor()
    assert.equal(asked, 1)

    for (const [asking, hearing] of [
      [page, other],
      [other, page],
    ]) {
      asked = 0
      const before = await asking.locator('#jwt').textContent()
      // A token of the same second would be the same.
      await page.waitForTimeout(1100)
      await asking.locator('#refresh').click()
      await until(async () => (await asking.locator('#jwt').textContent()) !== before)
      const token = await asking.locator('#jwt').textContent()
      await until(async () => (await hearing.locator('#jwt').textContent()) === token)
      assert.match(await hearing.locator('#log li:first-child').innerText(), /Another tab/)
      assert.match(await hearing.locator('#countdown').textContent(), /^(1:00:00|59:\d\d)$/)
      assert.equal(asked, 1)
    }
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
    const server = await start(t, {}, 'server-guide.js')
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

    await start(t, { PORT: new URL(server.url).port }, 'server-guide.js')
    // By itself: nobody presses a button.
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
    assert.match(
      await alert.innerText(),
      /^The server answered with status 500\. Its console says why\. Next try in \d+ s\.$/,
    )
    assert.equal(await page.locator('#token').isVisible(), false)

    const segment = encode({})
    const notTokens = [
      '<h1>Hello</h1>',
      '[]',
      'null',
      '{"identity":"a"}',
      '{"identity":"a","token":7}',
      '{"identity":"a","token":"a.b"}',
      JSON.stringify({ identity: 'a', token: `${segment}.${segment}.` }),
      JSON.stringify({ identity: 'a', token: `${segment}.${encode([])}.s` }),
      JSON.stringify({ identity: 'a', token: `${segment}.${Buffer.from('"\xff"', 'latin1').toString('base64url')}.s` }),
      JSON.stringify({ identity: 7, token: `${segment}.${segment}.s` }),
    ]
    for (const body of notTokens) {
      await page.unrouteAll()
      await page.route('**/token', (route) => route.fulfill({ body }))
      await page.evaluate(() => (document.getElementById('problem-title').textContent = ''))
      await page.evaluate(() => document.getElementById('refresh').click())
      await until(
        async () => /^The answer is not an Access Token/.test(await alert.innerText()),
        () => body,
      )
      assert.equal(await page.locator('#token').isVisible(), false)
    }
  })

  test('treats a token as text: no markup from it, and every script of the world', async (t) => {
    const { url } = await start(t)
    const identity = '<img src=x onerror=alert(1)> Zoë 林 🦦'
    const grants = { identity, '<b>own</b>': { '<i>a_b</i>': '</pre><script>alert(1)</script>' }, voice: 7 }
    const claims = {
      jti: '"\\"\u2028: ',
      grants,
      iat: 'soon',
      nbf: '<u>later</u>',
      exp: 2 ** 32,
      iss: ['<s>'],
      sub: { a: '</dl>' },
    }
    const token = `${encode({ alg: '<b>HS256</b>' })}.${encode(claims)}.c2ln`
    const { page, complaints, text } = await open(t, url, {
      // With the server's own headers, which begin a guest's session.
      prepare: (page) =>
        page.route('**/token', async (route) =>
          route.fulfill({ response: await route.fetch(), json: { identity, token } }),
        ),
    })
    await page.locator('#findings-card').waitFor()

    assert.equal(await text('#identity'), identity)
    assert.deepEqual(JSON.parse(await text('#claims-json')), JSON.parse(JSON.stringify(claims)))
    assert.match(await text('#products'), /^<b>own<\/b>A product that this page does not know/)
    assert.doesNotMatch(await text('#countdown'), /<|NaN|Invalid/)
    assert.match(await text('#findings'), /^Twilio would refuse it/)

    await page.locator('#tab-inspect').click()
    for (const [button, shown] of [
      ['own', identity],
      ['edited', 'admin'],
    ]) {
      await page.locator(`#try-${button}`).click()
      await until(async () =>
        (await page.locator('#inspection pre').last().textContent())?.includes(JSON.stringify(shown)),
      )
    }
    assert.equal(await page.locator('main :is(b, i, s, u, img, script)').count(), 0)
    assert.deepEqual(complaints, [])
  })

  test('explains pasted tokens in the page, and sends none', { skip: noInspector }, async (t) => {
    const { url } = await start(t)
    const bodies = []
    const prepare = (page) => page.on('request', (request) => bodies.push(`${request.url()} ${request.postData()}`))
    const { page, complaints, text } = await open(t, `${url}#inspect`, { prepare })
    await page.locator('#inspect').waitFor()
    assert.match(
      await page.locator('#inspect').innerText(),
      /stays in this browser: the page explains it by itself, and sends it nowhere/,
    )

    await until(async () => (await text('#jwt')).length > 2)
    const token = await text('#jwt')
    const [header, claims, signature] = token.split('.')
    const payload = decode(claims)
    const changed = (change) => `${header}.${encode({ ...payload, ...change })}.${signature}`
    const hour = 3600
    const cases = [
      [token, /^Sound.*Not checked: that needs the secret of its key/s],
      [changed({ grants: { ...payload.grants, identity: 'admin' } }), /^Sound.*Not checked/s],
      [changed({ exp: payload.iat - hour, iat: payload.iat - 2 * hour }), /20104/],
      [changed({ exp: payload.exp * 1000 }), /millisecond/i],
      [changed({ iss: payload.sub, sub: payload.iss }), /swapped|other way|exchanged/i],
      [changed({ grants: { identity: 'alice' } }), /20106/],
      [`${header}.${claims}`, /^Twilio would refuse it.*20101/s],
      [`Bearer ${token}`, /Bearer/],
      [`"${token}"`, /quot/i],
      [`${encode({ alg: 'HS512', typ: 'JWT', cty: 'twilio-fpa;v=1' })}.${claims}.${signature}`, /20102/],
      ['hello', /^Twilio would refuse it/],
      ['<img src=x onerror=alert(1)>.b.c', /^Twilio would refuse it/],
      ['x'.repeat(70_000), /^Twilio would refuse it.*token_too_large/s],
    ]
    for (const [pasted, words] of cases) {
      await page.evaluate(() => document.getElementById('inspection').replaceChildren())
      await page.locator('#pasted').fill(pasted)
      await page.getByRole('button', { name: 'Inspect', exact: true }).click()
      await until(
        async () => (await page.locator('#inspection').innerText()) !== '',
        () => pasted.slice(0, 300),
      )
      assert.match(await page.locator('#inspection').innerText(), words, pasted.slice(0, 300))
    }
    assert.equal(await page.locator('main :is(b, i, s, u, img, script)').count(), 0)
    // After the page's own token, which the server itself has made.
    const sent = bodies.filter((body) => /\/inspect /.test(body))
    assert.deepEqual(
      sent.map((body) => JSON.parse(body.slice(body.indexOf('{'))).token),
      [token],
    )

    // The second step has a name and a button, and sends the token.
    for (const [pasted, words] of [
      [token, /^Sound.*Valid, by this server’s key/s],
      [cases[1][0], /^Twilio would refuse it.*bad_signature · Twilio 20107.*Not by this server’s key/s],
    ]) {
      await page.locator('#pasted').fill(pasted)
      await page.getByRole('button', { name: 'Inspect', exact: true }).click()
      await page.getByRole('button', { name: 'Check the signature' }).click()
      await page.locator('#check-signature').waitFor({ state: 'detached' })
      assert.match(await page.locator('#inspection').innerText(), words)
    }
    assert.deepEqual(complaints, [])
  })

  test('its tabs go by the keyboard, and keep their place in the address', async (t) => {
    const { url } = await start(t)
    const { page } = await open(t, url)
    await page.locator('#tabs').waitFor()
    await page.locator('#tab-token').focus()
    await page.keyboard.press('ArrowRight')
    await page.locator('#panel-inspect').waitFor()
    assert.equal(await page.locator('#panel-token').isVisible(), false)
    assert.equal(await page.evaluate(() => document.activeElement.id), 'tab-inspect')
    assert.equal(await page.locator('#tab-inspect').getAttribute('aria-selected'), 'true')
    assert.equal(page.url(), `${url}#inspect`)
    await page.keyboard.press('ArrowRight')
    await page.locator('#panel-token').waitFor()
  })

  test('counts down, renews three minutes before the end, and says so when it cannot', async (t) => {
    const { url } = await start(t)
    const { page, text } = await open(t, url, { prepare: (page) => page.clock.install() })
    await page.locator('#token').waitFor()

    // The browser's clock runs ahead of the server's from here on: the countdown is the page's own affair.
    await page.route('**/token', (route) => route.abort())
    await page.clock.fastForward('57:30')
    await until(async () => /^[12]:\d\d$/.test(await text('#countdown')))
    assert.match(await text('#life-text'), /time for a new one/)
    await until(async () => /Timer/.test(await text('#log')))
    assert.match(await page.getByRole('alert').innerText(), /^The server does not answer\./)
    await page.clock.fastForward('02:31')
    await until(async () => (await text('#countdown')) === 'Expired')
    assert.match(await text('#life-text'), /^Expired at /)
    assert.equal(await text('#announcement'), 'The token has expired.')
  })

  test('counts by the server’s clock when the visitor’s is wrong', async (t) => {
    const { url } = await start(t)
    const { page, text } = await open(t, url, {
      prepare: (page) => page.clock.install({ time: Date.now() + 7_200_000 }),
    })
    await page.locator('#token').waitFor()
    assert.match(await text('#countdown'), /^(1:00:00|59:\d\d)$/)
    await page.waitForTimeout(1500)
    assert.equal(await page.locator('#log li').count(), 1)
  })

  test('does not speak of demo credentials when they are real', async (t) => {
    // There is no stand-in here: a test cannot reach the real endpoint.
    const nobody = 'ws://127.0.0.1:9/v3/wsconnect'
    const { url } = await start(t, {
      ...fake,
      TWILIO_API_SECRET: 'another-fake-secret-with-length-enough',
      DEMO_SIGN_IN: '1',
      SYNC_TWILSOCK_URI: nobody,
    })
    const { page } = await open(t, url)
    await page.locator('#token').waitFor()
    assert.equal(await page.locator('#demo').isVisible(), false)
    await until(async () => /^Connecting/.test(await page.locator('#sync-state').textContent()))
  })

  test('fits every width, light and dark, and can be read', { skip: noInspector }, async (t) => {
    const { url } = await start(t)
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [1600, 800, 360, 320]) {
        const { page } = await open(t, url, { colorScheme, viewport: { width, height: 800 } })
        const fits = async () => assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width)
        await page.locator('#findings-card').waitFor()
        await fits()
        for (const selector of [
          'body',
          '.muted',
          '#claims-json .name',
          '#demo',
          '#refresh',
          '#jwt-header',
          '#jwt-claims',
          '#jwt-signature',
        ]) {
          const ratio = await contrast(page, selector)
          assert.ok(ratio >= 4.5, `${selector} in ${colorScheme}: ${ratio}`)
        }
        await page.locator('#tab-inspect').click()
        await page.locator('#try-cut').click()
        await page.locator('#inspection').waitFor()
        await fits()
        for (const selector of ['.findings .chip', '.findings .codes'])
          assert.ok((await contrast(page, selector)) >= 4.5, selector)
        await page.locator('#sign-out').click()
        await page.locator('#tab-token').click()
        await page.locator('#sign-in').waitFor()
        await fits()
        await page.context().close()
      }
    }
  })
})

/** Returns the contrast of an element's text with its background, from 1 to 21. WCAG 2.2 requires 4.5. */
function contrast(page, selector) {
  return page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const channels = (color) => color.match(/[\d.]+/g).map(Number)
      const luminance = ([r, g, b]) => {
        const [red, green, blue] = [r, g, b].map((c) =>
          c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
      }
      let behind = element
      const backgroundOf = (node) => channels(getComputedStyle(node).backgroundColor)
      while (backgroundOf(behind)[3] === 0 && behind.parentElement) behind = behind.parentElement
      const [light, dark] = [
        luminance(channels(getComputedStyle(element).color)),
        luminance(backgroundOf(behind)),
      ].sort((a, b) => b - a)
      return (light + 0.05) / (dark + 0.05)
    })
}

function decode(segment) {
  return JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'))
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
