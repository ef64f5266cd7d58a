// A headless browser for the page.

import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright-core'

const executablePath =
  process.env.CHROMIUM || onPath('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome')

/** Why the tests that need a browser are skipped, or false. */
export const skip = !executablePath && 'a browser is missing: install Chromium, or name one in the variable CHROMIUM'

export function launch() {
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  return chromium.launch({ executablePath, args })
}

/** A fresh tab at `url`; `complaints` collects the errors of the developer console. */
export async function open(t, browser, url, { prepare, ...options } = {}) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 }, ...options })
  t.after(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const complaints = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await prepare?.(page)
  await page.goto(url)
  return { page, complaints, text: (selector) => page.locator(selector).textContent() }
}

/** The first of these programs that PATH has, or undefined. */
export function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)
  return names
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
