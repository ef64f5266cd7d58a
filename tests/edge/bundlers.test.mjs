// File tracers and bundlers with their defaults, and with the documented settings: a small program prints one token, or an error
// names the cause and the setting.

import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import test from 'node:test'
import { addPlatformPackage, emptyFolderIn, HERE, NODE, project, run, skip } from './package.mjs'

const require = createRequire(import.meta.url)
const noTools = !existsSync(path.join(HERE, 'node_modules', 'rollup')) && 'the bundlers are not installed'

const BODY = `
const token = new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice' })
token.addGrant(new AccessToken.SyncGrant({ serviceSid: 'IS123' }))
console.log(token.toJwt('HS256', { now: 1_700_000_000 }))
`
const TOKEN = (() => {
  const { AccessToken } = require('../../node/index.js')
  const token = new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice' })
  token.addGrant(new AccessToken.SyncGrant({ serviceSid: 'IS123' }))
  return `${token.toJwt('HS256', { now: 1_700_000_000 })}\n`
})()

/** What docs/migration.md says that a bundler reports without its setting. */
function documented(bundler) {
  const page = readFileSync(new URL('../../docs/migration.md', import.meta.url), 'utf8')
  const [, words] = page.match(new RegExp(`^\\| ${bundler} \\|.*\\| \`([^\`]+)\`[^|]*\\|$`, 'm'))
  return words
}

