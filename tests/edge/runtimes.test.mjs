// The shared vectors on the WebAssembly engine, in each runtime by the package's own entry for it.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import test from 'node:test'
import { runtimes } from '../runtimes/runtimes.mjs'
import { launch, skip as noBrowser, open } from '../web/browser.mjs'
import { addVectors, HERE, project, run, skip, WASM } from './package.mjs'

const require = createRequire(import.meta.url)
const LEAST = 6000

const MAIN = `import * as grantmint from 'grantmint'
import { play } from './play.mjs'
import player from './player.mjs'
import vectors from './vectors.mjs'

console.log(JSON.stringify(play(grantmint, player, vectors)))
`

function check({ passed, failures }) {
  assert.deepEqual(failures.slice(0, 5), [])
  assert.ok(passed > LEAST, String(passed))
}

test('the shared vectors as WebAssembly', { skip }, async (t) => {
  const folder = project(t)
  addVectors(folder)
  writeFileSync(path.join(folder, 'main.mjs'), MAIN)
  const [bun, deno] = ['Bun', 'Deno'].map((wanted) => runtimes.find(({ name }) => name === wanted))
  const missing = ({ name, missing }) => missing && `${name} is not installed`

  await t.test('Node', () => {
    const { stdout, stderr } = run(folder, process.execPath, ['main.mjs'], { GRANTMINT_ENGINE: 'wasm' })
    assert.equal(stderr, '')
    check(JSON.parse(stdout))
  })

  await t.test('Bun', { skip: missing(bun) }, (t) => {
    const { signal, stdout, stderr } = run(folder, bun.command, ['main.mjs'], { GRANTMINT_ENGINE: 'wasm' })
    // Bun's package is for processors with AVX2.
    if (signal === 'SIGILL') return t.skip('Bun does not run on this processor')
    assert.equal(stderr, '')
    check(JSON.parse(stdout))
  })

  await t.test('Deno without a permission', { skip: missing(deno) }, () => {
    const { stdout, stderr } = run(folder, deno.command, ['run', '--no-prompt', '--quiet', 'main.mjs'])
    assert.equal(stderr, '')
    check(JSON.parse(stdout))
  })

  await t.test("workerd, Cloudflare's runtime", { skip: noWorkerd() }, async (t) => {
    const worker = `${MAIN.split('console')[0]}
let atStart
try {
  issuer().mint('alice')
} catch ({ code, message }) {
  atStart = { code, message }
}

function issuer() {
  const { Issuer, VideoGrant } = grantmint
  const sids = { accountSid: 'AC' + 'a0'.repeat(16), keySid: 'SK' + 'a0'.repeat(16) }
  return new Issuer({ ...sids, secret: 'fake-secret-'.repeat(4), grants: [new VideoGrant({ room: 'daily' })] })
}

export default {
  fetch() {
    const [, payload] = issuer().mint('alice').split('.')
    const { iat } = JSON.parse(atob(payload))
    return Response.json({ ...play(grantmint, player, vectors), atStart, iat, names: [typeof Buffer, typeof process] })
  },
}
`
    writeFileSync(
      path.join(folder, 'worker.mjs'),
      worker.replace("'grantmint'", "'./node_modules/grantmint/edge/workerd.mjs'"),
    )
    const base = await serveWorker(t, folder)
    const { atStart, iat, names, ...result } = await (await fetch(base)).json()
    check(result)
    assert.deepEqual(names, ['undefined', 'undefined'])
    assert.equal(atStart.code, 'no_clock')
    assert.match(atStart.message, /inside the request handler/)
    assert.ok(Math.abs(iat - Date.now() / 1000) < 60, String(iat))
  })

  await t.test("edge-runtime, Vercel's runtime", { skip: noPackage('edge-runtime') }, async () => {
    const { EdgeRuntime } = require('edge-runtime')
    const installed = path.join(folder, 'node_modules', 'grantmint')
    const text = (file) => readFileSync(path.join(installed, file), 'utf8')
    const runtime = new EdgeRuntime({
      // Next.js compiles the module, as for an import with \`?module\`.
      extend: (context) => Object.assign(context, { compiled: new WebAssembly.Module(readFileSync(WASM)) }),
    })
    const script = (source) => source.replaceAll(/^(import .*|export default .*)$/gm, '').replaceAll(/^export /gm, '')
    const player = readFileSync(path.join(folder, 'player.mjs'), 'utf8').replace(
      /export default .*/,
      'return module.exports',
    )
    const vectors = readFileSync(path.join(folder, 'vectors.mjs'), 'utf8').replace('export default', 'return')
    const result = await runtime.evaluate(`(() => {
      const { classes } = ((module) => { ${text('edge/classes.cjs')}; return module.exports })({})
      const { engine } = ((module) => { ${text('lib/wasm.js')}; return module.exports })({})
      const player = (() => { ${player} })()
      const vectors = (() => { ${vectors} })()
      ${script(text('../../play.mjs'))}
      return JSON.stringify(play(classes(engine(compiled)), player, vectors))
    })()`)
    check(JSON.parse(result))
  })

  await t.test('Chromium, under a strict policy', { skip: noBrowser }, async (t) => {
    const program = MAIN.replace("'grantmint'", "'./node_modules/grantmint/edge/browser.mjs'")
    writeFileSync(path.join(folder, 'page.mjs'), program.replace('console.log(', 'document.title = ('))
    writeFileSync(path.join(folder, 'index.html'), '<!doctype html><script type="module" src="page.mjs"></script>')
    const base = await serveFolder(t, folder)
    const browser = await launch()
    t.after(() => browser.close())
    const { page, complaints } = await open(t, browser, base)
    await page.waitForFunction(() => globalThis.document.title !== '', undefined, { timeout: 60_000 })
    check(JSON.parse(await page.title()))
    assert.deepEqual(complaints, [])
  })
})

