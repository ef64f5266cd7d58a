// The types, under the compiler and the two linters of packages.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { claims } from './credentials.mjs'
import { emptyFolder, pack } from './packed.mjs'

const require = createRequire(import.meta.url)
const TYPES = fileURLToPath(new URL('../types/', import.meta.url))
const TESTS = fileURLToPath(new URL('..', import.meta.url))

/** The executable of an installed package. */
function executable(name, command) {
  // Not by `require.resolve`: not every package exports its package.json.
  const folder = require.resolve
    .paths(name)
    .map((folder) => path.join(folder, name))
    .find(existsSync)
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  return path.join(folder, typeof bin === 'string' ? bin : bin[command])
}

/** Runs a command of an installed package in this Node. Returns its exit code and output. */
async function run(name, command, ...args) {
  const options = { cwd: TESTS, maxBuffer: 1 << 26 }
  const outcome = promisify(execFile)(process.execPath, [executable(name, command), ...args], options)
  return outcome.then(
    ({ stdout, stderr }) => ({ code: 0, printed: stdout + stderr, stdout }),
    ({ code, stdout, stderr, message }) => ({ code, printed: stdout + stderr || message, stdout }),
  )
}

const tsc = (...args) => run('typescript', 'tsc', '--pretty', 'false', ...args)

for (const project of ['tsconfig.json', 'tsconfig.node16.json', 'tsconfig.bundler.json']) {
  test(`the type tests compile: ${project}`, async () => {
    const { code, printed } = await tsc('--project', path.join(TYPES, project))
    assert.equal(code, 0, printed)
  })
}

test('a type test that is wrong would be seen', async (t) => {
  const folder = emptyFolder(t)
  const index = path.join(TESTS, '..', 'node', 'index.js')
  const wrong = path.join(folder, 'wrong.mts')
  const lines = [
    `import { AccessToken } from ${JSON.stringify(index)}`,
    "new AccessToken('AC123', 'SK123', 5)",
    '// @ts-expect-error there is no error here',
    "new AccessToken('AC123', 'SK123', 'fake-secret')",
  ]
  writeFileSync(wrong, lines.join('\n'))
  const { code, printed } = await tsc('--noEmit', '--strict', '--module', 'nodenext', '--types', '', wrong)
  assert.notEqual(code, 0)
  assert.match(printed, /wrong\.mts\(2,.*error TS2345/)
  assert.match(printed, /wrong\.mts\(3,.*error TS2578/)
})

test('the declarations compile alone: without the types of Node', async () => {
  const files = ['index.d.ts', 'index.d.mts'].map((file) => path.join(TESTS, '..', 'node', file))
  for (const lib of ['es2020', 'esnext']) {
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--types', '', '--lib', lib]
    const { code, printed } = await tsc('--noEmit', '--module', 'nodenext', ...strict, ...files)
    assert.equal(code, 0, printed)
  }
})

test('a program against the official types compiles and does the same, with another import', async (t) => {
  const read = (name) => readFileSync(path.join(TYPES, name), 'utf8').split('\n')
  const [official, ours] = [read('program.twilio.mts'), read('program.grantmint.mts')]
  const different = official.flatMap((line, index) => (line === ours[index] ? [] : [index]))
  assert.deepEqual(different, [0, 1], 'another line than the import')
  assert.match(ours[1], /^import \{ AccessToken \} from 'grantmint'$/)
  assert.equal(official.length, ours.length)

  // Inside node_modules, so that the programs find the libraries.
  const folder = emptyFolder(t, path.join(TESTS, 'node_modules'))
  const { code, printed } = await tsc('--project', path.join(TYPES, 'tsconfig.program.json'), '--outDir', folder)
  assert.equal(code, 0, printed)
  const load = (name) => import(pathToFileURL(path.join(folder, `program.${name}.mjs`)))
  const [{ tokens: theirTokens }, { tokens: ourTokens }] = [await load('twilio'), await load('grantmint')]
  const [theirs, mine] = inOneSecond(theirTokens, ourTokens)
  assert.equal(theirs.length, 10)
  assert.deepEqual(mine, theirs)
})

/** Returns both results, all of whose tokens were minted in one second: only then are they equal. */
function inOneSecond(first, second) {
  for (;;) {
    const [one, two] = [first(), second()]
    const tokens = [...one, ...two].filter((text) => text.startsWith('eyJ'))
    if (new Set(tokens.map((token) => claims(token).iat)).size === 1) return [one, two]
  }
}

const WASM = !existsSync(new URL('../../node/grantmint.wasm', import.meta.url)) && 'the WebAssembly module is not built'

test('publint and are-the-types-wrong find nothing in the packed package', { skip: WASM }, async (t) => {
  const { tarball } = pack(emptyFolder(t))

  await t.test('publint', async () => {
    const { publint } = await import('publint')
    const { buffer, byteOffset, byteLength } = readFileSync(tarball)
    const { messages } = await publint({
      pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) },
    })
    assert.deepEqual(
      messages.filter(({ type }) => type !== 'suggestion'),
      [],
    )
  })

  await t.test('are-the-types-wrong', async () => {
    const { stdout, printed } = await run(
      '@arethetypeswrong/cli',
      'attw',
      tarball,
      '--format',
      'json',
      '--no-definitely-typed',
      // One has no JavaScript behind its types, the other is an ES module alone.
      '--exclude-entrypoints',
      './grantmint.wasm',
      './keeper',
    )
    const { analysis, problems } = JSON.parse(stdout)
    assert.deepEqual(problems ?? {}, {}, printed)
    assert.deepEqual(analysis.problems, [])
    assert.deepEqual(analysis.types, { kind: 'included' })
    const kinds = Object.values(analysis.entrypoints['.'].resolutions).map(({ resolution }) => resolution?.isTypeScript)
    assert.deepEqual(kinds, [true, true, true, true])
  })

  await t.test('are-the-types-wrong, for the keeper, which is an ES module alone', async () => {
    const options = ['--no-definitely-typed', '--entrypoints', './keeper', '--profile', 'esm-only']
    const { code, printed } = await run('@arethetypeswrong/cli', 'attw', tarball, ...options, '--format', 'table')
    assert.equal(code, 0, printed)
    const { stdout } = await run('@arethetypeswrong/cli', 'attw', tarball, ...options, '--format', 'json')
    const { analysis } = JSON.parse(stdout)
    // The data ignore the profile: an ES module cannot be required by old versions of Node.
    assert.deepEqual([...new Set(analysis.problems.map(({ kind }) => kind))], ['CJSResolvesToESM'])
    const { resolutions } = analysis.entrypoints['./keeper']
    for (const kind of ['node10', 'node16-esm', 'bundler']) {
      assert.equal(resolutions[kind].resolution?.isTypeScript, true, kind)
    }
  })
})
