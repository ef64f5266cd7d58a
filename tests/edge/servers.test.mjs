// The builds of other frameworks for Node.js, each a server that answers with a token.

import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import jsonwebtoken from 'jsonwebtoken'
import { emptyFolder } from '../node/packed.mjs'
import { runtimes } from '../runtimes/runtimes.mjs'
import { addPlatformPackage, emptyFolderIn, HERE, NODE, run, skip } from './package.mjs'
import { check, freePort, install, SECRET, start, VARIABLES } from './serve.mjs'

const SERVERS = path.join(HERE, '..', 'servers')
const missing = !existsSync(path.join(SERVERS, 'node_modules', 'next')) && 'the frameworks are not installed'
const command = (...names) => path.join(SERVERS, 'node_modules', ...names)

/** Returns a folder below the installed frameworks, with the package and its native module. */
function project(t) {
  const folder = emptyFolder(t, SERVERS)
  install(folder, t)
  return { folder, native: addPlatformPackage(folder, '0.0.0') }
}

const EDGE_ROUTE = `import { Issuer, VideoGrant } from 'grantmint'

export const runtime = 'edge'

let issuer

export function GET() {
  if (typeof EdgeRuntime === 'undefined') return new Response(null, { status: 500 })
  issuer ??= Issuer.fromEnv({ grants: [new VideoGrant({ room: 'daily' })] })
  return Response.json(issuer.issue('alice'))
}
`

test('Next.js 15, standalone', { skip: skip || missing, timeout: 300_000 }, async (t) => {
  const { folder, native } = project(t)
  const example = path.join(NODE, 'examples', 'nextjs')
  for (const name of ['app', 'lib', 'package.json'])
    cpSync(path.join(example, name), path.join(folder, name), { recursive: true })
  // The frameworks are installed in the folder above.
  const settings = readFileSync(path.join(example, 'next.config.mjs'), 'utf8')
  const above = settings.replaceAll('import.meta.dirname', JSON.stringify(SERVERS))
  writeFileSync(path.join(folder, 'next.config.mjs'), above)
  // A second route, in the Edge runtime.
  write(folder, { 'app/edge/token/route.js': EDGE_ROUTE })
  const build = [command('next', 'dist', 'bin', 'next'), 'build']
  const built = run(folder, process.execPath, build, { NEXT_TELEMETRY_DISABLED: '1', CI: '1' })
  assert.equal(built.status, 0, built.stdout + built.stderr)

  const server = path.join(folder, '.next', 'standalone', path.basename(folder))
  assert.ok(existsSync(path.join(server, 'node_modules', native.name, native.file)))
  const port = await freePort()
  const variables = { ...VARIABLES, PORT: String(port), HOSTNAME: '127.0.0.1' }
  const output = await start(t, process.execPath, ['server.js'], server, /Ready in|ready/i, variables)
  await check(`http://127.0.0.1:${port}`)
  await checkToken(port, '/edge/token')
  assert.doesNotMatch(output(), /GRANTMINT_WASM/)
})

const KIT = {
  'svelte.config.js': `import adapter from '@sveltejs/adapter-node'

export default { kit: { adapter: adapter() } }
`,
  'vite.config.js': `import { sveltekit } from '@sveltejs/kit/vite'

export default { plugins: [sveltekit()] }
`,
  'src/app.html': '<!doctype html><html lang="en"><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>',
  'src/routes/token/+server.js': `import { Issuer, VideoGrant } from 'grantmint'

let issuer

export function GET() {
  issuer ??= Issuer.fromEnv({ grants: [new VideoGrant({ room: 'daily' })] })
  return Response.json(issuer.issue('alice'))
}
`,
}

test("SvelteKit's adapter for Node.js", { skip: skip || missing, timeout: 300_000 }, async (t) => {
  const { folder } = project(t)
  write(folder, KIT)
  const build = (kind) => {
    const manifest = { name: 'kit', private: true, type: 'module', [kind]: { grantmint: '*' } }
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest))
    rmSync(path.join(folder, 'build'), { recursive: true, force: true })
    return run(folder, process.execPath, [command('vite', 'bin', 'vite.js'), 'build'])
  }

  await t.test('bundles a development dependency, and reports its native module', () => {
    const { status, stdout, stderr } = build('devDependencies')
    assert.equal(status, 1)
    assert.match(stdout + stderr, /grantmint-\S+\.node/)
  })

  await t.test('leaves a dependency out, which serves a token', async (t) => {
    const built = build('dependencies')
    assert.equal(built.status, 0, built.stdout + built.stderr)
    const port = await freePort()
    const variables = { ...VARIABLES, PORT: String(port), HOST: '127.0.0.1' }
    const output = await start(t, process.execPath, ['build/index.js'], folder, /Listening on/, variables)
    await checkToken(port)
    assert.doesNotMatch(output(), /GRANTMINT_WASM/)
  })
})

const NUXT = {
  'package.json': '{ "name": "nuxt-app", "private": true, "type": "module" }',
  'nuxt.config.mjs': 'export default {}',
  'app/app.vue': '<template><p>token</p></template>',
  'server/routes/token.get.js': `import { Issuer, VideoGrant } from 'grantmint'

let issuer

export default defineEventHandler(() => {
  issuer ??= Issuer.fromEnv({ grants: [new VideoGrant({ room: 'daily' })] })
  return issuer.issue('alice')
})
`,
}

test("Nuxt's preset for Node.js", { skip: skip || missing, timeout: 300_000 }, async (t) => {
  const node = runtimes.find(({ name, missing }) => name === 'Node 24' && !missing)?.command
  const [major] = process.versions.node.split('.').map(Number)
  if (major < 22 && !node) return t.skip('Nuxt needs Node 22 or later')
  const { folder, native } = project(t)
  write(folder, NUXT)
  const built = run(folder, node ?? process.execPath, [command('nuxt', 'bin', 'nuxt.mjs'), 'build'], {
    NUXT_TELEMETRY_DISABLED: '1',
    CI: '1',
  })
  assert.equal(built.status, 0, built.stdout + built.stderr)
  assert.match(built.stdout, /preset: .node-server/)

  // Elsewhere, as in a container: nothing of the project is above it.
  const place = emptyFolderIn(t)
  cpSync(path.join(folder, '.output'), place, { recursive: true, verbatimSymlinks: true })
  const serve = async (t) => {
    const port = await freePort()
    const variables = { ...VARIABLES, PORT: String(port), HOST: '127.0.0.1' }
    const output = await start(t, process.execPath, ['server/index.mjs'], place, /Listening on/, variables)
    await checkToken(port)
    return output()
  }
  await t.test('traces the native module, which serves a token', async (t) => {
    assert.doesNotMatch(await serve(t), /GRANTMINT_WASM/)
  })

  await t.test('without it, a token is served as WebAssembly, and a warning names the cause', async (t) => {
    rmSync(path.join(place, 'server', 'node_modules', native.name), { recursive: true })
    assert.match(await serve(t), /GRANTMINT_WASM.*as a file tracer makes it/s)
  })
})

function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
}

/** Asks for a token, which the routes above mint for alice. */
async function checkToken(port, route = '/token') {
  const response = await fetch(`http://127.0.0.1:${port}${route}`)
  const { identity, token } = await response.json()
  assert.equal(identity, 'alice')
  assert.deepEqual(jsonwebtoken.verify(token, SECRET).grants, { identity: 'alice', video: { room: 'daily' } })
}
