// The examples over HTTP, and hostile requests to them: the Worker in wrangler's own runtime, and the standalone build of Next.js with both of its bundlers.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { playHostile } from '../examples/hostile.mjs'
import { runtimes } from '../runtimes/runtimes.mjs'
import { addPlatformPackage, emptyFolderIn, NODE, run, skip } from './package.mjs'
import { check, freePort, install, SECRET, start, VARIABLES } from './serve.mjs'

const EXAMPLES = path.join(NODE, 'examples')
/** What wrangler's local server answers by itself, before or after the Worker. */
const MINIFLARE = /Fetch API cannot load|Network connection lost|Unrecognized request method|^Internal Server Error$/

/** What Next.js answers by itself: its page for a missing address, and a method that it does not know. */
const NEXT = /This page could not be found|^Internal Server Error$/

function noExample(name, tool) {
  const folder = path.join(EXAMPLES, name, 'node_modules', tool)
  return !existsSync(folder) && `${tool} is not installed in node/examples/${name}`
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
