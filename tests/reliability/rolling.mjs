// Two processes of an example behind nginx, with the configuration in docs/running-many.md. While clients ask for tokens
// at a constant rate, each process in turn is stopped and started again with a new API key, and then one is killed. Counts
// the requests that got no token, and the tokens that a verifier with both keys refuses.
//
//   node tests/reliability/rolling.mjs express|fastapi [requests a second] [seconds a phase]

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Verifier } from '../../node/index.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const EXAMPLE = {
  express: { folder: 'node/examples/express', command: [process.execPath, 'server.js'], login: '/session' },
  fastapi: {
    folder: 'python/examples/fastapi',
    command: [path.join(ROOT, '.venv', 'bin', 'python'), '-m', 'uvicorn', '--log-level=warning', 'app:app'],
    login: '/login',
  },
}[process.argv[2]]
const RATE = Number(process.argv[3] ?? 500)
// How long each phase lasts in milliseconds, besides the time that its process takes.
const PHASE = Number(process.argv[4] ?? 5) * 1000
const accountSid = `AC${'a0'.repeat(16)}`
const KEYS = {
  [`SK${'b1'.repeat(16)}`]: 'fake-old-secret-fake-old-secret-0',
  [`SK${'b2'.repeat(16)}`]: 'fake-new-secret-fake-new-secret-0',
}
const [OLD, NEW] = Object.keys(KEYS)
const SETTINGS = {
  ...process.env,
  NODE_ENV: '',
  TWILIO_ACCOUNT_SID: accountSid,
  TWILIO_SYNC_SERVICE_SID: `IS${'c2'.repeat(16)}`,
  SESSION_SECRET: 'fake-session-secret-0123456789-abcdefghi',
  DEMO_SIGN_IN: '1',
  WORKERS: '1',
  HOST: '127.0.0.1',
}

if (spawnSync('nginx', ['-v']).error) {
  console.error('nginx is needed: install it, for example with "apt-get install nginx-light".')
  process.exit(1)
}
const folder = mkdtempSync(path.join(tmpdir(), 'grantmint-'))
const running = new Set()

async function main() {
  const [one, other, front] = await freePorts(3)
  let processes = { [one]: await startServer(one, OLD), [other]: await startServer(other, OLD) }
  await startNginx({ 3001: one, 3002: other, 8080: front })
  const cookie = await signIn(front)
  const verifier = new Verifier({ keys: KEYS, accountSid })

  const rows = []
  const phase = async (name, happen) => {
    const load = new Load({ port: front, cookie, verifier })
    await sleep(PHASE / 2)
    await happen()
    await sleep(PHASE / 2)
    await load.end()
    rows.push([name, load])
  }
  const restart = async (port, signal) => {
    const child = processes[port]
    child.kill(signal)
    await once(child, 'exit')
    processes = { ...processes, [port]: await startServer(port, NEW) }
  }
  await phase('nothing else', () => {})
  await phase('one process is stopped, and started with a new key', () => restart(one, 'SIGTERM'))
  await phase('both run, with different keys', () => {})
  await phase('the other is stopped, and started with the new key', () => restart(other, 'SIGTERM'))
  await phase('one process is killed (SIGKILL), and started again', () => restart(one, 'SIGKILL'))

  const total = rows.reduce((sum, [, load]) => sum + load.sent, 0)
  console.log(`| meanwhile | requests | lost | tokens refused | with the new key |\n|---|--:|--:|--:|--:|`)
  for (const [name, { sent, lost, refused, keys }] of rows) {
    const share = `${Math.round((100 * (keys[NEW] ?? 0)) / sent)} %`
    console.log(`| ${name} | ${number(sent)} | ${lost.length} | ${refused.length} | ${share} |`)
  }
  const faults = rows.flatMap(([, { lost, refused }]) => [...lost, ...refused])
  console.log(`\n${RATE} requests a second, ${number(total)} in all.`)
  assert.ok(rows[0][1].keys[OLD] > 0 && rows.at(-1)[1].keys[OLD] === undefined, 'the key was not rotated')
  assert.deepEqual(faults, [])
}

