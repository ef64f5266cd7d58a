// Takes the pictures of the Express example's page that the documentation shows: node tests/web/screenshots.mjs
//
// They are made by hand when the page changes, so they differ a little from machine to machine (its fonts).

import { fileURLToPath } from 'node:url'
import { launch, open, skip } from './browser.mjs'
import { fake, start, until } from './token-server.mjs'
import { standIn } from './twilsock.mjs'

if (skip) throw new Error(skip)

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const ends = []
const t = { after: (end) => ends.unshift(end) }

const browser = await launch()
t.after(() => browser.close())
const twilio = await standIn(t, fake.TWILIO_API_SECRET)
const { url } = await start(t, { SYNC_TWILSOCK_URI: twilio.uri })

for (const colorScheme of ['light', 'dark']) {
  await shoot('wide', { viewport: { width: 1120, height: 674 } })
  await shoot('phone', { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true })

  async function shoot(name, options) {
    const { page } = await open(t, browser, url, { colorScheme, ...options, prepare: (page) => page.clock.install() })
    await page.locator('#sync[data-state="connected"]').waitFor()
    // No banner about credentials: the pictures are of the page as its users see it.
    await page.locator('#demo').evaluate((banner) => banner.remove())
    if (name === 'phone' && colorScheme === 'dark') await explain(page)
    else await renew(page)
    await page.screenshot({ path: `${folder}express-${name}-${colorScheme}.jpg`, type: 'jpeg', quality: 82 })
  }
}

for (const end of ends) await end()

async function renew(page) {
  // After a second, since a token of the same second would be the same.
  await page.waitForTimeout(1200)
  const before = twilio.presented.length
  twilio.aboutToExpire()
  await until(() => twilio.presented.length > before)
  await page.waitForTimeout(300)
  // So that the dial shows its purpose.
  await page.clock.fastForward('12:34')
  await page.waitForTimeout(1000)
}

async function explain(page) {
  await page.locator('#tab-inspect').click()
  await page.locator('#try-edited').click()
  await page.locator('#inspection').waitFor()
  await page.mouse.move(0, 0)
  await page.evaluate(() => document.activeElement.blur())
}
