// The examples over HTTP, and hostile requests to them: the Worker in wrangler's own runtime, and the standalone build of Next.js with both of its bundlers.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import test from 'node:test'
import jsonwebtoken from 'jsonwebtoken'
import { playHostile } from '../examples/hostile.mjs'
import { runtimes } from '../runtimes/runtimes.mjs'
import { addPlatformPackage, emptyFolderIn, NODE, packed, run, skip } from './package.mjs'

const EXAMPLES = path.join(NODE, 'examples')
const SECRET = 'fake-secret-for-demonstration-only-0000'
const VARIABLES = {
  TWILIO_ACCOUNT_SID: 'AC0123456789abcdef0123456789abcdef',
  TWILIO_API_KEY: 'SK0123456789abcdef0123456789abcdef',
  TWILIO_API_SECRET: SECRET,
  SESSION_SECRET: 'fake-session-secret-for-demonstration-only',
  DEMO_SIGN_IN: '1',
}

/** What wrangler's local server answers by itself, before or after the Worker. */
const MINIFLARE = /Fetch API cannot load|Network connection lost|Unrecognized request method|^Internal Server Error$/

/** What Next.js answers by itself: its page for a missing address, and a method that it does not know. */
const NEXT = /This page could not be found|^Internal Server Error$/

function noExample(name, tool) {
  const folder = path.join(EXAMPLES, name, 'node_modules', tool)
  return !existsSync(folder) && `${tool} is not installed in node/examples/${name}`
}

/** Signs in and asks for a token, as the READMEs do with curl. */
async function check(base) {
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

test('the Worker, in wrangler', { skip: skip || noExample('cloudflare-worker', 'wrangler') }, async (t) => {
  const node = runtimes.find(({ name, missing }) => name === 'Node 24' && !missing)
  if (Number(process.versions.node.split('.')[0]) < 22 && !node) return t.skip('wrangler needs Node 22 or later')
  const folder = emptyFolderIn(t)
  const example = path.join(EXAMPLES, 'cloudflare-worker')
  for (const file of ['src', 'wrangler.jsonc', 'package.json'])
    cpSync(path.join(example, file), path.join(folder, file), { recursive: true })
  cpSync(path.join(example, '.dev.vars.example'), path.join(folder, '.dev.vars'))
  install(folder, t)
  const port = await freePort()
  const wrangler = path.join(example, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
  const flags = ['dev', '--ip', '127.0.0.1', '--port', String(port), '--show-interactive-dev-session=false']
  const output = await start(t, node?.command ?? process.execPath, [wrangler, ...flags], folder, /Ready on/)
  await check(`http://127.0.0.1:${port}`)
  await hostile(t, port, output, MINIFLARE)
})

test('Next.js, standalone', { skip: skip || noExample('nextjs', 'next'), timeout: 600_000 }, async (t) => {
  const folder = emptyFolderIn(t)
  const example = path.join(EXAMPLES, 'nextjs')
  // Turbopack does not follow links out of the folder.
  execFileSync('cp', ['-r', `${example}/.`, folder])
  for (const name of ['.next', path.join('node_modules', 'grantmint')])
    rmSync(path.join(folder, name), { recursive: true, force: true })
  install(folder, t)
  const native = addPlatformPackage(folder, '0.0.0')
  const next = path.join(folder, 'node_modules', 'next', 'dist', 'bin', 'next')
  for (const bundler of ['--turbopack', '--webpack']) {
    await t.test(bundler.slice(2), async (t) => {
      rmSync(path.join(folder, '.next'), { recursive: true, force: true })
      const built = run(folder, process.execPath, [next, 'build', bundler], { NEXT_TELEMETRY_DISABLED: '1', CI: '1' })
      assert.equal(built.status, 0, built.stdout + built.stderr)
      // Elsewhere, as in a container: nothing of the project is above it.
      const place = emptyFolderIn(t)
      cpSync(path.join(folder, '.next', 'standalone'), place, { recursive: true, verbatimSymlinks: true })
      assert.ok(existsSync(path.join(place, 'node_modules', native.name, native.file)))
      // A loader that names too much makes this tracer copy all of node_modules.
      if (bundler === '--webpack') assert.ok(!existsSync(path.join(place, 'node_modules', 'grantmint', 'README.md')))
      const port = await freePort()
      const variables = { ...VARIABLES, PORT: String(port), HOSTNAME: '127.0.0.1' }
      const output = await start(t, process.execPath, ['server.js'], place, /Ready in|ready/i, variables)
      await check(`http://127.0.0.1:${port}`)
      assert.doesNotMatch(output(), /GRANTMINT_WASM/)
      if (bundler === '--webpack') {
        // As the README says, with its variables.
        const [, file] = readFileSync(path.join(example, 'README.md'), 'utf8').match(/^```ini\n([^]*?)^```$/m)
        writeFileSync(path.join(folder, '.env.local'), file)
        const port = await freePort()
        await start(t, 'npm', ['start'], folder, /Ready in|ready/i, { PORT: String(port), HOSTNAME: '127.0.0.1' })
        await check(`http://127.0.0.1:${port}`)
      }
      // The server is the same whichever bundler built it.
      if (bundler === '--turbopack') await hostile(t, port, output, NEXT)
    })
  }
  await t.test('without its setting', () => buildWithoutSetting(folder, native))
})

/** Builds the example without its setting, where no native module is installed: the build's error names the setting. */
function buildWithoutSetting(folder, native) {
  const [file, module] = [path.join(folder, 'next.config.mjs'), path.join(folder, 'node_modules', native.name)]
  const settings = readFileSync(file, 'utf8')
  rmSync(module, { recursive: true })
  writeFileSync(file, settings.replace(/^ *serverExternalPackages.*$/m, ''))
  const next = path.join(folder, 'node_modules', 'next', 'dist', 'bin', 'next')
  const { status, stdout, stderr } = run(folder, process.execPath, [next, 'build', '--turbopack'], { CI: '1' })
  assert.equal(status, 1)
  assert.match(
    stdout + stderr,
    /The package was bundled.*Set serverExternalPackages: \['grantmint'\] in next\.config\.js/,
  )
}

function hostile(t, port, log, foreign) {
  const secrets = [SECRET, VARIABLES.SESSION_SECRET]
  // Next.js and wrangler print what they answer with an error, and wrangler is slow.
  const limits = { signIns: 2000, logsTraces: true }
  return playHostile(t, { port, login: '/login', secret: SECRET, secrets, log, foreign, ...limits })
}

/** Puts the packed package into a folder's node_modules. */
function install(folder, t) {
  const place = path.join(folder, 'node_modules', 'grantmint')
  mkdirSync(place, { recursive: true })
  execFileSync('tar', ['-xzf', packed(t), '-C', place, '--strip-components=1'])
}

/** Starts a server and waits for a line of its output. Returns a function that returns the output so far. */
async function start(t, command, args, cwd, ready, variables = {}) {
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

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
