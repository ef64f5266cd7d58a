// Starts the Express example as its users do: a process of its own, reached over HTTP.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const example = fileURLToPath(new URL('../../node/examples/express/', import.meta.url))

/** What the example uses when a credential is missing, spelt out here once more. */
export const fake = {
  TWILIO_ACCOUNT_SID: 'AC0123456789abcdef0123456789abcdef',
  TWILIO_API_KEY: `SK${'0123456789abcdef'.repeat(2)}`,
  TWILIO_API_SECRET: 'fake-secret-for-demonstration-only-0000',
  TWILIO_SYNC_SERVICE_SID: 'IS0123456789abcdef0123456789abcdef',
}

/** Runs server.js and collects its console, without waiting for anything. It ends with the test `t` at the latest. */
export function run(t, env = {}) {
  if (!existsSync(path.join(example, 'node_modules', 'express'))) {
    throw new Error('The example is not installed: run "npm ci" in node/examples/express first.')
  }
  // Empty, not absent: so a .env file beside server.js changes nothing here.
  const unset = Object.fromEntries(Object.keys(fake).map((name) => [name, '']))
  const child = spawn(process.execPath, ['server.js'], {
    cwd: example,
    env: { ...process.env, ...unset, PORT: '0', HOST: 'localhost', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const server = { child, stdout: '', stderr: '', exited: once(child, 'close').then(([code]) => code) }
  child.stdout.setEncoding('utf8').on('data', (text) => (server.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (server.stderr += text))

  t.after(() => {
    child.kill('SIGKILL')
    return server.exited
  })
  return server
}

/** Runs server.js until it has printed its address and its token, or the lack of one. */
export async function start(t, env) {
  const server = run(t, env)
  const ended = { now: false }
  server.exited.then(() => (ended.now = true))

  await until(() => ended.now || /^(eyJ|No token)/m.test(server.stdout), () => `It printed: ${consoleOf(server)}`)
  server.url = server.stdout.match(/^Token server: (http:\/\/\S+\/)$/m)?.[1]
  if (!server.url) throw new Error(`The server did not start: ${consoleOf(server)}`)
  return server
}

export function consoleOf(server) {
  return server.stdout + server.stderr
}

/** Waits for a condition, 15 seconds at most: that is much for a laptop and enough for a busy machine. */
export async function until(condition, explain = () => 'What was waited for did not happen.') {
  const deadline = Date.now() + 15_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(explain())
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
