// The hostile requests of hostile.mjs against every example server that starts at once. tests/edge plays them against the Worker
// and Next.js, which are built first.

import assert from 'node:assert/strict'
import test from 'node:test'
import { playHostile } from './hostile.mjs'
import { API_SECRET, missing, OWN, SERVERS, SESSION_SECRET, start } from './servers.mjs'

for (const [name, example] of Object.entries(SERVERS)) {
  test(`hostile requests to ${name}`, { skip: missing(example) }, async (t) => {
    const server = await start(t, example, OWN)
    const secrets = [API_SECRET, SESSION_SECRET]
    await playHostile(t, { ...example.plays, ...server, secret: API_SECRET, secrets })
    assert.equal(server.child.exitCode, null)
  })

  if (!example.plays.login) continue
  test(`a session of ${name} expires on the server, whatever the client does`, {
    skip: missing(example),
  }, async (t) => {
    const { port } = await start(t, example, { ...OWN, SESSION_SECONDS: '1' })
    const ask = (path, options) => fetch(`http://localhost:${port}${path}`, options)
    const headers = { 'Content-Type': 'application/json' }
    const signedIn = await ask(example.plays.login, { method: 'POST', headers, body: '{"name":"alice"}' })
    const [cookie] = signedIn.headers.getSetCookie()[0].split(';')
    assert.match(signedIn.headers.getSetCookie()[0], /; (Max-Age=1|Expires=[^;]+ GMT)(;|$)/i)
    let status = 200
    for (const deadline = Date.now() + 30_000; status === 200 && Date.now() < deadline; ) {
      status = (await ask('/token', { headers: { cookie } })).status
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    assert.equal(status, 401)
  })
}
