// Every JavaScript sample of the book and of the READMEs is run. `value // => expected` is a check.

import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import test from 'node:test'
import { AccessToken } from 'grantmint'
import { ACCOUNT_SID, KEY_SID, SECRET, SERVICE_SID } from '../node/credentials.mjs'

const ROOT = new URL('../../', import.meta.url)
const AsyncFunction = (async () => {}).constructor

// The pages that have tests of their own.
const ELSEWHERE = ['docs/migration.md']
const PAGES = [
  'README.md',
  'node/README.md',
  ...readdirSync(new URL('docs', ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].filter((page) => !ELSEWHERE.includes(page))

const SAMPLES = PAGES.flatMap((page) => {
  const text = readFileSync(new URL(page, ROOT), 'utf8')
  const blocks = [...text.matchAll(/^```js(?: (\w+))?\n([^]*?)^```$/gm)]
  assert.equal(blocks.length, text.match(/^ *```js\b/gm)?.length ?? 0, `${page}: a block that is not read`)
  return blocks.map(([, name, code], number) => ({ page, number: number + 1, name, code }))
})

// These need a browser or a bundler: tests/keeper/samples.test.mjs runs them.
const IN_A_PAGE = ['open', 'vite', 'vue']
// tests/runtimes/single_executables.test.mjs runs these.
const IN_EXECUTABLES = ['beside', 'whole']
const OWN_TESTS = { express: expressAnswers, client: clientRenews, worker: workerAnswers, load: loads }

test('there are samples', () => {
  assert.ok(SAMPLES.length > 15)
  assert.deepEqual(
    SAMPLES.flatMap(({ name }) => name ?? []).sort(),
    [...Object.keys(OWN_TESTS), ...IN_A_PAGE, ...IN_EXECUTABLES].sort(),
  )
})

for (const { page, number, name, code } of SAMPLES) {
  if ([...IN_A_PAGE, ...IN_EXECUTABLES].includes(name)) continue
  test(`${page}, ${name ?? number}`, async (t) => {
    setEnvironment(t)
    if (name) await OWN_TESTS[name](t, code)
    else await play(code)
  })
}

test('a sample that is wrong would be seen', async () => {
  await play('1 + 1 // => 2')
  await assert.rejects(play('1 + 1 // => 3'), { code: 'ERR_ASSERTION' })
  await assert.rejects(play('throw new Error("seen")'), /seen/)
})

/** Runs a sample to its end: the values of the names asked for. */
async function play(code, { modules = {}, given = {}, wanted = [] } = {}) {
  let sites = 0
  const reached = new Set()
  const check = (site, actual, expected) => {
    reached.add(site)
    assert.deepEqual(actual, expected)
  }
  // The examples have the packages of the web; everything else is the tests' own.
  const folders = ['node/examples/express/', 'tests/']
  const places = folders.map((folder) => createRequire(new URL(`${folder}sample.js`, ROOT)))
  const require = (name) => {
    if (name in modules) return modules[name]
    const found = places.find((place) => resolves(place, name))
    return (found ?? places[0])(name)
  }
  require.resolve = places[1].resolve
  const body = code
    .replace(/^import (.+) from '(.+)'$/gm, "const $1 = require('$2')")
    .replace(/^export default .+$/gm, '')
    .replace(/^export /gm, '')
    .replace(/^( *)(.+?) \/\/ => (.+)$/gm, (_, indent, ...pair) => `${indent}check(${sites++}, ${pair.slice(0, 2)})`)
  // A sample has only the environment.
  const names = { require, check, console: { log() {} }, ...given }
  // A name that the sample declares itself is not given to it.
  const declarations = body.matchAll(/^(?:const|let|class|function) (\w+|[{[][^=]+[}\]])/gm)
  const declared = new Set([...declarations].flatMap(([, names]) => names.match(/\w+/g)))
  const free = Object.entries(names).filter(([name]) => !declared.has(name))
  const run = new AsyncFunction(...free.map(([name]) => name), `'use strict'\n${body}\nreturn { ${wanted} }`)
  const found = await run(...free.map(([, value]) => value))
  assert.equal(reached.size, code.split('// =>').length - 1, 'a check was not reached')
  return found
}

async function expressAnswers(t, code) {
  process.env.PORT = '0'
  const started = async (code) => {
    const { server } = await play(code.replace('app.listen(', 'const server = app.listen('), { wanted: ['server'] })
    await new Promise((resolve) => server.once('listening', resolve))
    t.after(() => server.close())
    return `http://localhost:${server.address().port}/token`
  }
  const signsInNobody = await started(code)
  assert.equal((await fetch(signsInNobody)).status, 401)
  const nobody = '  response.sendStatus(401)\n'
  const somebody = `  request.user = { alice: { id: 'u_1' } }[request.get('x-user')]
  request.user ? next() : response.sendStatus(401)
`
  assert.ok(code.includes(nobody))
  const url = await started(code.replace(nobody, somebody))
  const ask = (user) => fetch(`${url}?identity=mallory`, { headers: user && { 'x-user': user } })
  assert.equal((await ask()).status, 401)
  const response = await ask('alice')
  assert.equal(response.headers.get('cache-control'), 'no-store')
  const { identity, token, expiresAt, renewAt } = await response.json()
  assert.deepEqual([identity, expiresAt - renewAt], ['u_1', 180])
  assert.equal(JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).grants.identity, 'u_1')
}

async function clientRenews(t, code) {
  const { keepToken } = await import('grantmint/keeper')
  const issued = []
  const statuses = [200, 200, 401]
  t.mock.method(globalThis, 'fetch', async (url) => {
    assert.equal(url, 'https://app.example.com/token')
    const status = statuses.shift()
    if (status !== 200) return new Response('', { status })
    const options = { identity: 'alice', jti: crypto.randomUUID() }
    issued.push(new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, options).toJwt())
    return Response.json({ token: issued.at(-1) })
  })
  class SyncClient extends EventEmitter {
    connectionState = 'connected'
    tokens = []
    constructor(token) {
      super()
      this.tokens.push(token)
    }
    async updateToken(token) {
      // As Twilio's SDK, which ignores the token that it has.
      if (token !== this.tokens.at(-1)) this.tokens.push(token)
    }
  }
  const visited = []
  const { client, keeper } = await play(code, {
    modules: {
      // A page has an address of its own.
      'grantmint/keeper': {
        keepToken(path) {
          const keeper = keepToken(new URL(path, 'https://app.example.com').href)
          t.after(() => keeper.stop())
          return keeper
        },
      },
      'twilio-sync': { SyncClient },
    },
    given: { location: { assign: (path) => visited.push(path) } },
    wanted: ['client', 'keeper'],
  })
  await keeper.renew()
  await new Promise(setImmediate)
  assert.deepEqual(client.tokens, issued)
  assert.equal(new Set(issued).size, 2)
  await assert.rejects(keeper.renew(), { code: 'signed_out' })
  assert.deepEqual(visited, ['/login'])
}

async function workerAnswers(t, code) {
  const { worker } = await play(code, { wanted: ['worker'] })
  for (let request = 0; request < 2; request++) {
    const response = await worker.fetch(new Request('http://localhost/token'), process.env)
    assert.equal(response.headers.get('cache-control'), 'no-store')
    const { identity, token } = await response.json()
    assert.equal(identity, 'alice')
    assert.equal(JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).grants.video.room, 'daily')
  }
}

async function loads(t, code) {
  if (!existsSync(new URL('node/grantmint.wasm', ROOT))) return t.skip('the WebAssembly module is not built')
  await play(code)
}

function resolves(require, name) {
  try {
    return Boolean(require.resolve(name))
  } catch {
    return false
  }
}

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
