// A server that is asked to stop still answers each request that arrives on an open connection.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
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
