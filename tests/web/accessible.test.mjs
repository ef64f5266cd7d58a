// The Express example's page for everybody: axe-core, the keyboard, phones, and what a newcomer asks of it.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { inspect as explain } from 'grantmint'
import * as browsers from './browser.mjs'
import { fake, noInspector, start, until } from './token-server.mjs'

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const WIDTHS = [390, 820, 1280]

describe('the page for everybody', { skip: browsers.skip || noInspector }, () => {
  let browser
  before(async () => (browser = await browsers.launch()))
  after(() => browser?.close())
  const open = (t, url, options) => browsers.open(t, browser, url, options)

  for (const colorScheme of ['light', 'dark']) {
    test(`axe-core finds nothing on any view, ${colorScheme}`, async (t) => {
      const { url } = await start(t)
      for (const width of [390, 1280]) {
        const { page } = await open(t, url, { colorScheme, viewport: { width, height: 844 } })
        const check = async (view) => {
          await page.evaluate(AXE)
          const { violations, passes } = await page.evaluate(() => globalThis.axe.run())
          assert.ok(passes.length > 10, view)
          const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
          assert.deepEqual(found, [], `${view} at ${width}`)
        }
        await page.locator('#findings-card').waitFor()
        await check('the token')
        await page.locator('#tab-inspect').click()
        await check('the empty inspector')
        await page.locator('#pasted').fill(await page.locator('#jwt').textContent())
        await page.locator('#pasted').press('Control+Enter')
        await page.locator('#check-signature').waitFor()
        await check('the inspection before its second step')
        for (const kind of ['own', 'edited', 'cut']) {
          await page.locator(`#try-${kind}`).click()
          await page.locator('#inspection .verdict').waitFor()
          await check(`the inspection of ${kind}`)
        }
        await page.locator('#sign-out').click()
        await check('the inspector of a stranger')
        await page.locator('#tab-token').click()
        await page.locator('#name').fill(' ')
        await page.locator('#name').press('Enter')
        await check('the sign-in with an error')
        await page.context().close()
      }
    })
  }

  test('every control is reached and used with the keyboard alone', async (t) => {
    const { url } = await start(t)
    const { page, text } = await open(t, url)
    await page.locator('#findings-card').waitFor()
    const order = []
    for (let step = 0; step < 12; step++) {
      await page.keyboard.press('Tab')
      const id = await page.evaluate(() => document.activeElement.id)
      if (order.includes(id)) break
      if (id) order.push(id)
      // What has the focus can be seen.
      if (id) assert.ok(await page.evaluate(() => getComputedStyle(document.activeElement).outlineWidth !== '0px'), id)
    }
    assert.deepEqual(order, ['tab-token', 'sign-out', 'refresh', 'log', 'copy'])

    await page.locator('#tab-token').focus()
    await page.keyboard.press('ArrowRight')
    await page.locator('#pasted').focus()
    await page.keyboard.type('hello')
    await page.keyboard.press('Control+Enter')
    await until(async () => /^Twilio would refuse it/.test(await text('#announcement')))
    // Emptied: no verdict without its token.
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await page.locator('#inspection').waitFor({ state: 'hidden' })
  })

  test('says how the identity came from the name, and which times it means', async (t) => {
    const { url } = await start(t)
    const { page, text } = await open(t, url, { timezoneId: 'Asia/Tokyo', locale: 'en-US' })
    await page.locator('#token').waitFor()
    // A guest's name is an identity already.
    assert.equal(await page.locator('#identity-text').isVisible(), false)
    assert.equal(await text('#account-name'), await text('#identity'))
    await page.locator('#sign-out').click()
    // The page changes when the server has answered.
    const signedOut = /^\s*Demo credentials: Twilio would not accept the tokens of/
    await page.locator('#demo', { hasText: signedOut }).waitFor()
    await page.locator('#name').fill('alice@example.com')
    await page.keyboard.press('Enter')
    await page.locator('#identity-text').waitFor()
    assert.match(await text('#identity-text'), /^Made from alice@example\.com: letters and digits stay/)

    const { exp } = JSON.parse(await text('#claims-json'))
    const clock = new Date(exp * 1000).toISOString().slice(11, 19)
    assert.match(await text('#facts'), new RegExp(`Expires\\d{4}-\\d\\d-\\d\\d ${clock} UTC$`))
    assert.match(await text('#life-text'), new RegExp(`Expires at (\\S+ )?${clock} UTC`))
    const beside = page.locator('#claims-json [data-time]')
    assert.equal(await beside.count(), 2)
    assert.match(await beside.last().getAttribute('data-time'), new RegExp(`${clock} UTC$`))

    const time = page.locator('#log time').first()
    assert.match(await time.textContent(), /^\d\d:\d\d:\d\d$/)
    // One line, however narrow.
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 844 })
      const lines = await time.evaluate((node) => {
        const range = document.createRange()
        range.selectNodeContents(node)
        return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size
      })
      assert.equal(lines, 1, `at ${width}`)
    }
  })

  test('inspects as the command does', async (t) => {
    const { url } = await start(t)
    const { page, text } = await open(t, url)
    await page.locator('#findings-card').waitFor()
    const token = await text('#jwt')
    await page.locator('#tab-inspect').click()
    const inspect = async (pasted) => {
      await page.locator('#inspection').evaluate((node) => node.replaceChildren())
      await page.locator('#pasted').fill(pasted)
      await page.locator('#pasted').press('Control+Enter')
      await page.locator('#inspection .verdict').waitFor()
      return page.locator('#inspection').innerText()
    }
    const good = await inspect(token)
    assert.match(good, /Expires\s+.* UTC, in (1 h|59 min)/)
    assert.match(good, /Products granted\s+Sync/)
    assert.match(good, /^Sound\s+Nothing to complain about; the signature is not checked/)
    assert.match(await inspect(`Bearer ${token}`), /^Twilio would refuse it\s+1 error\. The token inside is sound/)
    assert.doesNotMatch(await inspect(`Bearer ${token.slice(0, -9)}`), /inside is sound/)
    assert.doesNotMatch(await inspect('hello'), /Signature|`/)
    // What the report sets in backticks is set as code here.
    const marked = explain('hello').findings.some(({ message, advice }) => `${message}${advice}`.includes('`'))
    assert.equal((await page.locator('#inspection .findings code').count()) > 0, marked)

    const [header, claims, signature] = token.split('.')
    const payload = JSON.parse(Buffer.from(claims, 'base64url'))
    const swapped = { ...payload, iss: payload.sub, sub: payload.iss }
    const words = await inspect(`${header}.${Buffer.from(JSON.stringify(swapped)).toString('base64url')}.${signature}`)
    assert.match(words, /sub, a key\s+SK/)
    assert.match(words, /iss, an account\s+AC/)
    assert.match(words, /Not checked: that needs the secret of its key/)
  })

  test('shows the verdict on a phone, and the errors of a name beside its field', async (t) => {
    const { url } = await start(t)
    const { page, text } = await open(t, url, { viewport: { width: 390, height: 700 }, isMobile: true, hasTouch: true })
    await page.locator('#findings-card').waitFor()
    await page.locator('#tab-inspect').click()
    await page.locator('#try-edited').click()
    await page.locator('#inspection .verdict').waitFor()
    await until(() =>
      page.locator('#inspection .verdict').evaluate((node) => {
        const { top, bottom } = node.getBoundingClientRect()
        return top >= 0 && bottom <= innerHeight
      }),
    )
    assert.equal(await page.locator('#inspection details[open]').count(), 0)
    assert.equal(await page.locator('#inspection details').count(), 2)

    await page.locator('#sign-out').click()
    await page.locator('#tries').waitFor({ state: 'hidden' })
    assert.equal(await page.locator('#inspection').isVisible(), false)
    // A stranger's token is explained, but not sent.
    await page.locator('#inspect').evaluate((form) => form.requestSubmit())
    await page.locator('#inspection .verdict').waitFor()
    assert.match(await text('#inspection'), /checks signatures for its own users only: sign in first/)
    assert.equal(await page.locator('#check-signature').count(), 0)
    await page.locator('#tab-token').click()
    for (const [name, words] of [
      ['  ', 'Enter a name.'],
      ['a\u0000b', 'A name has 1 to 100 characters.'],
    ]) {
      await page.locator('#name').fill(name)
      await page.locator('#name').press('Enter')
      await until(async () => (await text('#name-error')) === words)
      assert.equal(await page.locator('#name').getAttribute('aria-invalid'), 'true')
      assert.equal(await page.locator('#problem').isVisible(), false)
      assert.equal(await page.evaluate(() => document.activeElement.id), 'name')
    }
  })

  test('three cards leave no hole at any width', async (t) => {
    const { url } = await start(t, { ...fake, DEMO_SIGN_IN: '', TWILIO_API_SECRET: '' })
    const { page } = await open(t, url)
    await page.locator('#findings-card').waitFor()
    for (const width of [390, 620, 700, 820, 930, 960, 1280]) {
      await page.setViewportSize({ width, height: 844 })
      const [cards, right] = await page.locator('.trio').evaluate((trio) => {
        const boxes = [...trio.children].map((card) => card.getBoundingClientRect())
        return [boxes.map(({ top, right }) => ({ top, right })), trio.getBoundingClientRect().right]
      })
      const last = cards.at(-1)
      assert.ok(Math.abs(last.right - right) < 1, `the last row ends at ${last.right} of ${right}, at ${width}`)
    }
  })
})
