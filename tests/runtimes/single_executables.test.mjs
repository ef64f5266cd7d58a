// Single executables of Node: with the package in a folder beside, and as one file, with WebAssembly as an asset. They take
// seconds to make, so `make test` makes them of one Node only. `make platforms` makes them of the others.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { project } from './install.mjs'
import { runtimes } from './runtimes.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const POSTJECT = path.join(HERE, 'node_modules', 'postject', 'dist', 'cli.js')
const FRAMEWORKS = path.join(HERE, '..', 'frameworks', 'package.json')
const WASM = !existsSync(path.join(HERE, '..', '..', 'node', 'grantmint.wasm')) && 'the WebAssembly module is not built'
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

const BODY = `
const token = new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice' })
console.log(token.toJwt('HS256', { now: 1_700_000_000 }))
`
const BESIDE = `${sample('beside')}${BODY}
try {
  require('grantmint')
} catch (error) {
  console.log(error.message)
}
`
const WHOLE = `${sample('whole')}${BODY}`
const PLAIN = `const { AccessToken } = require('grantmint')\n${BODY}`

const chosen = `Node ${process.env.GRANTMINT_NODE ?? '24'}`
for (const { name, command, missing } of runtimes.filter(({ name }) => name === chosen)) {
  const skip = (missing && `${name} is not installed`) || (!existsSync(POSTJECT) && 'postject is not installed')
  test(`single executables of ${name}`, { skip }, async (t) => {
    const folder = project(t)
    writeFileSync(path.join(folder, 'plain.js'), PLAIN)
    const { stdout: token } = run(command, ['plain.js'], folder)
    assert.match(token, /^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/)

    await t.test('with node_modules beside, where Node itself refuses a plain require', () => {
      const file = build(folder, command, 'beside', BESIDE)
      // In another folder, so that only the place of the executable counts.
      const { status, stdout, stderr } = run(file, [], HERE)
      assert.deepEqual([status, stdout.replace(token, '')], [0, 'No such built-in module: grantmint\n'])
      // Node 20 warns of the plain require, too.
      assert.match(
        stderr,
        /^(\(node:\d+\) Warning: Currently the require\(\) provided to the main script .*\n(.+\n)*)?$/,
      )
      assert.doesNotMatch(stderr, /grantmint/)
    })

    await t.test('as one file', { skip: WASM }, () => {
      writeFileSync(path.join(folder, 'whole.js'), WHOLE)
      const { buildSync } = createRequire(FRAMEWORKS)('esbuild')
      const options = { bundle: true, platform: 'node', format: 'cjs', write: false, absWorkingDir: folder }
      const [{ text }] = buildSync({ ...options, entryPoints: ['whole.js'] }).outputFiles
      const assets = { 'grantmint.wasm': path.join(folder, 'node_modules', 'grantmint', 'grantmint.wasm') }
      const alone = path.join(folder, 'alone')
      mkdirSync(alone)
      renameSync(build(folder, command, 'whole', text, assets), path.join(alone, 'whole'))
      const { status, stdout, stderr } = run(path.join(alone, 'whole'), [], alone)
      assert.deepEqual([status, stdout, stderr], [0, token, ''])
    })
  })
}

/** Returns a sample of the book. */
function sample(name) {
  const text = readFileSync(path.join(HERE, '..', '..', 'docs', 'platforms.md'), 'utf8')
  return text.match(new RegExp(`^\`\`\`js ${name}\\n([^]*?)^\`\`\`$`, 'm'))[1]
}

/** Builds a single executable from the source of its main script. */
function build(folder, node, name, source, assets) {
  const at = (suffix) => path.join(folder, `${name}${suffix}`)
  writeFileSync(at('-main.js'), source)
  const settings = { main: at('-main.js'), output: at('.blob'), disableExperimentalSEAWarning: true, assets }
  writeFileSync(at('.json'), JSON.stringify(settings))
  done(run(node, ['--experimental-sea-config', at('.json')], folder))
  copyFileSync(node, at(''))
  done(run(process.execPath, [POSTJECT, at(''), 'NODE_SEA_BLOB', at('.blob'), '--sentinel-fuse', FUSE], folder))
  return at('')
}

function run(command, args, cwd) {
  const env = { ...process.env, NO_COLOR: '1' }
  delete env.NODE_TEST_CONTEXT
  return spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: 600_000 })
}

function done({ status, stdout, stderr }) {
  assert.equal(status, 0, stdout + stderr)
}
