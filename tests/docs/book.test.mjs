// The book in a browser: on a phone, a tablet and a desktop, in both themes.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as browsers from '../web/browser.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const BOOK = path.join(ROOT, 'target', 'book-pages')
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const WIDTHS = [390, 820, 1280]
const TYPES = {
  '.html': 'text/html',
  '.mjs': 'text/javascript',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.md': 'text/plain; charset=utf-8',
}
const skip =
  browsers.skip || (!existsSync(path.join(ROOT, 'node', 'grantmint.wasm')) && 'the WebAssembly module is not built')

describe('the book', { skip }, () => {
  let browser
  let server
  let base
  let pages
  before(async () => {
    const python = path.join(ROOT, '.venv', 'bin', 'python')
    const built = spawnSync(python, ['packaging/book.py', '--pages'], { cwd: ROOT, encoding: 'utf8' })
    assert.equal(built.status, 0, built.stdout + built.stderr)
    pages = readdirSync(BOOK).filter((name) => name.endsWith('.html') && name !== '404.html')
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url, 'http://localhost')
      const file = path.join(BOOK, path.normalize(decodeURIComponent(pathname)))
      if (!existsSync(file)) return response.writeHead(404).end()
      response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' })
      createReadStream(file).pipe(response)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    base = `http://127.0.0.1:${server.address().port}/`
    browser = await browsers.launch()
  })
  after(async () => {
    await browser?.close()
    server?.close()
  })
  const open = (t, name, options) => browsers.open(t, browser, base + name, options)

  // One page of each kind: axe-core needs seconds for a long one.
  const KINDS = ['index', 'quickstart', 'differences', 'performance', 'inspector/index']
  for (const colorScheme of ['light', 'dark']) {
    test(`axe-core finds nothing, ${colorScheme}`, async (t) => {
      const { page } = await open(t, 'index.html', { colorScheme, reducedMotion: 'reduce' })
      const found = {}
      for (const name of KINDS) {
        for (const width of [WIDTHS[0], WIDTHS.at(-1)]) {
          await page.setViewportSize({ width, height: 844 })
          await page.goto(`${base}${name}.html`)
          await page.evaluate(AXE)
          const { violations, passes } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }))
          assert.ok(passes.length > 10, name)
          for (const { id, nodes } of violations) found[`${name} at ${width}, ${id}`] = nodes.map(({ html }) => html)
        }
      }
      assert.deepEqual(found, {})
    })
  }

  test('every page fits every width, hides the end of no sample, and fetches nothing from elsewhere', async (t) => {
    const requests = []
    const prepare = (page) => page.on('request', (request) => requests.push(request.url()))
    const { page, complaints } = await open(t, 'index.html', { prepare })
    const found = {}
    for (const name of [...pages, 'inspector/index.html']) {
      await page.goto(base + name)
      assert.equal(await page.locator('th:empty').count(), 0, `${name} has an empty header`)
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 844 })
        const faults = await page.evaluate(unfit)
        if (faults.length > 0) found[`${name} at ${width}`] = faults
      }
    }
    assert.deepEqual(found, {})
    assert.deepEqual(complaints, [])
    assert.ok(requests.length > pages.length)
    assert.deepEqual(
      requests.filter((url) => !url.startsWith(base)),
      [],
    )
  })

  test('the home page leads to three ways in, and shows how to install', async (t) => {
    const { page, text } = await open(t, 'index.html')
    assert.match(
      await text('article > p:first-of-type'),
      /^grantmint mints, verifies and explains Twilio Access Tokens/,
    )
    assert.deepEqual(await page.locator('.tabbed-labels').first().locator('label').allTextContents(), [
      'Node',
      'Python',
      'Rust',
      'Command',
    ])
    const ways = page.locator('#three-ways-in + ul > li')
    assert.equal(await ways.count(), 3)
    const links = await ways.locator('strong a').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
    assert.deepEqual(links, ['quickstart.html', 'migration.html', 'explaining.html'])
    assert.equal(
      await page
        .locator('.md-logo img')
        .first()
        .evaluate((image) => image.complete && image.naturalWidth > 0),
      true,
    )
  })

  test('a chosen language is chosen on the next page, too', async (t) => {
    const { page } = await open(t, 'quickstart.html')
    const shown = () => page.locator('.tabbed-set').first().locator('.tabbed-block:visible').innerText()
    assert.match(await shown(), /npm install grantmint/)
    for (const [language, quickstart, grants] of [
      ['Python', /pip install grantmint/, /from grantmint import ChatGrant/],
      ['Command', /cargo install grantmint-cli/, /grantmint mint/],
    ]) {
      await page.goto(`${base}quickstart.html`)
      await page.locator('.tabbed-labels').first().getByText(language, { exact: true }).click()
      assert.match(await shown(), quickstart)
      await page.goto(`${base}grants.html`)
      assert.match(await shown(), grants)
    }
  })

  test('a code of the errors has an address, and its row is a card on a phone', async (t) => {
    const { page } = await open(t, 'errors.html#bad_signature', { viewport: { width: 390, height: 844 } })
    const row = page.locator('tr', { has: page.locator('#bad_signature') })
    await row.waitFor()
    await page.waitForFunction(() => scrollY > 1000)
    const top = () => page.locator('#bad_signature').evaluate((anchor) => anchor.getBoundingClientRect().top)
    const header = await page.locator('.md-header').evaluate((node) => node.getBoundingClientRect().bottom)
    assert.ok((await top()) >= header, 'the header covers the row')
    const cells = row.locator('td:visible')
    const texts = await cells.allInnerTexts()
    assert.match(texts[0], /^bad_signature$/)
    // Each cell is below the one before it, as wide as the card, and has its column's name.
    const boxes = await cells.evaluateAll((all) => all.map((cell) => cell.getBoundingClientRect().toJSON()))
    assert.ok(boxes.slice(1).every((box, index) => box.top >= boxes[index].bottom - 1))
    assert.ok(boxes.every(({ width }) => width > 280))
    const names = await cells.evaluateAll((all) => all.map((cell) => getComputedStyle(cell, '::before').content))
    assert.match(names.slice(1).join(' '), /severity.*cause.*fix.*likely Twilio codes.*rejected by/)
    // No code is broken within its word.
    const lines = await row.locator('#bad_signature + code').evaluate((code) => code.getClientRects().length)
    assert.equal(lines, 1)
    // So it is on a desktop, where seven columns would be too narrow. A table of three stays one.
    await page.setViewportSize({ width: 1280, height: 844 })
    const [cause] = await row.locator('td[data-name="cause"]').evaluateAll((all) => all.map((cell) => cell.offsetWidth))
    assert.ok(cause > 500, String(cause))
    const other = page.locator('tr', { has: page.locator('#required') })
    assert.equal(await other.evaluate((node) => getComputedStyle(node).display), 'table-row')
  })

  test('the theme follows the system until the reader switches it', async (t) => {
    const { page } = await open(t, 'index.html', { colorScheme: 'dark' })
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const style = readFileSync(path.join(BOOK, 'inspector', 'base.css'), 'utf8')
    // The colours of the demonstration's page.
    for (const color of ['#f4f6f8', '#0d1216', '#0f766e', '#3cc9ba']) {
      assert.ok(style.includes(color) && readFileSync(path.join(BOOK, 'book.css'), 'utf8').includes(color))
    }
    assert.equal(await background(), 'rgb(13, 18, 22)')
    await page.locator('.md-header__option label:visible').click()
    assert.equal(await background(), 'rgb(244, 246, 248)')
    await page.goto(`${base}grants.html`)
    assert.equal(await background(), 'rgb(244, 246, 248)')
  })

  test('each page exists as Markdown, which the page and llms.txt name', async (t) => {
    const { page } = await open(t, 'grants.html')
    assert.equal(await page.locator('link[rel="alternate"]').getAttribute('href'), 'grants.md')
    await page.getByText('This page as Markdown').click()
    assert.match(await page.locator('body').innerText(), /^# Grants\n/)
    const list = readFileSync(path.join(BOOK, 'llms.txt'), 'utf8')
    for (const name of pages) assert.ok(list.includes(`](${name.replace('.html', '.md')}): `), name)
  })
})

/** Returns what is wider than the page, samples whose end is hidden, and broken words. */
function unfit() {
  const found = []
  const wide = document.documentElement.scrollWidth - innerWidth
  if (wide > 0) found.push(`the page is ${wide} pixels too wide`)
  for (const code of document.querySelectorAll('pre > code')) {
    if (code.checkVisibility() && code.scrollWidth > code.clientWidth) found.push(code.textContent.slice(0, 80))
  }
  return found
}
