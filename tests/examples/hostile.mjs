// Hostile requests, played against a running example server of any language. Whatever arrives, the answer is a small 4xx
// without a trace, a secret or a token, and the next good request works.

import assert from 'node:assert/strict'
import http from 'node:http'
import net from 'node:net'
import jsonwebtoken from 'jsonwebtoken'

const PATIENCE = 20_000
const JSON_TYPE = { 'Content-Type': 'application/json' }
const TRACE = /Traceback|node_modules|\.py", line|\bat \S+ \(|RecursionError|<script/

/**
 * Plays every request against `server`:
 * - `port`; `secrets`, which no answer may contain; `secret`, which signs its tokens
 * - `token`, the path of the token, and `guests` if a stranger gets one too
 * - `login`, the path of the demonstration's sign-in, if there is one; `logout`, if it ends a session
 * - `hosts`, unless it answers to every host; `anyOrigin` if it allows pages of any site, on purpose
 * - `logsTraces` if its runtime, which is not ours, prints them
 * - `signIns`, how many there are in a row, if not ten thousand
 * - `invents` if a sign-in without a name makes one up
 * - `foreign`, what the answers contain that its local stand-in gives without asking it
 * - `log()`, what it has printed so far
 */
export async function playHostile(t, server) {
  const { token = '/token', login, logout, guests, hosts = true, signIns = 10_000 } = server
  // One request after the other on connections of their own: nothing of one may help the next.
  const send = (request) => exchange(server, request)
  const request = (method, path, headers, body) => send(write(server, method, path, headers, body))

  await t.test('good requests work', good)
  await step('another Host', { skip: !hosts && 'it has no hosts of its own' }, async () => {
    const { port } = server
    const others = ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.evil.example']
    for (const host of [...others, `evil-localhost:${port}`, '169.254.169.254', 'localhost,evil.example', '']) {
      for (const [method, path, body] of [['GET', token], ...(login ? [['POST', login, '{"name":"admin"}']] : [])]) {
        const answer = await request(method, path, { Host: host, ...(body && JSON_TYPE) }, body)
        refused(answer, `Host: ${host}`)
        if (!isForeign(answer)) assert.equal(answer.status, 400, host)
      }
    }
    // It is the Host itself that counts.
    const forwarded = { Host: 'evil.example', 'X-Forwarded-Host': 'localhost', Forwarded: 'host=localhost' }
    refused(await request('GET', token, forwarded), 'forwarded')
  })

  await step('cookies that are forged, cut, exchanged or signed out', { skip: !login && 'no sessions' }, async () => {
    const [, name, value] = (await signIn('alice')).match(/^([^=]+)=(.*)$/)
    const other = (await signIn('bob')).split('=').slice(1).join('=')
    const end = Math.max(value.lastIndexOf('.'), value.lastIndexOf(':'))
    const otherEnd = Math.max(other.lastIndexOf('.'), other.lastIndexOf(':'))
    const forged = [
      other.slice(0, otherEnd) + value.slice(end),
      value.slice(0, end),
      value.slice(0, -3),
      `${value}x`,
      (value[0] === 'B' ? 'C' : 'B') + value.slice(1),
      '',
      'alice',
      'null',
      '__proto__',
      '%',
      '%00',
      '.'.repeat(50),
      '[]',
      `j:${JSON.stringify({ login: 'admin', until: 9e9 })}`,
      's%3Aj%3A%7B%22login%22%3A%22admin%22%7D.',
      'eyJuYW1lIjoiYWRtaW4ifQ.aaaaaa.AAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ]
    for (const cookie of forged) {
      const answer = await request('GET', token, { Cookie: `${name}=${cookie}` })
      refused(answer, cookie)
      assert.equal(answer.status, 401, `${cookie}: ${answer.status} ${answer.body}`)
    }
    for (const cookie of ['A'.repeat(20_000), '[['.repeat(4000), `a=${'b;'.repeat(4000)}`]) {
      refused(await request('GET', token, { Cookie: `${name}=${cookie}` }), `${cookie.slice(0, 9)}…`)
    }
    if (logout) {
      const cookie = await signIn('carol')
      assert.equal((await request('DELETE', logout, { Cookie: cookie })).status, 200)
      refused(await request('GET', token, { Cookie: cookie }), 'signed out')
    }
  })

  await step('broken, nested and huge bodies', {}, async () => {
    const path = login ?? token
    const bodies = [
      '['.repeat(4000),
      '{"a":'.repeat(800),
      `{"name":${'['.repeat(3000)}`,
      '{"name":"alice"',
      '{"name":"alice"}}',
      '\xff\xfe\xfd',
      '\0',
      '"alice"',
      '7',
      'NaN',
      '{"name":1e999}',
      '{"name":"\\ud800"}',
      '{"name":"a\\r\\nSet-Cookie: a=b"}',
      '{"name":{"toString":"alice"}}',
      '{"name":["alice"]}',
      '{"name":true}',
      '{"__proto__":{"name":"alice"}}',
      '{"constructor":{"prototype":{"name":"alice"}}}',
      `{"name":"${'a'.repeat(3000)}"}`,
      `{"name":"${'a'.repeat(300_000)}"}`,
      ' '.repeat(10_000_000),
    ]
    for (const body of bodies) {
      const answer = await request('POST', path, JSON_TYPE, body)
      if (server.invents && /__proto__|constructor/.test(body)) assert.doesNotMatch(answer.body, /alice/)
      else if (login || answer.status !== 200) refused(answer, body.slice(0, 60))
    }
    const chunks = `10000\r\n${'a'.repeat(65_536)}\r\n`.repeat(160)
    for (const [headers, body] of [
      [{ 'Transfer-Encoding': 'chunked' }, `${chunks}0\r\n\r\n`],
      [{ 'Transfer-Encoding': 'chunked' }, 'zz\r\nabc\r\n0\r\n\r\n'],
      [{ 'Content-Length': '-1' }, ''],
      [{ 'Content-Length': 'abc' }, ''],
      [{ 'Content-Length': '99999999999999999999' }, ''],
      [{ 'Content-Length': '2', 'content-length': '20' }, '{}'],
    ]) {
      const lines = { ...JSON_TYPE, ...headers }
      const answer = await send({ text: write(server, 'POST', path, lines).text.replace(/$/, body), ends: true })
      if (login || answer.status !== 200) refused(answer, JSON.stringify(headers))
    }
  })

  await step('slow requests and requests that stop halfway', {}, async () => {
    const path = login ?? token
    const starts = [
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{`,
      `GET ${token} HTTP/1.1\r\nHost: loc`,
    ]
    const sockets = await Promise.all(
      [...starts, ...starts, ...starts].map(async (start) => {
        const socket = net.connect(server.port, 'localhost').on('error', () => {})
        await new Promise((resolve) => socket.once('connect', resolve))
        socket.write(start)
        return socket
      }),
    )
    await good()
    for (const socket of sockets) socket.destroy()
  })

  await step('other methods', {}, async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'TRACE', 'OPTIONS', 'PROPFIND', 'FOO', 'get']) {
      const answer = await request(method, token)
      if (method === 'OPTIONS' || server.anyOrigin) harmless(answer, method)
      else refused(answer, method)
    }
    const connect = `CONNECT evil.example:80 HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n`
    refused(await send({ text: connect }), 'CONNECT')
  })

  await step('pages of other sites', { skip: server.anyOrigin && 'it allows pages of any site' }, async () => {
    for (const Origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
      for (const path of [token, login].filter(Boolean)) {
        const preflight = { Origin, 'Access-Control-Request-Method': 'POST' }
        for (const answer of [await request('OPTIONS', path, preflight), await request('GET', token, { Origin })]) {
          assert.equal(answer.headers['access-control-allow-origin'], undefined)
          assert.ok(answer.status < 500)
        }
      }
    }
  })

  await step('header injection and paths out of the folder', {}, async () => {
    const paths = [
      '/token%0d%0aSet-Cookie:%20a=b',
      '/%0d%0aX-Injected:%201',
      '/nothing?a=%0d%0aX-Injected:%201',
      '/../../../../../../etc/passwd',
      '/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd',
      '/..%5c..%5c.env',
      '/.env',
      '/.dev.vars',
      '/.git/config',
      '/app.py',
      '/server.js',
      '/package.json',
      '/keeper.js/../../package.json',
      '/sdk/..%2f..%2fpackage.json',
      '/__proto__',
      '/constructor',
      '/%',
      '/%00',
      '/%ff',
      '//evil.example/%2e%2e',
      `/${'a'.repeat(20_000)}`,
    ]
    for (const path of paths) {
      const answer = await request('GET', path)
      assert.equal(answer.headers['x-injected'], undefined)
      const location = answer.headers.location
      // A server may tidy up the address, on its own site.
      if (location) assert.ok(new URL(location, 'http://localhost').hostname === 'localhost', location)
      else refused(answer, path.slice(0, 60))
    }
    refused(
      await send({ text: `GET ${token} HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n bad name: c\r\n\r\n` }),
      'headers',
    )
  })

  await step('names that every object has', { skip: !login && 'no sign-in' }, async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const answer = await request('GET', token, { Cookie: await signIn(name) })
      assert.equal(answer.status, 200, name)
      const { identity } = identify(answer)
      assert.equal(identity.replaceAll('_5F', '_'), name)
    }
  })

  await step(`${signIns} sign-ins`, { skip: !login && 'no sign-in', timeout: 30 * PATIENCE }, async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 16 })
    let left = signIns
    const visitor = async () => {
      while (left-- > 0) {
        const body = JSON.stringify({ name: `visitor${left}` })
        const status = await new Promise((resolve, reject) => {
          const options = { port: server.port, host: 'localhost', agent, method: 'POST', path: login }
          const headers = { ...JSON_TYPE, 'Content-Length': body.length }
          const asked = http.request({ ...options, headers }, (response) => {
            response.resume().on('end', () => resolve(response.statusCode))
          })
          // A server may close an idle connection just when the next request is on its way.
          asked.on('error', (error) => (asked.reusedSocket ? resolve('again') : reject(error)))
          asked.end(body)
        })
        if (status === 'again') left++
        else assert.ok([200, 204].includes(status), `status ${status}`)
      }
    }
    await Promise.all(Array.from({ length: 16 }, visitor))
    agent.destroy()
  })

  if (!server.logsTraces) assert.doesNotMatch(server.log(), TRACE)
  for (const secret of server.secrets) assert.ok(!server.log().includes(secret), 'a secret is in the log')

  /** A group of requests, and a good one afterwards. */
  function step(name, options, play) {
    return t.test(name, { timeout: 6 * PATIENCE, ...options }, async () => {
      await play()
      await good()
    })
  }

  async function good() {
    const headers = login ? { Cookie: await signIn('alice') } : {}
    const answer = await request('GET', token, headers)
    assert.equal(answer.status, 200, answer.body)
    const { identity } = identify(answer)
    if (login) assert.equal(identity, 'alice')
    if (!guests && login) assert.equal((await request('GET', token)).status, 401)
  }

  async function signIn(name) {
    const answer = await request('POST', login, JSON_TYPE, JSON.stringify({ name }))
    assert.ok([200, 204].includes(answer.status), `${answer.status}: ${answer.body}`)
    return answer.headers['set-cookie'].split(';')[0]
  }

  /** Returns the answer of the token's endpoint, whose token another library verifies. */
  function identify(answer) {
    const body = JSON.parse(answer.body)
    assert.equal(jsonwebtoken.verify(body.token, server.secret).grants.identity, body.identity)
    return body
  }

  function isForeign(answer) {
    return server.foreign?.test(answer.body) ?? false
  }

  function harmless(answer, what) {
    const text = JSON.stringify(answer.headers) + answer.body
    for (const secret of server.secrets) assert.ok(!text.includes(secret), `${what}: a secret is in the answer`)
    if (isForeign(answer)) return
    assert.ok(answer.closed || answer.status < 500, `${what}: ${answer.status} ${answer.body}`)
    assert.doesNotMatch(text, TRACE, what)
  }

  function refused(answer, what) {
    harmless(answer, what)
    // A connection that the server closes is an answer, too.
    if (answer.closed || isForeign(answer)) return
    assert.ok(answer.status >= 400, `${what}: ${answer.status}`)
    assert.ok(answer.body.length < 1000, `${what}: ${answer.body.length} characters`)
    assert.doesNotMatch(answer.body, /eyJ|root:/, what)
    // A useless cookie may be taken away, or replaced by an empty session.
    assert.match(answer.headers['set-cookie'] ?? '', /^$|^session=(;|null)|^sessionid=(e30:|"")/, what)
  }
}

/** Returns a request as text. `headers` replace the usual ones. */
function write(server, method, path, headers = {}, body = '') {
  const usual = { Host: `localhost:${server.port}`, Connection: 'close' }
  if (body !== '') usual['Content-Length'] = Buffer.byteLength(body, 'latin1')
  const lines = Object.entries({ ...usual, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return { text: `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}` }
}

/** Sends `text` as Latin-1 on a connection of its own. Returns the response, or `{ closed: true }` if there is none. */
function exchange({ port }, { text, ends = false }) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, 'localhost')
    let received = ''
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no answer to ${text.slice(0, 200)}; received ${received.slice(0, 200)}`))
    }, PATIENCE)
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(parse(received))
    }
    socket.setEncoding('latin1')
    socket.on('data', (data) => {
      received += data
      // Some servers keep the connection after an error, whatever the request says.
      if (isComplete(received)) finish()
    })
    socket.on('close', finish)
    // A server may close the connection while the request still arrives.
    socket.on('error', finish)
    socket.write(text, 'latin1')
    if (ends) socket.end()
  })
}

function isComplete(text) {
  const { headers, body } = parse(text)
  if (!headers) return false
  if (headers['transfer-encoding']) return /(^|\r\n)0\r\n\r\n$/.test(text)
  return headers['content-length'] !== undefined && body.length >= Number(headers['content-length'])
}

function parse(text) {
  const [, status, head, body] = text.match(/^HTTP\/1\.[01] (\d{3})[^\r\n]*\r\n(.*?)\r\n\r\n(.*)$/s) ?? []
  if (status === undefined) return { closed: true, headers: undefined, body: '' }
  const headers = {}
  for (const line of head.split('\r\n')) {
    const [, name, value] = line.match(/^([^:]+): ?(.*)$/) ?? []
    if (name) headers[name.toLowerCase()] = value
  }
  const plain = headers['transfer-encoding'] ? body.replace(/(^|\r\n)[0-9a-f]+\r\n/gi, '').trimEnd() : body
  return { status: Number(status), headers, body: plain }
}
