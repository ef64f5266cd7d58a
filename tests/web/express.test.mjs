// The Express example's production server, over real HTTP. Its tokens are judged by libraries that know nothing of grantmint.

import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import net from 'node:net'
import test from 'node:test'
import { consoleOf, fake, post, run, signIn, start, until, verify } from './token-server.mjs'

const withoutSignals = process.platform === 'win32' && 'Windows ends a process without asking it'
const sessionSecret = 'a-fake-session-secret-for-tests-only-0000'

/** Well-formed, made up for this run, and different from the fakes in every part. */
const own = {
  TWILIO_ACCOUNT_SID: `AC${randomBytes(16).toString('hex')}`,
  TWILIO_API_KEY: `SK${randomBytes(16).toString('hex')}`,
  TWILIO_API_SECRET: randomBytes(24).toString('base64url'),
  TWILIO_SYNC_SERVICE_SID: `IS${randomBytes(16).toString('hex')}`,
}

const getToken = (url, cookie) => fetch(`${url}token`, { headers: { cookie } })

test('GET /token answers the identity of whoever signed in, their token and its times', async (t) => {
  const { url } = await start(t)
  const before = Math.floor(Date.now() / 1000)
  const response = await getToken(url, await signIn(url, 'alice'))

  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type'), /^application\/json/)
  assert.equal(response.headers.get('cache-control'), 'no-store')

  const answer = await response.json()
  assert.deepEqual(Object.keys(answer), ['identity', 'token', 'expiresAt', 'renewAt'])
  assert.equal(answer.identity, 'alice')
  const claims = await verify(answer.token, fake)
  assert.deepEqual(claims.grants, { identity: 'alice', data_sync: { service_sid: fake.TWILIO_SYNC_SERVICE_SID } })
  assert.ok(claims.iat >= before && claims.iat <= Date.now() / 1000)
  assert.deepEqual([answer.expiresAt, answer.renewAt], [claims.exp, claims.exp - 180])
  assert.equal(claims.exp - claims.iat, 3600)
  await assert.rejects(verify(answer.token, { ...fake, TWILIO_API_SECRET: own.TWILIO_API_SECRET }))
})

test('in a demonstration, a stranger becomes a guest and stays the same one', async (t) => {
  const { url } = await start(t)
  const first = await fetch(`${url}token`)
  assert.equal(first.status, 200)
  const { identity, token } = await first.json()
  assert.match(identity, /^[A-Z][a-z]+[A-Z][a-z]+\d{4}$/)
  assert.equal((await verify(token, fake)).grants.identity, identity)

  const [cookie] = first.headers.getSetCookie()[0].split(';')
  const again = await getToken(url, cookie)
  assert.deepEqual(again.headers.getSetCookie(), [])
  assert.equal((await again.json()).identity, identity)
  assert.equal((await (await fetch(`${url}session`, { headers: { cookie } })).json()).name, identity)
})

test('otherwise a stranger gets 401 and no token', async (t) => {
  const production = { ...own, NODE_ENV: 'production', SESSION_SECRET: sessionSecret }
  for (const env of [own, production]) {
    const { url } = await start(t, env)
    for (const request of [fetch(`${url}token`), post(`${url}inspect`, { token: 'a.b.c' })]) {
      const response = await request
      assert.equal(response.status, 401)
      assert.equal(response.headers.get('cache-control'), 'no-store')
      assert.deepEqual(response.headers.getSetCookie(), [])
      assert.deepEqual(await response.json(), { error: 'Sign in first.' })
    }
    const session = await (await fetch(`${url}session`)).json()
    assert.deepEqual([session.name, session.identity, session.demoSignIn], [null, null, false])
    assert.equal((await post(`${url}session`, { name: 'alice' })).status, 404)
  }
})

