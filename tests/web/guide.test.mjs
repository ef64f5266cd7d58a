// The Express example's shorter server, the one of Twilio's guide, over real HTTP.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import http from 'node:http'
import test from 'node:test'
import { consoleOf, fake, run, start, verify } from './token-server.mjs'

const names = Object.keys(fake)

/** Well-formed, made up for this run, and different from the fakes in every part. */
const own = {
  TWILIO_ACCOUNT_SID: `AC${randomBytes(16).toString('hex')}`,
  TWILIO_API_KEY: `SK${randomBytes(16).toString('hex')}`,
  TWILIO_API_SECRET: randomBytes(24).toString('base64url'),
  TWILIO_SYNC_SERVICE_SID: `IS${randomBytes(16).toString('hex')}`,
}

const startGuide = (t, env) => start(t, env, 'server-guide.js')

async function getToken(url) {
  const response = await fetch(`${url}token`)
  assert.equal(response.status, 200)
  return response.json()
}

test('GET /token answers an identity and its token', async (t) => {
  const { url } = await startGuide(t)
  const before = Math.floor(Date.now() / 1000)
  const response = await fetch(`${url}token`)

  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type'), /^application\/json/)
  assert.equal(response.headers.get('cache-control'), 'no-store')

  const answer = await response.json()
  assert.deepEqual(Object.keys(answer), ['identity', 'token'])
  assert.match(answer.identity, /^[A-Z][a-z]+[A-Z][a-z]+\d{4}$/)

  const claims = await verify(answer.token, fake)
  assert.deepEqual(claims.grants, {
    identity: answer.identity,
    data_sync: { service_sid: fake.TWILIO_SYNC_SERVICE_SID },
  })
  assert.equal(claims.exp - claims.iat, 3600)
  assert.ok(claims.iat >= before && claims.iat <= Date.now() / 1000)
  assert.equal(claims.jti, `${fake.TWILIO_API_KEY}-${claims.iat}`)
  await assert.rejects(verify(answer.token, { ...fake, TWILIO_API_SECRET: own.TWILIO_API_SECRET }))
})

test('every caller gets another identity', async (t) => {
  const { url } = await startGuide(t)
  const identities = await Promise.all(Array.from({ length: 5 }, async () => (await getToken(url)).identity))
  assert.ok(new Set(identities).size > 1, `five times ${identities[0]}`)
})

for (const script of ['server.js', 'server-guide.js']) {
  test(`${script} starts with its address, a token and a warning`, async (t) => {
    const server = await start(t, {}, script)
    const token = server.stdout.match(/^eyJ\S+$/m)[0]
    const identity = server.stdout.match(/^A token for (\S+):$/m)[1]

    assert.equal((await verify(token, fake)).grants.identity, identity)
    assert.match(server.stdout, /gives a token to anybody.*who is asking first/)
    assert.equal(server.stderr, '')

    // The address is the first thing that a newcomer reads, and the token the last.
    const lines = server.stdout.split('\n').filter(Boolean)
    assert.equal(lines[0], `  Open this: ${server.url}`)
    assert.equal(lines.at(-1), token)
    for (const words of ['Ctrl+C', 'PORT', '.env.example', 'npm', 'make demo'])
      assert.ok(server.stdout.includes(words), words)
    const settings = server.stdout.match(/(\S+\.env\.example) describes/)[1]
    assert.ok(existsSync(settings), settings)
    const curl = server.stdout.match(/curl (\S+)$/m)[1]
    assert.equal((await (await fetch(curl)).json()).token.split('.').length, 3)
  })

  test(`${script} serves the page, its parts and the SDK, and nothing beside them`, async (t) => {
    const { url } = await start(t, {}, script)
    const types = {
      '': 'text/html',
      'app.js': 'text/javascript',
      'base.css': 'text/css',
      'icon.svg': 'image/svg+xml',
      'sdk/twilio-sync.min.js': 'text/javascript',
    }
    for (const [path, type] of Object.entries(types)) {
      const response = await fetch(url + path)
      assert.equal(response.status, 200, path)
      assert.equal(response.headers.get('content-type').split(';')[0], type, path)
      await response.text()
    }

    const html = await (await fetch(url)).text()
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/i, 'inline script or style')

    // fetch() would tidy the dots away before it asks.
    const beside = [
      '/server.js',
      '/.env',
      '/.env.example',
      '/../.env.example',
      '/%2e%2e/package.json',
      '/sdk/',
      '/grantmint/package.json',
      '/grantmint/edge/../package.json',
      '/grantmint/edge/..%2fpackage.json',
      '/grantmint/lib/native.js',
      '/sdk/../../package.json',
      '/sdk/twilio-sync.min.js/..%2f..%2fpackage.json',
      '/node_modules/express/package.json',
    ]
    for (const path of beside) {
      const [response] = await once(http.get({ host: 'localhost', port: new URL(url).port, path }), 'response')
      response.resume()
      assert.ok([403, 404].includes(response.statusCode), `${path}: ${response.statusCode}`)
    }
  })

  test(`every answer of ${script} carries the security headers`, async (t) => {
    const { url } = await start(t, {}, script)
    for (const path of ['', 'app.js', 'sdk/twilio-sync.min.js', 'token', 'session']) {
      const { headers } = await fetch(url + path)
      const policy = headers.get('content-security-policy').split('; ')
      assert.ok(policy.includes("default-src 'none'"), path)
      assert.ok(policy.includes("script-src 'self' 'wasm-unsafe-eval'"), path)
      assert.ok(policy.includes("frame-ancestors 'none'"), path)
      assert.ok(policy.includes("require-trusted-types-for 'script'"), path)
      assert.doesNotMatch(policy.join().replace("'wasm-unsafe-eval'", ''), /unsafe|\*|https?:|data:/)
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
      // The answer is for this server's own page alone.
      assert.equal(headers.get('access-control-allow-origin'), null, path)
      assert.equal(headers.get('x-powered-by'), null, path)
    }
  })
}

