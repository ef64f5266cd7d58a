// A server that is asked to stop still answers: Node's each request that arrives on an open connection, axum those begun.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import test from 'node:test'
import { missing, OWN, SERVERS, start } from './servers.mjs'

for (const name of ['Express', 'Fastify']) {
  const example = SERVERS[name]
  test(`${name}, asked to stop, loses no request of its connections`, {
    skip: missing(example) || (process.platform === 'win32' && 'no signals'),
    timeout: 60_000,
  }, async (t) => {
    const { port, child } = await start(t, example, OWN)
    const signIn = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name":"alice"}' }
    const signedIn = await fetch(`http://localhost:${port}${example.plays.login}`, signIn)
    const [cookie] = signedIn.headers.getSetCookie()[0].split(';')
    const connections = Array.from({ length: 32 }, () => new Connection({ port, cookie }))
    await Promise.all(connections.map((connection) => connection.open()))
    const loads = connections.map((connection) => connection.load())
    await new Promise((resolve) => setTimeout(resolve, 500))
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await Promise.all(loads)
    assert.equal((await ended)[0], 0)
  })
}

test('axum, asked to stop, answers a request that it has begun', {
  skip: missing(SERVERS.axum) || (process.platform === 'win32' && 'no signals'),
  timeout: 60_000,
}, async (t) => {
  const { port, child } = await start(t, SERVERS.axum, OWN)
  const body = '{"name":"alice"}'
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length, Expect: '100-continue' }
  const request = http.request({ host: 'localhost', port, path: '/login', method: 'POST', headers })
  request.flushHeaders()
  // The server asks for the body, so it has begun to answer.
  await once(request, 'continue')
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await refused(port)
  request.end(body)
  const [response] = await once(request, 'response')
  assert.equal(response.statusCode, 204)
  response.resume()
  assert.equal((await ended)[0], 0)
})

/** Waits until a server takes no more connections. */
async function refused(port) {
  for (;;) {
    const socket = net.connect({ host: 'localhost', port })
    try {
      await once(socket, 'connect')
    } catch {
      return
    }
    socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

class Connection {
  constructor({ port, cookie }) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    this.request = { host: 'localhost', port, path: '/token', headers: { cookie }, agent }
  }

  async open() {
    assert.equal((await this.ask()).reused, false)
  }

  /** Asks until the server says that it closes the connection. */
  async load() {
    for (let count = 1; ; count++) {
      const { reused, last } = await this.ask()
      assert.equal(reused, true)
      if (last) return
      // As clients do, which are sometimes about to ask when the server is asked to stop.
      if (count % 8 === 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
    }
  }

  async ask() {
    const request = http.get(this.request)
    const [response] = await once(request, 'response')
    assert.equal(response.statusCode, 200)
    await once(response.resume(), 'end')
    // The agent takes the connection back after the response has ended.
    await new Promise(setImmediate)
    return { reused: request.reusedSocket, last: response.headers.connection === 'close' }
  }
}