test('a cookie that was changed, made up or is over is no session', async (t) => {
  const { url } = await start(t, { SESSION_SECRET: sessionSecret })
  const sign = (session, key = sessionSecret) => {
    const value = `j:${JSON.stringify(session)}`
    const signature = createHmac('sha256', key).update(value).digest('base64').replace(/=+$/, '')
    return `session=${encodeURIComponent(`s:${value}.${signature}`)}`
  }
  const until = Math.floor(Date.now() / 1000) + 60
  // The rest of this test requires that it signs as the server does.
  assert.equal((await getToken(url, sign({ id: 'a', login: 'alice', until }))).status, 200)

  const cookie = await signIn(url, 'alice')
  const other = cookie.replace('alice', 'admin')
  assert.notEqual(other, cookie)
  const bad = [
    other,
    cookie.slice(0, -1),
    `${cookie}x`,
    cookie.replace('s%3A', ''),
    'session=',
    'session=s%3A.',
    'session=j%3A%7B',
    sign({ id: 'a', login: 'alice', until: until - 61 }),
    sign({ id: 'a', login: 'alice' }),
    sign({ login: 'alice', until }),
    sign({ id: 'a', login: 'alice', until }, 'another'.repeat(6)),
    `session=${encodeURIComponent(`j:${JSON.stringify({ id: 'a', login: 'alice', until })}`)}`,
  ]
  for (const cookie of bad) {
    const response = await getToken(url, cookie)
    assert.equal(response.status, 401, cookie)
    // Else a demonstration's visitor could never become a guest again.
    assert.match(response.headers.getSetCookie().join(), /^session=; /)
  }
})

test('the cookie is for this server alone, and signing out ends it', async (t) => {
  const { url } = await start(t, { TRUST_PROXY: '1' })
  const set = async (headers) => (await post(`${url}session`, { name: 'alice' }, headers)).headers.getSetCookie().join()
  assert.match(await set(), /^session=s%3A.*; Max-Age=28800; Path=\/; .*HttpOnly; SameSite=Lax$/)
  assert.match(await set({ 'X-Forwarded-Proto': 'https' }), /; HttpOnly; Secure; SameSite=Lax$/)

  const cookie = await signIn(url, 'alice')
  const out = await fetch(`${url}session`, { method: 'DELETE', headers: { cookie } })
  assert.match(out.headers.getSetCookie().join(), /^session=; .*Expires=Thu, 01 Jan 1970/)
  assert.equal((await out.json()).name, null)
  // A copy of the cookie, too.
  assert.equal((await getToken(url, cookie)).status, 401)
})

test('a session key can be changed without signing anybody out', async (t) => {
  const old = await start(t, { SESSION_SECRET: sessionSecret })
  const cookie = await signIn(old.url, 'alice')
  const both = await start(t, { SESSION_SECRET: `${'another-fake-session-secret'.repeat(2)}, ${sessionSecret}` })
  assert.equal((await getToken(both.url, cookie)).status, 200)
  const other = await start(t, { SESSION_SECRET: 'another-fake-session-secret'.repeat(2) })
  assert.equal((await getToken(other.url, cookie)).status, 401)
})

test('every login has an identity of its own, always the same, without a reserved character', async (t) => {
  const { url } = await start(t)
  const reserved = "!*'();:@&=+$,/?%#[]"
  const logins = [
    'alice',
    'Alice',
    'alice@example.com',
    'alice_40example.com',
    'alice.example@com',
    `a${reserved}`,
    ' ',
    'Zoë',
    'Zoe\u0308',
    '林',
    '🦦',
    '__',
    '_',
    'a b',
    'x'.repeat(100),
    `${'@'.repeat(99)}a`,
    `${'@'.repeat(99)}b`,
  ]
  const identities = new Map()
  for (const login of logins) {
    const response = await post(`${url}session`, { name: login })
    if (login === ' ') {
      assert.equal(response.status, 400)
      continue
    }
    const { identity } = await (await getToken(url, response.headers.getSetCookie()[0].split(';')[0])).json()
    assert.match(identity, /^[A-Za-z0-9_]{1,121}$/, login)
    assert.equal((await response.json()).identity, identity)
    identities.set(login, identity)
  }
  assert.equal(identities.get('alice'), 'alice')
  assert.equal(identities.get('alice@example.com'), 'alice_40example_2Ecom')
  // Two spellings of one name, in Unicode's eyes.
  assert.equal(identities.get('Zoë'), identities.get('Zoe\u0308'))
  identities.delete('Zoe\u0308')
  assert.equal(new Set(identities.values()).size, identities.size)
})