function noPackage(name) {
  return !existsSync(path.join(HERE, 'node_modules', name)) && `${name} is not installed`
}

function workerd() {
  const scope = path.join(HERE, 'node_modules', '@cloudflare')
  const found = existsSync(scope) && readdirSync(scope).find((name) => name.startsWith('workerd-'))
  return found && path.join(scope, found, 'bin', 'workerd')
}

function noWorkerd() {
  return !workerd() && 'workerd is not installed'
}

/** Serves worker.mjs with the files that it imports. */
async function serveWorker(t, folder) {
  const edge = 'node_modules/grantmint/edge'
  const scripts = ['worker.mjs', 'play.mjs', 'player.mjs', 'vectors.mjs']
  const entries = ['workerd', 'load', 'classes', 'engine'].map((name) => `${edge}/${name}.mjs`)
  const modules = [...scripts, ...entries].map((file) => `(name = "${file}", esModule = embed "${file}")`)
  modules.push(`(name = "node_modules/grantmint/grantmint.wasm", wasm = embed "node_modules/grantmint/grantmint.wasm")`)
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (compatibilityDate = "2026-01-01", modules = [${modules.join(',\n')}]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`
  writeFileSync(path.join(folder, 'worker.capnp'), config)
  const child = spawn(workerd(), ['serve', '--control-fd=1', 'worker.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill())
  let printed = ''
  for await (const text of child.stdout.setEncoding('utf8')) {
    printed += text
    const [, port] = printed.match(/"port":\s*(\d+)/) ?? []
    if (port) return `http://127.0.0.1:${port}/`
  }
  throw new Error(`workerd did not start: ${printed}`)
}

const TYPES = { '.html': 'text/html', '.mjs': 'text/javascript' }
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

/** Serves the files of a folder under the policy. WebAssembly has the type of any other file. */
async function serveFolder(t, folder) {
  const server = createServer((request, response) => {
    const name = new URL(request.url, 'http://localhost').pathname.replace(/\/$/, '/index.html')
    const file = path.join(folder, path.normalize(name))
    if (!existsSync(file)) return response.writeHead(name === '/favicon.ico' ? 204 : 404).end()
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream'
    response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY })
    createReadStream(file).pipe(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${server.address().port}/`
}
