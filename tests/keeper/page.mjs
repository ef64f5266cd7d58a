// Pages with Twilio's SDKs and the keeper, and a token server whose answers a test chooses. All on this machine.

import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { WebSocketServer } from 'ws'

export const SECRET = 'fake-secret-for-these-tests-only-0000'

const installed = (name) => new URL(`node_modules/${name}`, import.meta.url)
const FILES = {
  '/keeper.js': new URL('../../node/keeper/keeper.js', import.meta.url),
  '/sync.js': installed('twilio-sync/builds/twilio-sync.min.js'),
  '/conversations.js': installed('@twilio/conversations/builds/twilio-conversations.min.js'),
  '/voice.js': installed('@twilio/voice-sdk/dist/twilio.min.js'),
  '/video.js': installed('twilio-video/dist/twilio-video.min.js'),
  '/common.js': installed('twilio-common/dist/twilio-common.min.js'),
}

/** A page that loads these SDKs. Voice chooses its endpoint itself, so the page replaces that address with `voice`. */
const page = (sdks, voice) => `<!doctype html><title>A page</title><link rel="icon" href="data:,">
<script>
const { WebSocket } = globalThis
globalThis.WebSocket = class extends WebSocket {
  constructor(url, ...rest) {
    super(url.endsWith('/signal') ? 'ws://127.0.0.1:${Number(voice)}/signal' : url, ...rest)
  }
}
// A laptop's clock jumps in its sleep, and its timers stand still.
const { now } = Date
let slept = 0
Date.now = () => now() + slept
globalThis.sleep = (seconds) => (slept += seconds * 1000)
</script>
${sdks.map((name) => `<script src="${name}.js"></script>`).join('')}
<script type="module">
import { keepToken } from './keeper.js'

globalThis.keepToken = keepToken
globalThis.start = () => {
  globalThis.events = []
  globalThis.keeper = keepToken('/token')
  for (const type of ['token', 'error', 'signedout']) {
    keeper.addEventListener(type, ({ error }) => events.push(error ? error.code : type))
  }
}
globalThis.ready = true
</script>`

/**
 * Starts a server. `server.answer(response)` replaces its next answers; `server.page(…)` is a page's address. `files`
 * maps paths to the texts of other files.
 */
export async function serve(t, { ttl = 3600, files = {} } = {}) {
  const server = { asked: [], tokens: [], answer: undefined, ttl }
  const app = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost')
    if (pathname === '/') {
      const html = page(searchParams.getAll('sdk'), searchParams.get('voice'))
      return response.setHeader('Content-Type', 'text/html').end(html)
    }
    if (pathname in FILES) {
      return response.setHeader('Content-Type', 'text/javascript').end(readFileSync(FILES[pathname]))
    }
    if (pathname in files) {
      const type = pathname.endsWith('.js') ? 'text/javascript' : 'text/html'
      return response.setHeader('Content-Type', type).end(files[pathname])
    }
    if (pathname === '/favicon.ico') return response.writeHead(204).end()
    if (pathname !== '/token') return response.writeHead(404).end()
    server.asked.push(Date.now())
    if (server.answer) return server.answer(response)
    server.respond(response)
  })
  server.respond = (response) => {
    const token = mint(server.ttl, `${server.tokens.length}`)
    server.tokens.push(token)
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ token }))
  }
  app.listen(0, '127.0.0.1')
  await once(app, 'listening')
  t.after(() => {
    app.closeAllConnections()
    return new Promise((resolve) => app.close(resolve))
  })
  const url = `http://localhost:${app.address().port}/`
  server.url = url
  server.page = ({ sdks = [], voice = 0 } = {}) =>
    `${url}?${new URLSearchParams([...sdks.map((name) => ['sdk', name]), ['voice', voice]])}`
  return server
}

/** Signs a token that is like those of grantmint. Each one is different. */
function mint(ttl, jti) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iat = Math.floor(Date.now() / 1000)
  const hex = '0123456789abcdef'.repeat(2)
  const grants = { identity: 'alice', data_sync: { service_sid: `IS${hex}` }, chat: { service_sid: `IS${hex}` } }
  const header = encode({ alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' })
  const claims = encode({ jti: `SK${hex}-${jti}`, iss: `SK${hex}`, sub: `AC${hex}`, iat, exp: iat + ttl, grants })
  const signature = createHmac('sha256', SECRET).update(`${header}.${claims}`).digest('base64url')
  return `${header}.${claims}.${signature}`
}

/**
 * A substitute for Voice's signalling endpoint, with the part of its protocol that concerns tokens: the client sends
 * `listen` with its token, and the server answers `connected` with the seconds until the token expires. (From the sources
 * of @twilio/voice-sdk 2.18.5: pstream, wstransport, device.)
 */
export async function voiceStandIn(t) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const twilio = { tokens: [], connections: 0, ttl: 3600, socket: undefined, port: server.address().port }
  twilio.send = (type, payload) => twilio.socket.send(JSON.stringify({ type, payload }))
  server.on('connection', (socket) => {
    twilio.connections++
    twilio.socket = socket
    socket.on('message', (data) => {
      const text = data.toString()
      if (!text.trim()) return socket.send('\n')
      const { type, payload } = JSON.parse(text)
      if (type === 'listen') {
        twilio.tokens.push(payload.token)
        const { ttl } = twilio
        twilio.send('connected', { edge: 'ashburn', region: 'US_EAST_VIRGINIA', token: { identity: 'alice', ttl } })
      }
      if (type === 'register') twilio.send('ready', {})
    })
  })
  t.after(() => {
    for (const socket of server.clients) socket.terminate()
    return new Promise((resolve) => server.close(resolve))
  })
  return twilio
}