test('a name that is none is refused', async (t) => {
  const { url } = await start(t)
  for (const name of ['', '\u0000', 'a\nb', 7, {}, [], false, 'x'.repeat(101), '\ud800']) {
    const response = await post(`${url}session`, { name })
    assert.equal(response.status, 400, JSON.stringify(name))
    assert.deepEqual(response.headers.getSetCookie(), [])
  }
  assert.match((await (await post(`${url}session`, {})).json()).name, /^[A-Z][a-z]+[A-Z][a-z]+\d{4}$/)
})

test('pages of listed origins may ask, others may change nothing', async (t) => {
  const friend = 'https://app.example.com'
  const { url } = await start(t, { ALLOWED_ORIGINS: `${friend}, http://localhost:5173` })
  const cookie = await signIn(url, 'alice')
  const allowed = await fetch(`${url}token`, { headers: { cookie, Origin: friend } })
  assert.equal(allowed.headers.get('access-control-allow-origin'), friend)
  assert.equal(allowed.headers.get('access-control-allow-credentials'), 'true')
  assert.equal(allowed.headers.get('vary'), 'Origin')

  const preflight = await fetch(`${url}inspect`, { method: 'OPTIONS', headers: { Origin: friend } })
  assert.equal(preflight.status, 204)
  assert.equal(preflight.headers.get('access-control-allow-headers'), 'Content-Type')
  assert.equal((await post(`${url}session`, { name: 'bob' }, { Origin: friend })).status, 200)
  assert.equal((await post(`${url}session`, { name: 'bob' }, { Origin: new URL(url).origin })).status, 200)

  for (const Origin of [
    'https://evil.example',
    `${friend}.evil.example`,
    'https://APP.example.com',
    'null',
    `${friend}/`,
  ]) {
    const denied = await fetch(`${url}token`, { headers: { cookie, Origin } })
    assert.equal(denied.headers.get('access-control-allow-origin'), null, Origin)
    assert.equal(denied.headers.get('vary'), 'Origin')
    const changes = [
      post(`${url}session`, { name: 'mallory' }, { Origin }),
      post(`${url}inspect`, { token: 'a.b.c' }, { Origin, cookie }),
      fetch(`${url}session`, { method: 'DELETE', headers: { Origin, cookie } }),
      fetch(`${url}session`, { method: 'OPTIONS', headers: { Origin } }),
    ]
    for (const change of changes) {
      const response = await change
      assert.equal(response.status, 403)
      assert.deepEqual(response.headers.getSetCookie(), [])
      assert.equal(response.headers.get('access-control-allow-origin'), null)
    }
  }
})

test('POST /inspect explains any token, and checks the signature of its own', async (t) => {
  const server = await start(t)
  const { url } = server
  const cookie = await signIn(url, 'alice')
  const inspect = async (token) => {
    const response = await post(`${url}inspect`, { token }, { cookie })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('cache-control'), 'no-store')
    return response.json()
  }
  const { token } = await (await getToken(url, cookie)).json()
  const [header, claims, signature] = token.split('.')

  const fresh = await inspect(token)
  assert.deepEqual([fresh.kind, fresh.sound, fresh.signature, fresh.identity], ['access_token', true, 'valid', 'alice'])
  assert.deepEqual(fresh.findings, [])

  const edited = await inspect(`${header}.${claims}.${signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`)
  assert.deepEqual([edited.sound, edited.signature], [false, 'invalid'])
  assert.ok(edited.findings[0].twilioCodes.includes(20107))

  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const foreign = await inspect(
    `${header}.${encode({ iss: own.TWILIO_API_KEY, sub: own.TWILIO_ACCOUNT_SID })}.${signature}`,
  )
  assert.equal(foreign.signature, 'not_checked')

  for (const broken of [
    '',
    'x',
    '..',
    `Bearer ${token}`,
    `"${token}"`,
    `${header}.${claims}`,
    '\ud800.b.c',
    7,
    null,
    {},
    [token],
    'a'.repeat(40_000),
  ]) {
    const { sound, findings } = await inspect(broken)
    assert.equal(sound, false, String(broken).slice(0, 60))
    assert.ok(findings[0].severity === 'error' && findings[0].message && findings[0].advice)
  }
  assert.equal(server.stderr, '')
  assert.ok(!server.stdout.includes(signature))
})

