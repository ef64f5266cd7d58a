// The JavaScript of docs/migration.md is run: the "before" with the official library, the "after" with grantmint.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import jsonwebtoken from 'jsonwebtoken'
import { project } from '../runtimes/install.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const guide = readFileSync(new URL('../../docs/migration.md', import.meta.url), 'utf8')
const blocks = Object.fromEntries(
  [...guide.matchAll(/^```js (\w+)\n([^]*?)^```$/gm)].map(([, name, code]) => [name, code]),
)

const names = {
  accountSid: `AC${'a0'.repeat(16)}`,
  apiKeySid: `SK${'b1'.repeat(16)}`,
  apiKeySecret: 'fake-secret-0123456789-abcdefghi',
  serviceSid: `IS${'c2'.repeat(16)}`,
  applicationSid: `AP${'d3'.repeat(16)}`,
}

/** Returns the token that a block leaves in `jwt`, and its output. */
function play(name) {
  const printed = []
  const given = {
    require: createRequire(import.meta.url),
    console: { log: (...args) => printed.push(args.join(' ')) },
    ...names,
  }
  const code = `'use strict'\n${blocks[name]}\nreturn typeof jwt === 'undefined' ? undefined : jwt`
  const jwt = new Function(...Object.keys(given), code)(...Object.values(given))
  return { jwt, printed }
}

const verified = (token) => jsonwebtoken.verify(token, names.apiKeySecret, { algorithms: ['HS256'] })

test('every block is run here', () => {
  assert.deepEqual(Object.keys(blocks), ['before', 'after', 'issuer', 'secret', 'jest'])
  assert.equal(Object.keys(blocks).length, guide.match(/^```js/gm).length)
})

test('before and after differ by one line, and give the same token', (t) => {
  const { jwt } = play('after')
  const { grants, iat } = verified(jwt)
  assert.deepEqual(Object.keys(grants), ['identity', 'chat', 'voice'])

  // The official library sees a mocked clock, so it can be put to the second of the other token.
  t.mock.timers.enable({ apis: ['Date'], now: iat * 1000 })
  assert.equal(play('before').jwt, jwt)

  const [before, after] = ['before', 'after'].map((name) => blocks[name].split('\n'))
  assert.equal(before.filter((line, number) => line !== after[number]).length, 1)
})

test('the issuer', () => {
  const { sub, iss, grants } = verified(play('issuer').jwt)
  assert.deepEqual([sub, iss, grants], [names.accountSid, names.apiKeySid, { identity: 'alice', video: {} }])
})

test('the secret can be read, and is not shown', () => {
  const [, says] = blocks.secret.match(/\/\/ (.+)\n$/)
  assert.deepEqual(play('secret').printed, [says])
})

test('frozen clocks', async (t) => {
  const folder = project(t, HERE)
  writeFileSync(path.join(folder, 'clock.test.js'), blocks.jest)
  const vitest = blocks.jest
    .replace('jest.', 'vi.')
    .replace(/^const (.+) = require\('grantmint'\)$/m, "import $1 from 'grantmint'")
  writeFileSync(path.join(folder, 'clock.vitest.mjs'), vitest)

  await t.test('Jest', () => {
    const { status, stderr } = run(folder, 'jest/bin/jest.js', '--rootDir', '.', '--runInBand')
    assert.match(stderr, /^Tests: +1 passed, 1 total$/m, stderr)
    assert.equal(status, 0)
  })

  await t.test('Vitest', () => {
    const settings = ['--root', '.', '--globals', '--no-color', '--config', 'vitest.config.mjs']
    writeFileSync(path.join(folder, 'vitest.config.mjs'), "export default { test: { include: ['*.vitest.mjs'] } }\n")
    const { status, stdout, stderr } = run(folder, 'vitest/vitest.mjs', 'run', ...settings)
    assert.match(stdout, /^ *Tests +1 passed \(1\)$/m, stdout + stderr)
    assert.equal(status, 0)
  })
})

function run(cwd, program, ...args) {
  const env = { ...process.env, NO_COLOR: '1', CI: '1' }
  // `node --test` marks its children as tests, which changes their output.
  delete env.NODE_TEST_CONTEXT
  const file = path.join(HERE, 'node_modules', program)
  return spawnSync(process.execPath, [file, ...args], { cwd, env, encoding: 'utf8', timeout: 60_000 })
}
