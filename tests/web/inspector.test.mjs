// The book's inspector, in a browser: it explains a token and makes no request.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { cpSync, createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { inspect } from 'grantmint'
import { emptyFolder } from '../node/packed.mjs'
import { launch, skip as noBrowser, open } from './browser.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const WASM = path.join(ROOT, 'node', 'grantmint.wasm')
const skip = noBrowser || (!existsSync(WASM) && 'the WebAssembly module is not built')
const TYPES = {
  '.html': 'text/html',
  '.mjs': 'text/javascript',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const TOKEN = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ iss: 'SK-private', exp: 5, grants: {} })}.c2lnbmF0dXJl`

/** Serves the page with its files as packaging/book.py does. */
async function serve(t) {
  const folder = emptyFolder(t)
  cpSync(path.join(ROOT, 'packaging', 'inspector'), folder, { recursive: true })
  const demo = path.join(ROOT, 'node', 'examples', 'express', 'public')
  for (const name of ['base.css', 'icon.svg']) cpSync(path.join(demo, name), path.join(folder, name))
  cpSync(path.join(ROOT, 'node', 'edge'), path.join(folder, 'edge'), { recursive: true })
  cpSync(WASM, path.join(folder, 'grantmint.wasm'))
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    const file = path.join(folder, path.normalize(pathname))
    if (!existsSync(file)) return response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end()
    response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' })
    createReadStream(file).pipe(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${server.address().port}/index.html`
}

test('the inspector explains a token and makes no request', { skip }, async (t) => {
  const url = await serve(t)
  const browser = await launch()
  t.after(() => browser.close())
  const requests = []
  const prepare = (page) => page.on('request', (request) => requests.push(request.url()))
  const { page, complaints, text } = await open(t, browser, url, { prepare })
  assert.match(await text('main > p:first-child'), /^Nothing leaves this page/)
  await page.waitForSelector('textarea:enabled')
  assert.ok(requests.every((request) => request.startsWith(new URL('.', url).href)))

  const before = requests.length
  await page.fill('#token', TOKEN)
  const codes = inspect(TOKEN).findings.map(({ code }) => code)
  assert.deepEqual(await page.locator('#codes li').allTextContents(), codes)
  assert.match(await text('#report'), /^Twilio Access Token: \d+ error/)
  assert.equal(requests.length, before)

  // The link has the codes, and nothing of the token.
  const link = await page.getAttribute('#share', 'href')
  assert.equal(link, `#${[...new Set(codes)].join(',')}`)
  for (const part of [...TOKEN.split('.'), 'SK-private']) assert.ok(!link.includes(part))
  assert.ok(!page.url().includes('eyJ'))
  const stored = await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])
  assert.deepEqual(stored, [0, 0, ''])

  const other = await open(t, browser, `${url}${link}`)
  await other.page.waitForSelector('textarea:enabled')
  assert.deepEqual(await other.page.locator('#codes li').allTextContents(), [...new Set(codes)])
  const forged = await open(t, browser, `${url}#<img src=x>,javascript:alert(1),expired`)
  await forged.page.waitForSelector('textarea:enabled')
  assert.deepEqual(await forged.page.locator('#codes li').allTextContents(), ['expired'])
  assert.deepEqual([...complaints, ...other.complaints, ...forged.complaints], [])
})

test('its policy stops a request to another server', { skip }, async (t) => {
  const url = await serve(t)
  const browser = await launch()
  t.after(() => browser.close())
  const { page } = await open(t, browser, url)
  await page.waitForSelector('textarea:enabled')
  const sent = await page.evaluate(() =>
    fetch('http://127.0.0.1:9/?token=eyJ').then(
      () => 'sent',
      ({ name }) => name,
    ),
  )
  assert.equal(sent, 'TypeError')
  const policy = await page.getAttribute('meta[http-equiv]', 'content')
  assert.match(policy, /^default-src 'none'.*connect-src 'self'/)
})