test('a body that is too large, no JSON or no object is refused, and its text is not repeated', async (t) => {
  const server = await start(t)
  const cookie = await signIn(server.url, 'alice')
  const send = (body, type = 'application/json') =>
    fetch(`${server.url}inspect`, { method: 'POST', headers: { cookie, 'Content-Type': type }, body })

  const secret = 'eyJhbGciOiJub25lIn0'
  const cases = [
    [413, JSON.stringify({ token: secret.repeat(5000) })],
    [400, secret],
    [400, `{"token":"${secret}`],
    [400, '"a string"'],
    [400, '[]'],
    [400, '{}'],
    [400, ''],
    [400, `token=${secret}`, 'application/x-www-form-urlencoded'],
    [415, '{}', 'application/json; charset=latin9'],
  ]
  for (const [status, body, type] of cases) {
    const response = await send(body, type)
    const text = await response.text()
    assert.equal(response.status, status, `${body.slice(0, 40)}: ${text}`)
    assert.equal(typeof JSON.parse(text).error, 'string')
    assert.ok(!text.includes(secret), text)
  }
  assert.ok(!consoleOf(server).includes(secret))
  assert.equal(server.stderr, '')
})

test('credentials from the environment are used, and no answer holds a secret', async (t) => {
  const server = await start(t, { ...own, SESSION_SECRET: sessionSecret, DEMO_SIGN_IN: '1' })
  let cookie = await signIn(server.url, 'alice')
  const bodies = []
  for (const path of ['', 'app.js', 'session', 'token', 'nothing-here', '%', 'inspect']) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const response = await fetch(server.url + path, { method, headers: { cookie } })
      bodies.push(JSON.stringify([...response.headers]), await response.text())
    }
  }
  // `DELETE session` has ended the first one.
  cookie = await signIn(server.url, 'alice')
  const { token } = await (await getToken(server.url, cookie)).json()
  assert.equal((await verify(token, own)).grants.data_sync.service_sid, own.TWILIO_SYNC_SERVICE_SID)
  bodies.push(await (await post(`${server.url}inspect`, { token }, { cookie })).text())
  const session = await (await fetch(`${server.url}session`)).json()
  assert.deepEqual([session.demoCredentials, session.demoSignIn], [false, true])
  assert.doesNotMatch(consoleOf(server), /fake|Not set/)
  for (const secret of [own.TWILIO_API_SECRET, sessionSecret])
    assertNoSecret(secret, [...bodies, server.stdout, server.stderr])
})

test('the page may reach its server and the Twilio endpoint of its region, nothing else', async (t) => {
  const connections = async (env) => {
    const { url } = await start(t, env)
    const { headers } = await fetch(url)
    const policy = headers.get('content-security-policy')
    // WebAssembly runs, and no script but the server's own.
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/)
    assert.doesNotMatch(policy.replace("'wasm-unsafe-eval'", ''), /unsafe|\*|https?:|data:/)
    return headers.get('content-security-policy').match(/connect-src ([^;]*)/)[1]
  }
  assert.equal(await connections({}), "'self'")
  assert.equal(await connections(own), "'self' wss://tsock.us1.twilio.com")
  assert.equal(await connections({ ...own, TWILIO_REGION: 'ie1' }), "'self' wss://tsock.ie1.twilio.com")
})

