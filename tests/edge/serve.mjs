// What the tests of servers share: the package in a folder, a process, and the requests of the examples' READMEs.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import jsonwebtoken from 'jsonwebtoken'
import { packed } from './package.mjs'

export const SECRET = 'fake-secret-for-demonstration-only-0000'
export const VARIABLES = {
  TWILIO_ACCOUNT_SID: 'AC0123456789abcdef0123456789abcdef',
  TWILIO_API_KEY: 'SK0123456789abcdef0123456789abcdef',
  TWILIO_API_SECRET: SECRET,
  SESSION_SECRET: 'fake-session-secret-for-demonstration-only',
  DEMO_SIGN_IN: '1',
}

/** Signs in and asks for a token, as the READMEs do with curl. */
export async function check(base) {
  const anonymous = await fetch(`${base}/token`)
  assert.deepEqual([anonymous.status, await anonymous.json()], [401, { error: 'Sign in first.' }])
  const login = (body, type = 'application/json') =>
    fetch(`${base}/login`, { method: 'POST', body, headers: { 'Content-Type': type } })
  assert.equal((await login('{"name": "alice"}', 'text/plain')).status, 415)
  for (const body of ['{"name": "a b"}', '{"name": 1}', '{', '{}']) assert.equal((await login(body)).status, 400, body)

  const signedIn = await login('{"name": "alice"}')
  assert.equal(signedIn.status, 204)
  const [cookie, ...attributes] = signedIn.headers.get('set-cookie').split('; ')
  for (const attribute of ['HttpOnly', 'Secure', 'Path=/']) assert.ok(attributes.includes(attribute), attribute)
  const response = await fetch(`${base}/token`, { headers: { cookie } })
  assert.equal(response.status, 200)
  assert.match(response.headers.get('cache-control'), /no-store/)
  const { identity, token, expiresAt, renewAt } = await response.json()
  const claims = jsonwebtoken.verify(token, SECRET)
  assert.deepEqual([identity, claims.grants], ['alice', { identity: 'alice', video: { room: 'daily' } }])
  assert.deepEqual([expiresAt, renewAt], [claims.exp, claims.exp - 180])

  const name = cookie.replace('alice', 'mallory')
  const later = cookie.replace(/=\d/, '=9')
  for (const forged of [name, later, cookie.slice(0, -4), 'session=', 'session=1:alice.x', 'session=.']) {
    assert.equal((await fetch(`${base}/token`, { headers: { cookie: forged } })).status, 401, forged)
  }
}

/** Puts the packed package into a folder's node_modules. */
export function install(folder, t) {
  const place = path.join(folder, 'node_modules', 'grantmint')
  mkdirSync(place, { recursive: true })
  execFileSync('tar', ['-xzf', packed(t), '-C', place, '--strip-components=1'])
}

/** Starts a server and waits for a line of its output. Returns a function that returns the output so far. */
export async function start(t, command, args, cwd, ready, variables = {}) {
  const env = { ...process.env, NO_COLOR: '1', CI: '1', WRANGLER_SEND_METRICS: 'false', ...variables }
  delete env.NODE_TEST_CONTEXT
  // In a group of its own, since wrangler starts other processes.
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  t.after(() => process.kill(-child.pid, 'SIGTERM'))
  let output = ''
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
        if (ready.test(output)) resolve()
      })
    }
    child.on('exit', (code) => reject(new Error(`it ended with ${code}: ${output}`)))
  })
  child.removeAllListeners('exit')
  return () => output
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
