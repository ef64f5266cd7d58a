// Inside the tools of Node's frameworks, which give code realms, registries and bundles of its own.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import grantmint from 'grantmint'
import jsonwebtoken from 'jsonwebtoken'
import { project } from '../runtimes/install.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const FIXTURES = path.join(HERE, 'fixtures')
const REALMS = readFileSync(path.join(FIXTURES, 'realms.js'), 'utf8')
const SLOW = { timeout: 60_000 }

/** The errors that every realm must see; the tokens are judged below. */
const ERRORS = {
  cycle: { code: 'not_json', name: 'InputError' },
  bigint: { code: 'not_json', name: 'InputError' },
  deep: { code: 'too_deep', name: 'InputError' },
  array: { code: 'wrong_type', name: 'InputError' },
  unknown: { code: 'unknown_option', name: 'InputError' },
  secret: { code: 'wrong_type', name: 'InputError' },
  numbers: { code: 'wrong_type', name: 'InputError' },
  ttl: { code: 'wrong_type', name: 'InputError' },
}

/** The result of fixtures/realms.js in this realm, where nothing is foreign. */
async function expected() {
  const { many, ...rest } = vm.runInThisContext(REALMS)(grantmint)
  const outcome = { ...rest, many: await many }
  assert.deepEqual(outcome.errors, ERRORS)
  assert.equal(new Set(outcome.tokens).size, 1)
  const { grants } = jsonwebtoken.verify(outcome.tokens[0], 'fake-secret-0123456789-abcdefghi', {
    ignoreExpiration: true,
  })
  assert.deepEqual(grants, {
    identity: 'alice',
    data_sync: { service_sid: `IS${'c2'.repeat(16)}` },
    voice: {
      outgoing: {
        application_sid: `AP${'d3'.repeat(16)}`,
        params: { list: [1, { deep: true }], at: '1970-01-01T00:00:00.000Z', map: {} },
      },
    },
    player: { a: 1 },
    own: { list: [] },
  })
  return outcome
}

test('objects, arrays and bytes of a node:vm context', async () => {
  const context = vm.createContext()
  const { many, ...rest } = vm.runInContext(REALMS, context)(grantmint)
  assert.notEqual(vm.runInContext('Object', context), Object)
  // Through JSON: to assert, an array of another realm is another kind of array.
  assert.deepEqual(JSON.parse(JSON.stringify({ ...rest, many: await many })), await expected())
})

test('in a project', async (t) => {
  const folder = project(t, HERE)
  cpSync(FIXTURES, folder, { recursive: true })
  writeFileSync(path.join(folder, 'expected.json'), JSON.stringify(await expected()))
  const app = run(folder, 'app.js').stdout
  assert.equal(jsonwebtoken.verify(app.trim(), 'fake-secret', { ignoreExpiration: true }).grants.identity, 'alice')

  await t.test('Jest', SLOW, () => {
    const { status, stderr } = run(folder, bin('jest'), '--rootDir', '.', '--runInBand', 'jest.test')
    assert.match(stderr, /^Tests: +4 passed, 4 total$/m, stderr)
    assert.equal(status, 0, stderr)
  })

  for (const pool of ['forks', 'threads', 'vmThreads', 'vmForks']) {
    await t.test(`Vitest with ${pool}`, SLOW, () => {
      const { status, stdout, stderr } = run(
        folder,
        bin('vitest'),
        'run',
        '--root',
        '.',
        `--pool=${pool}`,
        '--no-color',
        'vitest.test',
      )
      assert.match(stdout, /^ *Tests +3 passed \(3\)$/m, stdout + stderr)
      assert.equal(status, 0, stderr)
    })
  }

  await t.test('node --watch starts it again when a file changes', SLOW, async (t) => {
    const file = path.join(folder, 'watched.js')
    const source = readFileSync(path.join(folder, 'app.js'), 'utf8')
    writeFileSync(file, source)
    const child = spawn(process.execPath, ['--watch', file], {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => child.kill())
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (printed += text))
    const until = async (text) => {
      while (!printed.includes(text)) await once(child.stdout, 'data')
    }
    await until(app)
    writeFileSync(file, `${source}console.log('changed')\n`)
    await until(`${app}changed`)
  })

  const formats = {
    'esbuild, the package external': ['--external:grantmint'],
    'esbuild, all packages external': ['--packages=external'],
    'esbuild, only native modules external': ['--external:*.node'],
    'esbuild, native modules copied': ['--loader:.node=copy'],
  }
  for (const [name, flags] of Object.entries(formats)) {
    await t.test(name, SLOW, () => {
      const built = run(
        folder,
        bin('esbuild'),
        'app.js',
        '--bundle',
        '--platform=node',
        '--outfile=dist/app.js',
        ...flags,
      )
      assert.equal(built.status, 0, built.stderr)
      assert.equal(run(folder, 'dist/app.js').stdout, app)
    })
  }

  await t.test('webpack with externals', SLOW, () => {
    const built = run(folder, path.join(folder, 'webpack.js'))
    assert.equal(built.status, 0, built.stdout + built.stderr)
    assert.equal(built.stdout, 'no errors or warnings\n')
    assert.equal(run(folder, 'dist/main.js').stdout, app)
  })
})

function bin(name) {
  const folder = path.join(HERE, 'node_modules', name)
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  return path.join(folder, typeof bin === 'string' ? bin : bin[name])
}

function run(cwd, ...args) {
  return spawnSync(process.execPath, args, { cwd, env: environment(), encoding: 'utf8', timeout: 60_000 })
}

function environment() {
  const env = { ...process.env, NO_COLOR: '1', CI: '1' }
  // `node --test` marks its children as tests, which changes their output.
  delete env.NODE_TEST_CONTEXT
  return env
}