test('production wants real credentials, a session key and a login of your own', async (t) => {
  const production = { NODE_ENV: 'production', SESSION_SECRET: sessionSecret }
  const refused = async (env) => {
    const server = run(t, env)
    assert.equal(await server.exited, 1)
    assert.equal(server.stdout, '')
    return server.stderr
  }
  assert.match(await refused(production), /^Not set: TWILIO_ACCOUNT_SID, .*production\.\n$/)
  assert.match(await refused({ ...own, NODE_ENV: 'production' }), /^SESSION_SECRET is not set: .*\n$/)
  assert.match(await refused({ ...own, ...production, DEMO_SIGN_IN: '1' }), /^DEMO_SIGN_IN=1 .*production\.\n$/)
  assert.match(await refused({ SESSION_SECRET: 'short' }), /^SESSION_SECRET must have at least 32 characters\.\n$/)

  const server = await start(t, { ...own, ...production })
  assert.equal((await post(`${server.url}session`, { name: 'alice' })).status, 404)
  assert.equal((await fetch(`${server.url}token`)).status, 401)
  assert.doesNotMatch(server.stdout, /eyJ|Demonstration/)
})

test('credentials that cannot be right are named at the start, never repeated', async (t) => {
  const pem = ['-----BEGIN', 'PRIVATE', `KEY-----\n${own.TWILIO_API_SECRET}\n`].join(' ')
  for (const [name, value, field] of [
    ['TWILIO_API_SECRET', pem, 'secret'],
    ['TWILIO_API_SECRET', 'short-fake', 'secret'],
    ['TWILIO_API_KEY', own.TWILIO_ACCOUNT_SID, 'keySid'],
  ]) {
    const server = run(t, { ...own, [name]: value })
    assert.equal(await server.exited, 1)
    assert.equal(server.stdout, '')
    assert.match(server.stderr, new RegExp(`^The credentials cannot be used: .*${field}.*\\.\n$`))
    assertNoSecret(own.TWILIO_API_SECRET, [server.stderr])
  }
})

test('a setting that makes no sense is one sentence and exit code 1', async (t) => {
  for (const [name, value] of [
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3e3'],
    ['WORKERS', '0'],
    ['TOKEN_TTL', '86401'],
    ['SESSION_SECONDS', '0'],
    ['DEMO_SIGN_IN', 'yes'],
    ['ALLOWED_HOSTS', '*'],
    ['ALLOWED_HOSTS', 'https://api.example.com'],
    ['TWILIO_REGION', 'Ireland'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'https://app.example.com/'],
    ['SYNC_TWILSOCK_URI', "wss://a; script-src 'unsafe-inline'"],
  ]) {
    const server = run(t, { [name]: value })
    assert.equal(await server.exited, 1)
    assert.match(server.stderr, new RegExp(`^${name} must .*\\.\n$`))
  }
})

for (const [signal, WORKERS] of [
  ['SIGTERM', '1'],
  ['SIGINT', '1'],
  ['SIGTERM', '2'],
  ['SIGINT', '2'],
]) {
  const title = `${signal} lets requests under way end (${WORKERS} at work), and a browser's spare connection does not hold it up`
  test(title, { skip: withoutSignals, timeout: 90_000 }, async (t) => {
    const server = await start(t, { WORKERS })
    const cookie = await signIn(server.url, 'alice')
    const { host, port } = portOf(server.url)
    const idle = net.connect({ host, port })
    t.after(() => idle.destroy())
    await once(idle, 'connect')

    // A request whose body takes its time.
    const body = JSON.stringify({ token: 'a.b.c' })
    const headers = {
      cookie,
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      Expect: '100-continue',
    }
    const slow = http.request({ host, port, method: 'POST', path: '/inspect', headers })
    slow.flushHeaders()
    // The server asks for the body, so it has begun to answer.
    await once(slow, 'continue')
    slow.write(body.slice(0, 5))
    // Ctrl+C in a terminal reaches the workers as well.
    const workers = WORKERS === '1' || signal === 'SIGTERM' ? [] : ((await childrenOf(server.child.pid)) ?? [])
    for (const pid of [server.child.pid, ...workers]) process.kill(pid, signal)
    await until(() =>
      fetch(server.url).then(
        () => false,
        () => true,
      ),
    )
    await new Promise((resolve) => setTimeout(resolve, 700))
    slow.end(body.slice(5))

    const [response] = await once(slow, 'response')
    assert.equal(response.statusCode, 200)
    let text = ''
    for await (const chunk of response) text += chunk
    assert.equal(JSON.parse(text).sound, false)
    assert.equal(await server.exited, 0)
    assert.equal(server.stderr, '')
  })
}

