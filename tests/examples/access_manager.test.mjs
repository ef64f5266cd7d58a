// Older clients leave renewal to AccessManager, from Twilio's package twilio-common. Here it lives on what
// node/examples/fastify answers.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { AccessManager } from 'twilio-common'

const example = fileURLToPath(new URL('../../node/examples/fastify/', import.meta.url))

/** Two answers of the token server to one user, in different seconds. */
async function twoTokens(t) {
  assert.ok(existsSync(path.join(example, 'node_modules')), 'Run "npm ci" in node/examples/fastify first.')
  const ours = Object.entries(process.env).filter(([name]) => !/^TWILIO_|^SESSION_SECRET$/.test(name))
  const child = spawn(process.execPath, ['server.js'], {
    cwd: example,
    env: { ...Object.fromEntries(ours), PORT: '0', HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'close')
  t.after(() => {
    child.kill('SIGKILL')
    return exited
  })

  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
  const ended = exited.then(() => assert.fail(`The server ended: ${output}`))
  ended.catch(() => {})
  while (!/^Token server: /m.test(output)) await Promise.race([once(child.stdout, 'data'), ended])
  const [, url] = output.match(/^Token server: (\S+)$/m)

  const body = JSON.stringify({ name: 'alice' })
  const login = await fetch(`${url}login`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  const [cookie] = login.headers.get('set-cookie').split(';')
  const ask = async () => (await fetch(`${url}token`, { headers: { Cookie: cookie } })).json()

  const first = await ask()
  let second = await ask()
  while (second.expiresAt === first.expiresAt) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    second = await ask()
  }
  return [first, second]
}

test("twilio-common's AccessManager reads the tokens and renews them in time", async (t) => {
  const [first, second] = await twoTokens(t)
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: first.expiresAt * 1000 - 3_600_000 })
  const waitUntil = (time) => t.mock.timers.tick(time * 1000 - Date.now())

  const events = []
  const manager = new AccessManager(first.token)
  manager.on('error', (error) => assert.fail(error))
  manager.on('tokenUpdated', () => events.push('tokenUpdated'))
  manager.on('tokenExpired', () => events.push('tokenExpired'))
  manager.on('tokenWillExpire', () => {
    events.push('tokenWillExpire')
    manager.updateToken(second.token)
  })
  assert.equal(manager.identity, 'alice')
  assert.equal(manager.expires.getTime(), first.expiresAt * 1000)

  // It renews when the answer's `renewAt` says so.
  waitUntil(first.renewAt - 1)
  assert.deepEqual(events, ['tokenUpdated'])
  waitUntil(first.renewAt)
  t.mock.timers.tick(1)
  assert.deepEqual(events, ['tokenUpdated', 'tokenWillExpire', 'tokenUpdated'])
  assert.equal(manager.token, second.token)
  assert.equal(manager.expires.getTime(), second.expiresAt * 1000)
  assert.equal(manager.isExpired, false)

  // With nobody to renew the second one, it ends when it says.
  manager.removeAllListeners('tokenWillExpire')
  waitUntil(second.expiresAt - 1)
  assert.equal(events.length, 3)
  waitUntil(second.expiresAt)
  assert.deepEqual(events.slice(3), ['tokenExpired'])
  assert.equal(manager.isExpired, true)
})