class Load {
  constructor({ port, cookie, verifier }) {
    this.agent = new http.Agent({ keepAlive: true })
    this.request = { host: '127.0.0.1', port, path: '/token', headers: { cookie }, agent: this.agent, timeout: 60_000 }
    this.verifier = verifier
    this.sent = 0
    this.lost = []
    this.refused = []
    this.keys = {}
    this.open = new Set()
    this.start = performance.now()
    // As many as are due: a timer may be late.
    this.timer = setInterval(() => {
      for (; this.sent < ((performance.now() - this.start) * RATE) / 1000; this.sent++) this.send()
    }, 1)
  }

  send() {
    const answered = this.ask()
      .catch((error) => this.lost.push(error.code ?? error.message))
      .finally(() => this.open.delete(answered))
    this.open.add(answered)
  }

  async ask() {
    const request = http.get(this.request)
    request.once('timeout', () => request.destroy(new Error('no answer')))
    const [response] = await once(request, 'response')
    let text = ''
    for await (const part of response.setEncoding('utf8')) text += part
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`)
    try {
      const { identity, keySid } = this.verifier.verify(JSON.parse(text).token)
      assert.match(identity, /alice/)
      this.keys[keySid] = (this.keys[keySid] ?? 0) + 1
    } catch (error) {
      this.refused.push(error.code ?? error.message)
    }
  }

  async end() {
    clearInterval(this.timer)
    await Promise.all(this.open)
    this.agent.destroy()
  }
}

async function startServer(port, keySid) {
  const env = { ...SETTINGS, PORT: String(port), TWILIO_API_KEY: keySid, TWILIO_API_SECRET: KEYS[keySid] }
  const [program, ...args] = EXAMPLE.command
  if (program !== process.execPath) args.push(`--port=${port}`)
  const child = start(program, args, { cwd: path.join(ROOT, EXAMPLE.folder), env })
  await answers(child, port)
  return child
}

/** Starts nginx with the configuration of the page, on other ports. */
async function startNginx(ports) {
  const page = readFileSync(path.join(ROOT, 'docs', 'running-many.md'), 'utf8')
  const [, configuration] = page.match(/```nginx\n(.*?)```/s)
  const places = Object.entries(ports).reduce(
    (text, [from, to]) => text.replaceAll(`127.0.0.1:${from}`, `127.0.0.1:${to}`),
    configuration,
  )
  const file = path.join(folder, 'nginx.conf')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  const http = `http { access_log off; ${temporary.join(' ')}\n${places}}`
  const main = `daemon off; master_process off; pid ${folder}/pid; error_log stderr crit; events { worker_connections 8192; }\n${http}`
  writeFileSync(file, main)
  const child = start('nginx', ['-p', folder, '-c', file, '-e', 'stderr'], {})
  await answers(child, ports[8080])
}

function start(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'inherit'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

async function answers(child, port) {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`)
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)
    if (answer) return
    await sleep(20)
  }
}

async function signIn(port) {
  const headers = { 'Content-Type': 'application/json' }
  const answer = await fetch(`http://127.0.0.1:${port}${EXAMPLE.login}`, {
    method: 'POST',
    headers,
    body: '{"name":"alice"}',
  })
  assert.ok(answer.ok, await answer.text())
  return answer.headers.getSetCookie()[0].split(';')[0]
}

/** Below the ports that the system gives away: a process must find its own free again. */
async function freePorts(count) {
  const ports = []
  while (ports.length < count) {
    const port = 10_000 + Math.floor(Math.random() * 20_000)
    const server = createServer().listen(port, '127.0.0.1')
    const free = await once(server, 'listening').catch(() => false)
    if (!free || ports.includes(port)) continue
    await new Promise((resolve) => server.close(resolve))
    ports.push(port)
  }
  return ports
}

function number(value) {
  return value.toLocaleString('en')
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

try {
  await main()
} finally {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
}
