// The example servers that start at once, and how to start them.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PYTHON = path.join(ROOT, '.venv', 'bin', 'python')
export const API_SECRET = 'fake-secret-0123456789-abcdefghi'
export const SESSION_SECRET = 'fake-session-secret-0123456789-abcdefghi'
const SIDS = { account: `AC${'a0'.repeat(16)}`, key: `SK${'b1'.repeat(16)}`, service: `IS${'c2'.repeat(16)}` }
const CREDENTIALS = {
  TWILIO_ACCOUNT_SID: SIDS.account,
  TWILIO_API_KEY: SIDS.key,
  TWILIO_API_SECRET: API_SECRET,
  TWILIO_SYNC_SERVICE_SID: SIDS.service,
}
export const OWN = {
  ...CREDENTIALS,
  SESSION_SECRET,
  DEMO_SIGN_IN: '1',
  ALLOWED_HOSTS: '',
  HOST: 'localhost',
  PORT: '0',
}

const node = (folder, script) => ({ folder: `node/examples/${folder}`, command: [process.execPath, script] })
const python = (folder, ...command) => ({ folder: `python/examples/${folder}`, command: [PYTHON, '-m', ...command] })
const GUNICORN = ['gunicorn', '--preload', '--workers=2', '--threads=8', '--bind=127.0.0.1:0', '--no-control-socket']
const AXUM = path.join(ROOT, 'target', 'axum', 'debug', 'grantmint-axum-example')
const VARIABLES = Object.entries({
  ACCOUNT_SID: SIDS.account,
  API_KEY: SIDS.key,
  API_SECRET,
  SERVICE_SID: SIDS.service,
  OUTGOING_SID: `AP${'d3'.repeat(16)}`,
})

/** `plays` is for the hostile requests: see hostile.mjs. */
export const SERVERS = {
  Express: {
    ...node('express', 'server.js'),
    plays: { login: '/session', logout: '/session', guests: true, invents: true },
  },
  'Express, the guide’s server': { ...node('express', 'server-guide.js'), plays: { guests: true } },
  Fastify: { ...node('fastify', 'server.js'), plays: { login: '/login' } },
  Flask: { ...python('flask', ...GUNICORN, 'app:app'), plays: { login: '/login' } },
  Django: { ...python('django', ...GUNICORN, 'app:application'), plays: { login: '/login' } },
  FastAPI: { ...python('fastapi', 'uvicorn', '--workers=2', '--port=0', 'app:app'), plays: { login: '/login' } },
  axum: { folder: 'crates/grantmint/examples/axum', command: [AXUM], plays: { login: '/login' } },
  'a Twilio Function': {
    ...node('twilio-function', 'local.js'),
    file: VARIABLES.map(([name, value]) => `${name}=${value}\n`).join(''),
    plays: { token: '/token?identity=alice', hosts: false, anyOrigin: true, guests: true, logsTraces: true },
  },
}

/** Returns why an example cannot start, or false. */
export function missing({ folder, command }) {
  if (command[0] === PYTHON) return !existsSync(PYTHON) && 'the Python package is not built: run "make build-python"'
  if (command[0] === AXUM) return !existsSync(AXUM) && 'the axum example is not built: run "make test-node"'
  const installed = existsSync(path.join(ROOT, folder, 'node_modules'))
  return !installed && `the example is not installed: run "npm ci" in ${folder}`
}

/** Starts a server, and returns its port and its output once it has printed its address. */
export async function start(t, { folder, command, file }, settings) {
  const [program, ...args] = command
  if (file) {
    const place = mkdtempSync(path.join(tmpdir(), 'grantmint-'))
    t.after(() => rmSync(place, { recursive: true }))
    args.push(path.join(place, '.env'))
    writeFileSync(args.at(-1), file)
  }
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1', ...settings }
  const child = spawn(program, args, { cwd: path.join(ROOT, folder), env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  t.after(async () => {
    // Asks first: a supervisor that is killed leaves its workers running.
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
    await ended
    clearTimeout(timer)
  })
  let output = ''
  const address = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
        const [, port] = output.match(/http:\/\/[\w.[\]:]*?:(\d+)(?=[/\s)])/) ?? []
        if (port && port !== '0') resolve(Number(port))
      })
    }
    ended.then(() => reject(new Error(`the server ended: ${output}`)))
  })
  const port = await address
  // gunicorn and uvicorn announce their address before their workers exist.
  for (const deadline = Date.now() + 30_000; ; ) {
    const answer = await fetch(`http://localhost:${port}/nothing`).catch((error) => error)
    if (answer.ok !== undefined) break
    if (Date.now() > deadline) throw answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { port, child, log: () => output }
}