test('tracers and bundlers', { skip: skip || noTools, timeout: 240_000 }, async (t) => {
  const folder = project(t, 'commonjs')
  const native = addPlatformPackage(folder, '0.0.0')
  writeFileSync(path.join(folder, 'app.js'), `const { AccessToken } = require('grantmint')\n${BODY}`)
  writeFileSync(path.join(folder, 'app.mjs'), `import { AccessToken } from 'grantmint'\n${BODY}`)
  writeFileSync(
    path.join(folder, 'page.mjs'),
    `import { inspect, Issuer } from 'grantmint'
const found = [inspect('eyJ').kind]
try { new Issuer({}) } catch (error) { found.push(error.name, error.code) }
globalThis.found = found.join(' ')
`,
  )
  const at = (...names) => path.join(folder, ...names)
  /** Takes the native module away until the end of a test. */
  const hide = (t) => {
    const [from, to] = [at('node_modules', native.name), at('elsewhere')]
    renameSync(from, to)
    t.after(() => renameSync(to, from))
  }
  const prints = (file, cwd = folder) => {
    const { stdout, stderr } = run(cwd, process.execPath, [file])
    assert.deepEqual({ stdout, stderr }, { stdout: TOKEN, stderr: '' })
  }

  for (const file of ['app.js', 'app.mjs']) {
    await t.test(`@vercel/nft traces the native module from ${file}`, async (t) => {
      const { nodeFileTrace } = await import('@vercel/nft')
      const { fileList } = await nodeFileTrace([at(file)], { base: folder })
      const copy = emptyFolderIn(t)
      for (const name of fileList) cpSync(at(name), path.join(copy, name))
      prints(file, copy)
      // Nothing else comes with them.
      const traced = [...fileList].filter((name) => name.startsWith('node_modules/grantmint/'))
      for (const name of traced) assert.match(name, /\/(package\.json|index\.m?js|lib\/\w+\.js|grantmint\.wasm)$/)
      assert.ok(fileList.has(`node_modules/${native.name}/${native.file}`))

      await t.test('without it, the copy runs as WebAssembly and names the cause', () => {
        rmSync(path.join(copy, 'node_modules', native.name), { recursive: true })
        const { stdout, stderr } = run(copy, process.execPath, [file])
        assert.equal(stdout, TOKEN)
        assert.match(stderr, /as a file tracer makes it.*outputFileTracingIncludes \(Next\.js\)/s)
      })
    })
  }

  await t.test('ncc copies the native module', () => {
    const ncc = path.join(HERE, 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js')
    const built = run(folder, process.execPath, [ncc, 'build', 'app.js', '-o', 'ncc'])
    assert.equal(built.status, 0, built.stderr)
    assert.ok(readdirSync(at('ncc')).includes(native.file))
    prints('index.js', at('ncc'))
  })

  const esbuild = (entry, outfile, ...flags) => {
    const command = path.join(HERE, 'node_modules', 'esbuild', 'bin', 'esbuild')
    return run(folder, process.execPath, [command, entry, '--bundle', `--outfile=${outfile}`, ...flags])
  }
  const settings = { '--external:grantmint': [], '--external:*.node': [], '--loader:.node=copy': [] }
  for (const flag of Object.keys(settings)) {
    await t.test(`esbuild ${flag}`, () => {
      const built = esbuild('app.js', 'esbuild/app.js', '--platform=node', flag)
      assert.equal(built.status, 0, built.stderr)
      prints('esbuild/app.js')
    })
  }

  // Everything is bundled.
  await t.test('esbuild with its defaults names the native module', () => {
    const built = esbuild('app.js', 'esbuild/default.js', '--platform=node')
    assert.equal(built.status, 1)
    assert.match(built.stderr, /: \S+grantmint-\S+\.node\n/)
    assert.ok(built.stderr.includes(documented('esbuild')), built.stderr)
  })

  await t.test('esbuild where no native module is installed: the program names the flag', (t) => {
    hide(t)
    const built = esbuild('app.js', 'esbuild/without.js', '--platform=node')
    assert.equal(built.status, 0, built.stderr)
    const { status, stderr } = run(folder, process.execPath, ['esbuild/without.js'])
    assert.equal(status, 1)
    assert.match(stderr, /The package was bundled.*--external:grantmint \(esbuild\)/s)
    assert.match(stderr, /native_module_missing/)
  })

  await t.test('webpack with its defaults names the native module, and externals leave it out', async (t) => {
    const webpack = createRequire(path.join(HERE, '..', 'frameworks', 'package.json'))('webpack')
    const build = (options) =>
      new Promise((resolve, reject) => {
        const output = { path: at('webpack') }
        const all = { mode: 'production', target: 'node', context: folder, entry: './app.js', output, ...options }
        webpack(all, (error, stats) => (error ? reject(error) : resolve(stats.toJson())))
      })
    const { errors } = await build()
    assert.equal(errors.length, 1)
    assert.ok(errors[0].message.includes(documented('webpack')), errors[0].message)
    assert.match(errors[0].moduleName, /grantmint-.*\.node$/)
    assert.deepEqual((await build({ externals: { grantmint: 'commonjs grantmint' } })).errors, [])
    prints('webpack/main.js')

    await t.test('where no native module is installed, the program names the setting', async (t) => {
      hide(t)
      assert.deepEqual((await build()).errors, [])
      const { status, stderr } = run(folder, process.execPath, ['webpack/main.js'])
      assert.equal(status, 1)
      assert.match(stderr, /The package was bundled.*Set externals: \{ grantmint: 'commonjs grantmint' \} in webpack/s)
    })
  })

  await t.test('Rollup with the package or native modules external', async () => {
    const { rollup } = await import('rollup')
    const { default: commonjs } = await import('@rollup/plugin-commonjs')
    const { default: resolve } = await import('@rollup/plugin-node-resolve')
    const build = async (external, file) => {
      const plugins = [resolve({ exportConditions: ['node'] }), commonjs()]
      const bundle = await rollup({ input: at('app.mjs'), external, plugins, onwarn: () => {} })
      await bundle.write({ file: at(file), format: 'cjs' })
    }
    await build(['grantmint'], 'rollup/external.js')
    prints('rollup/external.js')
    await build([/\.node$/], 'rollup/native.js')
    prints('rollup/native.js')
    await assert.rejects(build([], 'rollup/default.js'), ({ message }) => {
      assert.match(message, /grantmint-\S+\.node/)
      return message.includes(documented('Rollup'))
    })
  })

  await t.test('Vite: a build for browsers, and one for servers', async () => {
    const { build } = await import('vite')
    const base = { root: folder, configFile: false, logLevel: 'silent' }
    const input = { rollupOptions: { input: at('page.mjs') } }
    await build({ ...base, build: { outDir: 'vite', minify: true, target: 'es2022', ...input } })
    const assets = readdirSync(at('vite', 'assets'))
    assert.equal(assets.filter((name) => name.endsWith('.wasm')).length, 1)
    const [script] = assets.filter((name) => name.endsWith('.js'))
    assert.doesNotMatch(readFileSync(at('vite', 'assets', script), 'utf8'), /[\ufff9-\uffff]/)
    await build({ ...base, build: { outDir: 'vite-ssr', ssr: 'app.mjs' } })
    const [server] = readdirSync(at('vite-ssr'))
    prints(path.join('vite-ssr', server))
    await assert.rejects(
      build({ ...base, ssr: { noExternal: true }, build: { outDir: 'vite-all', ssr: 'app.mjs' } }),
      ({ message }) => /grantmint-\S+\.node/.test(message) && message.includes(documented('Vite, SSR')),
    )
  })

  await t.test('a minifier that renames classes leaves the names of errors', () => {
    mkdirSync(at('minified'))
    const source = `import { readFileSync } from 'node:fs'
import { load } from 'grantmint/load'
const { Issuer, Verifier, AccessToken } = load(new WebAssembly.Module(readFileSync(${JSON.stringify(path.join(NODE, 'grantmint.wasm'))})))
for (const call of [() => new Issuer({}), () => new Verifier({ secret: 'fake-secret' }).verify('a')])
  try { call() } catch (error) { console.log(error.name, String(error).split(':')[0]) }
${BODY}`
    writeFileSync(at('minified', 'app.mjs'), source)
    const flags = ['--platform=node', '--format=esm', '--minify', '--charset=utf8']
    const built = esbuild('minified/app.mjs', 'minified/out.mjs', ...flags)
    assert.equal(built.status, 0, built.stderr)
    const code = readFileSync(at('minified', 'out.mjs'), 'utf8')
    assert.doesNotMatch(code, /class InputError|[\ufff9-\uffff]/)
    const { stdout, stderr } = run(folder, process.execPath, ['minified/out.mjs'])
    assert.equal(stdout, `InputError InputError\nTokenError TokenError\n${TOKEN}`, stderr)
  })

  await t.test('node_modules from another platform: it runs as WebAssembly and names the other package', (t) => {
    const [from, to] = [at('node_modules', native.name), at('node_modules', 'grantmint-win32-x64-msvc')]
    renameSync(from, to)
    t.after(() => renameSync(to, from))
    const { stdout, stderr } = run(folder, process.execPath, ['app.js'])
    assert.equal(stdout, TOKEN)
    assert.match(stderr, /node_modules contains grantmint-win32-x64-msvc: it was installed on another platform/)
  })
})
