// The npm package from its tarballs alone, installed by each package manager in an empty project: no compiler, no source
// tree, no caches, and a registry on loopback.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { emptyFolder } from '../node/packed.mjs'
import { serve } from './registry.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const DIST = fileURLToPath(new URL('../../dist', import.meta.url))
const installed = (file) => path.join(HERE, 'node_modules', file)

const MANAGERS = {
  npm: { cli: npm(), add: ['install', 'grantmint'], without: ['--omit=optional'] },
  pnpm: { cli: installed('pnpm/bin/pnpm.cjs'), add: ['add', 'grantmint'], without: ['--no-optional'] },
  'yarn 1': {
    cli: installed('yarn/bin/yarn.js'),
    add: ['add', 'grantmint', '--no-progress'],
    without: ['--ignore-optional'],
  },
  'yarn with node_modules': {
    cli: installed('@yarnpkg/cli-dist/bin/yarn.js'),
    add: ['add', 'grantmint'],
    settings: 'nodeLinker: node-modules\n',
  },
  "yarn with Plug'n'Play": {
    cli: installed('@yarnpkg/cli-dist/bin/yarn.js'),
    add: ['add', 'grantmint'],
    settings: 'pnpEnableEsmLoader: true\n',
    node: ['--require', './.pnp.cjs', '--experimental-loader', './.pnp.loader.mjs', '--no-warnings'],
  },
}

/** Mints, and checks the token with Node's own HMAC. */
const PROGRAM = `
  const secret = 'fake-secret-0123456789-abcdefghi'
  const credentials = { accountSid: 'AC' + 'a0'.repeat(16), keySid: 'SK' + 'b1'.repeat(16), secret }
  const token = new Issuer({ ...credentials, grants: [new VideoGrant({ room: 'daily' })] }).mint('alice', { now: 1700000000 })
  const [header, claims, signature] = token.split('.')
  const expected = createHmac('sha256', secret).update(header + '.' + claims).digest('base64url')
  const { grants, exp } = JSON.parse(Buffer.from(claims, 'base64url'))
  const { identity } = new Verifier({ secret }).verify(token, { now: 1700000001 })
  const { sound } = inspect(token, { secret, now: 1700000001 })
  console.log(JSON.stringify({ signed: signature === expected, grants, exp, identity, sound, version }))`
const NAMES = 'Issuer, Verifier, VideoGrant, inspect'
/** The command of `npx grantmint --version`. */
const COMMAND = `
  const manifest = require.resolve('grantmint/package.json')
  process.argv.splice(1, 0, 'grantmint', '--version')
  require(require('node:path').join(manifest, '..', require(manifest).bin.grantmint))`
const PROGRAMS = {
  'program.cjs': `
    const { ${NAMES} } = require('grantmint')
    const { createHmac } = require('node:crypto')
    const { version } = require('grantmint/package.json')${PROGRAM}`,
  'program.mjs': `
    import { ${NAMES} } from 'grantmint'
    import { createHmac } from 'node:crypto'
    import manifest from 'grantmint/package.json' with { type: 'json' }
    const { version } = manifest${PROGRAM}`,
}

for (const [name, manager] of Object.entries(MANAGERS)) {
  test(`installed with ${name}`, async (t) => {
    const registry = await serve(t, DIST)
    const { run, project } = emptyProject(t, registry, manager)
    await run(manager.cli, ...manager.add)

    const { version } = registry.manifest
    const grants = { identity: 'alice', video: { room: 'daily' } }
    const expected = { signed: true, grants, exp: 1700003600, identity: 'alice', sound: true, version }
    for (const [file, program] of Object.entries(PROGRAMS)) {
      writeFileSync(path.join(project, file), program)
      const { stdout } = await run(...(manager.node ?? []), `./${file}`)
      assert.deepEqual(JSON.parse(stdout), expected, file)
    }
    const command = await run(...(manager.node ?? []), '--eval', COMMAND)
    assert.ok(command.stdout.includes(version), command.stdout)
    // The package itself, and this platform's: the binaries of the others stay where they are. (Yarn 1 fetches them all.)
    const tarballs = new Set(registry.asked.filter((url) => url.endsWith('.tgz')))
    if (name !== 'yarn 1') assert.equal(tarballs.size, 2, [...tarballs].join(' '))
  })

  if (manager.without) {
    test(`installed with ${name}, without the platform's package`, async (t) => {
      const registry = await serve(t, DIST)
      const { run, project, env } = emptyProject(t, registry, manager)
      await run(manager.cli, ...manager.add, ...manager.without)
      writeFileSync(
        path.join(project, 'program.cjs'),
        "try { require('grantmint') } catch ({ code, message }) { console.log(JSON.stringify({ code, message })) }",
      )
      writeFileSync(path.join(project, 'wasm.cjs'), "console.log(typeof require('grantmint').Issuer)")
      const { stdout, stderr } = await run('./wasm.cjs')
      assert.equal(stdout, 'function\n')
      assert.match(stderr, /GRANTMINT_WASM.*--omit=optional/s)
      env.GRANTMINT_ENGINE = 'native'
      const { code, message } = JSON.parse((await run('./program.cjs')).stdout)
      assert.equal(code, 'native_module_missing')
      assert.ok(message.includes(`${process.platform} ${process.arch}`), message)
      assert.match(message, /--omit=optional/)
    })
  }
}

test('nothing runs when it is installed', async (t) => {
  const { manifest } = await serve(t, DIST)
  assert.equal(manifest.scripts, undefined)
  assert.equal(manifest.dependencies, undefined)
})

/** A project, a home and a PATH with nothing in them but Node; `run` runs Node there. */
function emptyProject(t, { url }, { settings }) {
  const home = emptyFolder(t)
  const [project, bin] = ['project', 'bin'].map((name) => path.join(home, name))
  for (const folder of [project, bin]) mkdirSync(folder)
  symlinkSync(realpathSync(process.execPath), path.join(bin, path.basename(process.execPath)))
  writeFileSync(path.join(project, 'package.json'), '{ "name": "project", "private": true }\n')
  // Yarn takes a folder with a lockfile of its own as the root of a project.
  writeFileSync(path.join(project, 'yarn.lock'), '')
  if (settings) writeFileSync(path.join(project, '.yarnrc.yml'), settings)

  const env = {
    PATH: bin,
    HOME: home,
    USERPROFILE: home,
    SystemRoot: process.env.SystemRoot,
    npm_config_registry: url,
    npm_config_audit: 'false',
    npm_config_update_notifier: 'false',
    YARN_CACHE_FOLDER: path.join(home, 'cache'),
    YARN_NPM_REGISTRY_SERVER: url,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_ENABLE_TELEMETRY: 'false',
    YARN_ENABLE_GLOBAL_CACHE: 'false',
  }
  const run = (...args) => promisify(execFile)(process.execPath, args, { cwd: project, env, timeout: 120_000 })
  return { project, run, env }
}

/** The script that the command `npm` runs. */
function npm() {
  const beside = path.dirname(realpathSync(process.execPath))
  const candidates = [
    process.env.npm_execpath,
    path.join(beside, 'node_modules/npm/bin/npm-cli.js'),
    path.join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
  ]
  const found = candidates.find((file) => file?.endsWith('npm-cli.js') && readable(file))
  if (!found) throw new Error('npm was not found beside Node')
  return found
}

function readable(file) {
  try {
    return readFileSync(file).length > 0
  } catch {
    return false
  }
}