test('credentials from the environment are used when all are there, and the secret stays inside', async (t) => {
  const server = await startGuide(t, own)
  const bodies = []
  for (const path of ['', 'app.js', 'session', 'token', 'nothing-here', '%']) {
    const response = await fetch(server.url + path)
    bodies.push(JSON.stringify([...response.headers]), await response.text())
  }

  const { identity, token } = await getToken(server.url)
  const claims = await verify(token, own)
  assert.deepEqual(claims.grants, { identity, data_sync: { service_sid: own.TWILIO_SYNC_SERVICE_SID } })
  assert.deepEqual(await (await fetch(`${server.url}session`)).json(), { demoCredentials: false })
  assert.doesNotMatch(consoleOf(server), /fake|Not set/)
  assertNoSecret(own.TWILIO_API_SECRET, [...bodies, server.stdout, server.stderr])
})

for (const name of names) {
  test(`without ${name} it is named, and every credential is a fake one`, async (t) => {
    const server = await startGuide(t, { ...own, [name]: '' })

    assert.match(server.stdout, new RegExp(`^Not set: ${name}\\.\nUsing fake credentials`, 'm'))
    assert.match(server.stdout, /Twilio will not accept these tokens/)
    assert.deepEqual(await (await fetch(`${server.url}session`)).json(), { demoCredentials: true })

    const { identity, token } = await getToken(server.url)
    const { grants } = await verify(token, fake)
    assert.deepEqual(grants, { identity, data_sync: { service_sid: fake.TWILIO_SYNC_SERVICE_SID } })
    const printed = Object.values(own).filter((value) => consoleOf(server).includes(value))
    assert.deepEqual(printed, [])
  })
}

test('without any credential all four are named', async (t) => {
  const server = await startGuide(t)
  assert.match(server.stdout, new RegExp(`^Not set: ${names.join(', ')}\\.$`, 'm'))
})

test('a secret that cannot be one is a 500 that does not repeat it', async (t) => {
  const secret = ['-----BEGIN', 'PRIVATE', `KEY-----\n${own.TWILIO_API_SECRET}\n`].join(' ')
  const server = await startGuide(t, { ...own, TWILIO_API_SECRET: secret })
  const response = await fetch(`${server.url}token`)
  const body = await response.text()

  assert.equal(response.status, 500)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.deepEqual(JSON.parse(body), { error: 'The server failed; its console says why.' })
  assert.match(server.stdout, /^No token: /m)
  assert.match(server.stderr, /^GET \/token: .+$/m)
  assertNoSecret(own.TWILIO_API_SECRET, [body, server.stdout, server.stderr])
})

test('it refuses to be used in production', async (t) => {
  const secret = 'a-fake-session-secret-for-tests-only-0000'
  const server = run(t, { ...own, NODE_ENV: 'production', SESSION_SECRET: secret }, 'server-guide.js')
  assert.equal(await server.exited, 1)
  assert.equal(server.stderr, 'This server is for demonstration only. Use server.js in production.\n')
})

function assertNoSecret(secret, texts) {
  const spellings = [secret, Buffer.from(secret).toString('base64url'), encodeURIComponent(secret)]
  for (const text of texts) {
    for (const spelling of spellings) assert.ok(!text.includes(spelling), `the secret is in: ${text.slice(0, 200)}`)
  }
}
