// The examples in the documentation of the types: each runs, and its comments state the real results.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import test from 'node:test'
import grantmint from 'grantmint'
import { ACCOUNT_SID, KEY_SID, SECRET, SERVICE_SID } from './credentials.mjs'

const types = readFileSync(new URL('../../node/index.d.ts', import.meta.url), 'utf8')
const AsyncFunction = (async () => {}).constructor

/** The examples, each with the name of the declaration that follows its comment. */
function examples() {
  const declared = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(?:\/\/.*\s*)?(?:export |static |abstract |class )*(\w+)/g
  return [...types.matchAll(declared)].flatMap(([, comment, name]) => {
    const text = comment.replace(/^ *\* ?/gm, '')
    return [...text.matchAll(/@example\n```js\n([^]*?)```/g)].map(([, code]) => ({ name, code }))
  })
}

/** `value // => expected` becomes a check. */
function checked(code) {
  return code.replace(/^( *)(.+?) \/\/ => (.+)$/gm, '$1check($2, $3)')
}

test('every class and every method that does something has an example', () => {
  const wanted = [
    'AccessToken',
    'constructor',
    'addGrant',
    'toJwt',
    'Grant',
    'Issuer',
    'fromEnv',
    'mint',
    'mintMany',
    'InputError',
  ]
  const classes = Object.keys(grantmint.AccessToken).filter((name) => /.Grant$/.test(name))
  const names = new Set(examples().map(({ name }) => name))
  for (const name of [...wanted, ...classes]) assert.ok(names.has(name), name)
  assert.equal(examples().length, types.split('@example').length - 1)
})

for (const { name, code } of examples()) {
  test(`the example of ${name}: ${code.trim().split('\n').at(-1).trim()}`, async (t) => {
    setEnvironment(t)
    let checks = 0
    const check = (actual, expected) => {
      checks++
      assert.deepEqual(actual, expected)
    }
    const require = createRequire(import.meta.url)
    await new AsyncFunction('require', 'check', `'use strict'\n${checked(code)}`)(require, check)
    // Every check was reached, those in a `catch` too.
    assert.equal(checks, code.split('// =>').length - 1)
    assert.ok(checks > 0)
  })
}

test('an example that is wrong would be seen', async () => {
  const check = (actual, expected) => assert.deepEqual(actual, expected)
  const run = (code) => new AsyncFunction('check', checked(code))(check)
  await run('1 + 1 // => 2')
  await assert.rejects(run('1 + 1 // => 3'), { code: 'ERR_ASSERTION' })
})

function setEnvironment(t) {
  const before = { ...process.env }
  const values = {
    TWILIO_ACCOUNT_SID: ACCOUNT_SID,
    TWILIO_API_KEY: KEY_SID,
    TWILIO_API_SECRET: SECRET,
    TWILIO_SYNC_SERVICE_SID: SERVICE_SID,
  }
  Object.assign(process.env, values)
  t.after(() => {
    for (const name of Object.keys(values)) delete process.env[name]
    Object.assign(process.env, before)
  })
}