test('several processes share the work and the sessions, are replaced, and stop together', {
  skip: withoutSignals,
  timeout: 40_000,
}, async (t) => {
  const server = await start(t, { WORKERS: '2' })
  assert.match(server.stdout, /^2 processes share the work\.$/m)
  const cookie = await signIn(server.url, 'alice')
  const statuses = () =>
    Promise.all(
      Array.from({ length: 20 }, async () => {
        const response = await fetch(`${server.url}token`, { headers: { cookie, Connection: 'close' } })
        await verify((await response.json()).token, fake)
        return response.status
      }),
    )
  assert.deepEqual(new Set(await statuses()), new Set([200]))

  // A session that was signed out in one process is over in the others, and in one that starts later.
  const other = await signIn(server.url, 'bob')
  await fetch(`${server.url}session`, { method: 'DELETE', headers: { cookie: other } })
  const over = async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`${server.url}token`, { headers: { cookie: other, Connection: 'close' } }),
      ),
    )
    return answers.every(({ status }) => status === 401)
  }
  await until(over)

  const workers = await childrenOf(server.child.pid)
  if (workers) {
    assert.equal(workers.length, 2)
    process.kill(workers[0], 'SIGKILL')
    await until(async () => {
      const now = await childrenOf(server.child.pid)
      return now.length === 2 && !now.includes(workers[0])
    })
    await until(() =>
      getToken(server.url, cookie).then(
        ({ status }) => status === 200,
        () => false,
      ),
    )
    await until(over)
    assert.match(server.stderr, /^A worker ended \(SIGKILL\)\. Another one takes its place\.\n$/)
  }
  server.child.kill('SIGTERM')
  assert.equal(await server.exited, 0)
  await assert.rejects(fetch(server.url))
})

test('a process that is asked to stop loses no request of its connections', {
  skip: withoutSignals || (process.platform !== 'linux' && 'no list of the processes'),
  timeout: 60_000,
}, async (t) => {
  const server = await start(t, { WORKERS: '2' })
  const cookie = await signIn(server.url, 'alice')
  const { host, port } = portOf(server.url)
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 })
  t.after(() => agent.destroy())
  const failed = []
  const reused = []
  const ask = () =>
    new Promise((resolve) => {
      const request = http.get({ host, port, path: '/token', headers: { cookie }, agent }, (response) => {
        if (response.statusCode !== 200) failed.push(response.statusCode)
        response.resume().once('end', resolve)
      })
      request.once('socket', () => reused.push(request.reusedSocket))
      request.once('error', (error) => {
        failed.push(error.code)
        resolve()
      })
    })

  let running = true
  const clients = Array.from({ length: 32 }, async () => {
    while (running) await ask()
  })
  await new Promise((resolve) => setTimeout(resolve, 500))
  const [first] = await childrenOf(server.child.pid)
  process.kill(first, 'SIGTERM')
  await until(async () => !(await childrenOf(server.child.pid)).includes(first))
  running = false
  await Promise.all(clients)
  assert.deepEqual(failed, [])
  assert.ok(reused.filter(Boolean).length > 100, String(reused.length))
})

test('several processes say once that the port is in use', async (t) => {
  const other = net.createServer().listen(0, 'localhost')
  t.after(() => other.close())
  await once(other, 'listening')
  const { port } = other.address()
  for (const WORKERS of ['1', '2']) {
    const server = run(t, { PORT: String(port), WORKERS })
    assert.equal(await server.exited, 1)
    assert.equal(server.stderr, `Port ${port} is already in use: choose another one with PORT.\n`)
  }
})

/** The processes that `pid` started, where the system tells. */
async function childrenOf(pid) {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => undefined)
  return text?.trim().split(' ').map(Number)
}

function portOf(url) {
  return { host: 'localhost', port: Number(new URL(url).port) }
}

function assertNoSecret(secret, texts) {
  const spellings = [secret, Buffer.from(secret).toString('base64url'), encodeURIComponent(secret)]
  for (const text of texts) {
    for (const spelling of spellings) assert.ok(!text.includes(spelling), `the secret is in: ${text.slice(0, 200)}`)
  }
}
