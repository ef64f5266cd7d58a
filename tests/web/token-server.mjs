// Starts the Express example as its users do: a process of its own, reached over HTTP.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'

/** Why the tests of the Inspect view are skipped, or false. */
export const noInspector =
  !existsSync(fileURLToPath(new URL('../../node/grantmint.wasm', import.meta.url))) &&
  'the WebAssembly module is not built'

const example = fileURLToPath(new URL('../../node/examples/express/', import.meta.url))

/** The example's replacements for missing credentials, repeated here. */
export const fake = {
  TWILIO_ACCOUNT_SID: 'AC0123456789abcdef0123456789abcdef',
  TWILIO_API_KEY: `SK${'0123456789abcdef'.repeat(2)}`,
  TWILIO_API_SECRET: 'fake-secret-for-demonstration-only-0000',
  TWILIO_SYNC_SERVICE_SID: 'IS0123456789abcdef0123456789abcdef',
}

/** Every other variable that the example reads. */
const SETTINGS = [
  'ALLOWED_HOSTS',
  'ALLOWED_ORIGINS',
  'DEMO_SIGN_IN',
  'NODE_ENV',
  'SESSION_SECONDS',
  'SESSION_SECRET',
  'SYNC_TWILSOCK_URI',
  'TOKEN_TTL',
  'TRUST_PROXY',
  'TWILIO_REGION',
  'WORKERS',
]

/** Runs `script` and collects its console, without waiting for anything. It ends with the test `t` at the latest. */
export function run(t, env = {}, script = 'server.js') {
  if (!existsSync(path.join(example, 'node_modules', 'express'))) {
    throw new Error('The example is not installed: run "npm ci" in node/examples/express first.')
  }
  // Empty, not absent: so a .env file beside the script changes nothing here.
  const unset = Object.fromEntries([...Object.keys(fake), ...SETTINGS].map((name) => [name, '']))
  const child = spawn(process.execPath, [script], {
    cwd: example,
    env: { ...process.env, ...unset, PORT: '0', HOST: 'localhost', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const server = { child, stdout: '', stderr: '', exited: once(child, 'close').then(([code]) => code) }
  child.stdout.setEncoding('utf8').on('data', (text) => (server.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (server.stderr += text))

  t.after(() => {
    // The leader of several workers takes them along only if it is asked to end.
    child.kill(env.WORKERS ? 'SIGTERM' : 'SIGKILL')
    return server.exited
  })
  return server
}

/** Runs `script` until it has printed its address, and its token or the lack of one. */
export async function start(t, env = {}, script) {
  const server = run(t, env, script)
  const ended = { now: false }
  server.exited.then(() => (ended.now = true))

  // In production it prints no token.
  const ready = env.NODE_ENV === 'production' ? /^Token server: .*\n/m : /^(eyJ|No token).*\n/m
  await until(
    () => ended.now || ready.test(server.stdout),
    () => `It printed: ${consoleOf(server)}`,
  )
  server.url = server.stdout.match(/^(?:Token server| {2}Open this): (http:\/\/\S+\/)$/m)?.[1]
  if (!server.url) throw new Error(`The server did not start: ${consoleOf(server)}`)
  return server
}

export function consoleOf(server) {
  return server.stdout + server.stderr
}

/** The Cookie header of a visitor who signed in as `name`. */
export async function signIn(url, name) {
  const response = await post(`${url}session`, { name })
  if (response.status !== 200) throw new Error(`Not signed in: status ${response.status}`)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

export function post(url, body, headers = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

/** The token's claims, once two foreign libraries agree that these credentials made it. */
export async function verify(token, credentials) {
  const key = new TextEncoder().encode(credentials.TWILIO_API_SECRET)
  const { payload, protectedHeader } = await jwtVerify(token, key, {
    algorithms: ['HS256'],
    issuer: credentials.TWILIO_API_KEY,
    subject: credentials.TWILIO_ACCOUNT_SID,
  })
  const again = jsonwebtoken.verify(token, credentials.TWILIO_API_SECRET, { algorithms: ['HS256'] })
  if (JSON.stringify(again) !== JSON.stringify(payload)) throw new Error('The two libraries read different claims.')
  const header = JSON.stringify({ alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' })
  if (JSON.stringify(protectedHeader) !== header) throw new Error(`The header is ${JSON.stringify(protectedHeader)}`)
  return payload
}

/** Waits for a condition, a minute at most: that is much for a laptop and enough for a busy machine. */
export async function until(condition, explain = () => 'What was waited for did not happen.') {
  const deadline = Date.now() + 60_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(explain())
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
