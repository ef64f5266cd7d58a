// The samples of docs/renewal.md in a real browser: as they are, bundled with Vite, with Twilio's own Sync SDK.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build, createServer } from 'vite'
import { emptyFolder } from '../node/packed.mjs'
import * as browsers from '../web/browser.mjs'
import { until } from '../web/token-server.mjs'
import { standIn } from '../web/twilsock.mjs'
import { SECRET, serve } from './page.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const DOCUMENT = readFileSync(new URL('../../docs/renewal.md', import.meta.url), 'utf8')
const HTML = '<!doctype html><title>A page</title><div id="app"></div><script type="module" src="./main.jsx"></script>'

const REACT = `
import { createElement, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { keepToken } from 'grantmint/keeper'
import { useSync } from './useSync.jsx'

let client
globalThis.shown = () => client
globalThis.appear = () => {
  globalThis.keeper ??= keepToken('/token')
  const root = createRoot(document.getElementById('app'))
  globalThis.disappear = () => root.unmount()
  root.render(createElement(StrictMode, {}, createElement(App)))
}
function App() {
  client = useSync(keeper)
}
`

const VUE = `
import { createApp } from 'vue'
import { keepToken } from 'grantmint/keeper'
import { useSync } from './useSync.js'

globalThis.appear = () => {
  globalThis.keeper ??= keepToken('/token')
  const app = createApp({
    setup() {
      const client = useSync(keeper)
      globalThis.shown = () => client.value
      return () => 'A component'
    },
  })
  globalThis.disappear = () => app.unmount()
  app.mount('#app')
}
`

/** The sample with this language after its fence. */
function sample(language) {
  const found = DOCUMENT.split('\n```').filter((block) => block.startsWith(`${language}\n`))
  assert.equal(found.length, 1, language)
  return `${found[0].slice(language.length + 1)}\n`
}

describe('the samples of docs/renewal.md', { skip: browsers.skip }, () => {
  let browser
  before(async () => (browser = await browsers.launch()))
  after(() => browser?.close())

  /** Opens a page whose Sync clients reach the substitute, though the samples do not name it. */
  async function visit(t, url) {
    const twilio = await standIn(t, SECRET)
    const prepare = (page) => page.addInitScript(redirect, twilio.uri)
    return { twilio, ...(await browsers.open(t, browser, url, { prepare })) }
  }

  async function visitBundle(t, sources, others) {
    const server = await serve(t, { files: { ...(await bundle(t, sources)), ...others } })
    return { server, ...(await visit(t, `${server.url}index.html`)) }
  }

  async function renews({ twilio, server }) {
    await until(() => twilio.presented.length === 1)
    twilio.aboutToExpire()
    await until(() => twilio.presented.length === 2)
    assert.deepEqual(
      twilio.presented.map(({ token }) => token),
      server.tokens,
    )
    assert.equal(twilio.connections.length, 1)
  }

  test('the first one keeps a connection, and leaves for the login when the user is signed out', async (t) => {
    const visited = await visitBundle(t, { 'main.jsx': sample('js client') }, { '/login': 'The login' })
    await renews(visited)
    visited.server.answer = (response) => response.writeHead(401).end()
    visited.twilio.aboutToExpire()
    await visited.page.waitForURL('**/login')
  })

  test('the page without a bundler', async (t) => {
    const sdk = readFileSync(path.join(HERE, 'node_modules/twilio-sync/builds/twilio-sync.min.js'))
    const server = await serve(t, { files: { '/index.html': sample('html'), '/twilio-sync.min.js': sdk } })
    const visited = await visit(t, `${server.url}index.html`)
    await renews({ server, ...visited })
    assert.deepEqual(visited.complaints, [])
  })

  test('Vite’s server forwards the path of the token', async (t) => {
    const server = await serve(t)
    const root = emptyFolder(t, HERE)
    writeFileSync(path.join(root, 'index.html'), HTML)
    writeFileSync(path.join(root, 'main.jsx'), sample('js client'))
    const config = sample('js vite').replace('http://localhost:3000', server.url)
    assert.ok(config.includes(server.url))
    writeFileSync(path.join(root, 'vite.config.js'), config)
    const options = {
      root,
      logLevel: 'error',
      server: { port: 0, host: 'localhost' },
      cacheDir: path.join(root, '.vite'),
    }
    const vite = await createServer(options)
    t.after(() => vite.close())
    await vite.listen()
    await renews({ server, ...(await visit(t, vite.resolvedUrls.local[0])) })
  })

  for (const [name, sources] of [
    ['React', { 'useSync.jsx': sample('jsx'), 'main.jsx': REACT }],
    ['Vue', { 'useSync.js': sample('js vue'), 'main.jsx': VUE }],
  ]) {
    const all = { 'sync.js': sample('js open'), ...sources }

    test(`${name}: a component keeps one connection, and closes it when it disappears`, async (t) => {
      const visited = await visitBundle(t, all)
      const { page, twilio, complaints } = visited
      await page.evaluate(() => appear())
      await renews(visited)
      await page.waitForFunction(() => shown().connectionState === 'connected')
      await page.evaluate(() => disappear())
      await until(() => twilio.connections[0].received.at(-1).method === 'close')
      await page.evaluate(() => keeper.renew())
      await page.waitForTimeout(500)
      assert.equal(twilio.connections.length, 1)
      assert.deepEqual(complaints, [])

      // Another one is another client.
      await page.evaluate(() => appear())
      await until(() => twilio.connections.length === 2 && twilio.presented.length === 3)
      assert.equal(twilio.presented[2].token, visited.server.tokens.at(-1))
    })

    test(`${name}: a component opens its client though the first request fails`, async (t) => {
      const { page, server, twilio } = await visitBundle(t, all)
      const { answer } = server
      server.answer = (response) => {
        server.answer = answer
        response.writeHead(503).end()
      }
      await page.evaluate(() => appear())
      await until(() => twilio.connections.length === 1)
      await page.waitForFunction(() => shown().connectionState === 'connected')
      assert.equal(twilio.presented.length, 1)
    })

    test(`${name}: a component that disappears before the token arrives opens no connection`, async (t) => {
      const { page, server, twilio, complaints } = await visitBundle(t, all)
      let respond
      server.answer = (response) => (respond = () => server.respond(response))
      await page.evaluate(() => appear())
      await until(() => respond)
      await page.evaluate(() => disappear())
      respond()
      await page.evaluate(() => keeper.token())
      await page.waitForTimeout(500)
      assert.equal(twilio.connections.length, 0)
      assert.deepEqual(complaints, [])
    })
  }
})

/** Builds a page of these files. Returns the texts of its files by their paths. */
async function bundle(t, sources) {
  const root = emptyFolder(t, HERE)
  for (const [name, text] of Object.entries({ 'index.html': HTML, ...sources })) {
    writeFileSync(path.join(root, name), text)
  }
  // Only then does React run each effect twice.
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'development'
  t.after(() => (NODE_ENV === undefined ? delete process.env.NODE_ENV : (process.env.NODE_ENV = NODE_ENV)))
  const { output } = await build({
    root,
    configFile: false,
    logLevel: 'error',
    // As Vue asks of every bundler.
    define: {
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    build: { write: false, minify: false, modulePreload: false },
  })
  return Object.fromEntries(output.map(({ fileName, code, source }) => [`/${fileName}`, code ?? source]))
}

/** Runs in the page, before everything else. */
function redirect(uri) {
  const { WebSocket } = globalThis
  globalThis.WebSocket = class extends WebSocket {
    constructor(url, ...rest) {
      super(url.startsWith('wss://tsock.') ? uri : url, ...rest)
    }
  }
}
