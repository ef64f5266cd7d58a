// The Twilio Function of node/examples/twilio-function, in Twilio's own local runtime, over HTTP.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { jwtVerify } from 'jose'

const example = fileURLToPath(new URL('../../node/examples/twilio-function/', import.meta.url))

const own = {
  ACCOUNT_SID: `AC${'a0'.repeat(16)}`,
  API_KEY: `SK${'b1'.repeat(16)}`,
  API_SECRET: 'fake-secret-0123456789-abcdefghi',
  SERVICE_SID: `IS${'c2'.repeat(16)}`,
  OUTGOING_SID: `AP${'d3'.repeat(16)}`,
}

const withoutSignals = process.platform === 'win32' && 'Windows ends a process without asking it'

/** Runs the function with these variables, until the test ends at the latest. */
async function start(t, variables) {
  assert.ok(existsSync(path.join(example, 'node_modules')), 'Run "npm ci" in node/examples/twilio-function first.')
  const folder = await mkdtemp(path.join(tmpdir(), 'grantmint-function-'))
  const file = path.join(folder, 'variables.env')
  await writeFile(
    file,
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )

  const child = spawn(process.execPath, ['local.js', file], {
    cwd: example,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const runtime = { child, output: '', exited: once(child, 'close').then(([code]) => code) }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (runtime.output += text))
  }
  t.after(async () => {
    child.kill('SIGKILL')
    await runtime.exited
    await rm(folder, { recursive: true })
    if (variables.API_SECRET) assert.ok(!runtime.output.includes(variables.API_SECRET))
  })

  const ended = runtime.exited.then(() => assert.fail(`The runtime ended: ${runtime.output}`))
  const announced = /^Token function: (\S+)\?identity=alice$/m
  while (!announced.test(runtime.output)) await Promise.race([once(child.stdout, 'data'), ended])
  ended.catch(() => {})

  const [, url] = runtime.output.match(announced)
  runtime.ask = async (query, init) => {
    const response = await fetch(url + query, { signal: AbortSignal.timeout(15_000), ...init })
    const body = await response.text()
    const everything = JSON.stringify([...response.headers]) + body
    if (variables.API_SECRET) assert.ok(!everything.includes(variables.API_SECRET))
    return { status: response.status, headers: response.headers, json: body && JSON.parse(body) }
  }
  return runtime
}

async function verify(token, variables = own) {
  const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(variables.API_SECRET), {
    algorithms: ['HS256'],
    issuer: variables.API_KEY,
    subject: variables.ACCOUNT_SID,
  })
  assert.deepEqual(protectedHeader, { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' })
  return payload
}

function grants(identity, video, variables = own) {
  return {
    identity,
    video,
    chat: { service_sid: variables.SERVICE_SID },
    voice: { incoming: { allow: true }, outgoing: { application_sid: variables.OUTGOING_SID } },
  }
}

test('a token for an identity, for any room or for one', async (t) => {
  const { ask } = await start(t, own)
  const json = { 'Content-Type': 'application/json' }
  const before = Math.floor(Date.now() / 1000)

  for (const [query, init, identity, video] of [
    ['?identity=alice', {}, 'alice', {}],
    ['?identity=alice&room=daily', {}, 'alice', { room: 'daily' }],
    ['?identity=Zo%C3%AB', {}, 'Zoë', {}],
    ['', { method: 'POST', body: new URLSearchParams({ identity: 'bob', room: 'r 1' }) }, 'bob', { room: 'r 1' }],
    ['', { method: 'POST', headers: json, body: JSON.stringify({ identity: 'bob' }) }, 'bob', {}],
  ]) {
    const answer = await ask(query, init)
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type'), /^application\/json/)
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    assert.equal(answer.headers.get('cache-control'), 'no-store')

    assert.deepEqual(Object.keys(answer.json), ['identity', 'token', 'expiresAt', 'renewAt', 'accessToken'])
    assert.equal(answer.json.identity, identity)
    assert.equal(answer.json.accessToken, answer.json.token)
    const claims = await verify(answer.json.token)
    assert.deepEqual(claims.grants, grants(identity, video))
    assert.ok(claims.iat >= before)
    assert.equal(claims.exp, claims.iat + 3600)
    assert.equal(answer.json.expiresAt, claims.exp)
    assert.equal(answer.json.renewAt, claims.exp - 180)
  }
})

test('what it refuses', async (t) => {
  const { ask } = await start(t, own)
  const post = (body) => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body })

  for (const [query, init, field] of [
    ['', {}, 'identity'],
    ['?identity=', {}, 'identity'],
    ['?identity=alice&identity=bob', {}, 'identity'],
    ['', post('{"identity": {"name": "alice"}}'), 'identity'],
    ['', post('{"identity": "\\ud800"}'), 'identity'],
    ['?identity=alice&room=', {}, 'room'],
    ['?identity=alice&room=a&room=b', {}, 'room'],
    ['?identity=alice', post('{"room": null}'), 'room'],
  ]) {
    const answer = await ask(query, init)
    assert.equal(answer.status, 400, query)
    assert.match(answer.json.error, new RegExp(`^${field} `))
    // Without this header, the page that asked could not read the reason.
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
  }
})

for (const name of Object.keys(own)) {
  test(`${name} is missing, and the answer says so`, async (t) => {
    const { [name]: _, ...rest } = own
    const { ask } = await start(t, rest)
    const answer = await ask('?identity=alice')
    assert.equal(answer.status, 500)
    assert.deepEqual(answer.json, { error: `${name} is not set.` })
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  })
}

test('a SERVICE_SID that Twilio filled in', async (t) => {
  const { ask } = await start(t, { ...own, SERVICE_SID: `ZS${'c2'.repeat(16)}` })
  const answer = await ask('?identity=alice')
  assert.equal(answer.status, 500)
  assert.deepEqual(answer.json, { error: 'SERVICE_SID must begin with IS.' })
})

test('a key in the place of the secret: the log has the reason, and neither it nor the answer the key', async (t) => {
  const runtime = await start(t, { ...own, API_SECRET: '-----BEGIN PRIVATE KEY-----' })
  const answer = await runtime.ask('?identity=alice')
  assert.equal(answer.status, 500)
  assert.deepEqual(answer.json, { error: 'No token could be made; the log says why.' })
  assert.match(runtime.output, /secret_is_key/)
})

test('a preflight', async (t) => {
  const { ask } = await start(t, own)
  const headers = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' }
  const answer = await ask('', { method: 'OPTIONS', headers })
  assert.equal(answer.status, 204)
  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
})

test('with the variables of .env.example, it stops when asked to', { skip: withoutSignals }, async (t) => {
  const variables = parseEnv(await readFile(path.join(example, '.env.example'), 'utf8'))
  assert.deepEqual(Object.keys(variables).sort(), Object.keys(own).sort())
  const runtime = await start(t, variables)
  const { json } = await runtime.ask('?identity=alice', { headers: { Connection: 'close' } })
  assert.deepEqual((await verify(json.token, variables)).grants, grants('alice', {}, variables))

  runtime.child.kill('SIGTERM')
  assert.equal(await runtime.exited, 0)
})
