// Every runtime loads the package as it is published, and gives the very same tokens and errors.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { project } from './install.mjs'
import { runtimes } from './runtimes.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const VECTORS = path.join(HERE, '..', 'vectors')
const WASM = !existsSync(path.join(HERE, '..', '..', 'node', 'grantmint.wasm')) && 'the WebAssembly module is not built'
const PROGRAMS = ['vectors.js', 'worker.js', 'exit.js', 'imports.mjs']

test('on every runtime', async (t) => {
  const folder = project(t)
  for (const program of PROGRAMS) copyFileSync(path.join(HERE, program), path.join(folder, program))

  for (const runtime of runtimes) {
    const { name, command, flags, missing } = runtime
    const skip = missing && `${name} is not installed: there is no ${missing}`

    await t.test(name, { skip }, async (t) => {
      const run = (program, ...args) => start(folder, command, [...flags, program, ...args])
      const { stdout, signal } = start(folder, command, ['--version'])
      // Bun's package is for processors with AVX2.
      if (signal === 'SIGILL') return t.skip(`${name} does not run on this processor`)
      const version = stdout.split('\n')[0]
      t.diagnostic(version)
      if (/^\d+$/.test(name.split(' ')[1])) assert.ok(version.startsWith(`v${name.split(' ')[1]}.`), version)

      await t.test('the shared vectors', () => {
        const { status, stdout, stderr } = run('vectors.js', VECTORS)
        assert.match(stdout, /(^|\n)\d{3,} passed, 0 failed\n$/, stdout + stderr)
        assert.equal(status, 0)
      })

      await t.test('import, named and whole', () => {
        const { status, stdout, stderr } = run('imports.mjs')
        assert.deepEqual([status, stdout], [0, 'the same\n'], stderr)
      })

      await t.test('in workers and the main thread at the same time', () => {
        const { status, stdout, stderr } = run('worker.js')
        assert.deepEqual([status, stdout], [0, 'the same tokens\n'], stderr)
      })

      await t.test('process.exit right after minting, with mintMany at work', () => {
        const { status, signal, stdout, stderr } = run('exit.js')
        assert.deepEqual([status, signal, stdout, stderr], [0, null, 'minted\n', ''])
      })

      if (name === 'Deno') await t.test('no permission is needed', { skip: WASM }, () => without(folder, command))
      if (name.startsWith('Node '))
        await t.test('the permission model needs --allow-addons', () => permissions(folder, name, command))
    })
  }
})

test('on Linux with glibc, x64 or arm64, npm has them all', { skip: !hasAll() && 'another platform' }, () => {
  const missing = runtimes.filter(({ missing }) => missing).map(({ name }) => name)
  assert.deepEqual(missing, [], 'run "npm ci --ignore-scripts" in tests/runtimes')
})

function hasAll() {
  const { glibcVersionRuntime } = process.report.getReport().header
  return process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch) && glibcVersionRuntime !== undefined
}

function without(folder, deno) {
  const script = path.join(folder, 'small.mjs')
  writeFileSync(
    script,
    "import { SyncGrant } from 'grantmint'\nconsole.log(new SyncGrant({ serviceSid: 'IS123' }).toPayload())",
  )
  const { status, stdout, stderr } = start(folder, deno, ['run', '--no-prompt', '--quiet', script])
  assert.deepEqual([status, stdout, stderr], [0, '{ service_sid: "IS123" }\n', ''])
}

function permissions(folder, name, node) {
  const model = name === 'Node 20' ? '--experimental-permission' : '--permission'
  // Node 20 warns that the model is an experiment.
  const flags = ['--disable-warning=ExperimentalWarning', model, `--allow-fs-read=${folder}`]
  assert.equal(start(folder, node, [...flags, '--allow-addons', 'imports.mjs']).stdout, 'the same\n')
  const { stdout: inWorkers, stderr: refused } = start(folder, node, [
    ...flags,
    '--allow-addons',
    '--allow-worker',
    'worker.js',
  ])
  assert.deepEqual([inWorkers, refused.replace(/^\(.*\n/gm, '')], ['the same tokens\n', ''])

  const { status, stdout, stderr } = start(folder, node, [...flags, 'imports.mjs'])
  if (WASM) return assert.match(stderr, /without --allow-addons/)
  assert.deepEqual([status, stdout], [0, 'the same\n'])
  assert.match(stderr, /GRANTMINT_WASM.*without --allow-addons/s)
}

function start(cwd, command, args) {
  const env = { ...process.env, NO_COLOR: '1' }
  // `node --test` marks its children as tests, which changes their output.
  delete env.NODE_TEST_CONTEXT
  return spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: 60_000 })
}
