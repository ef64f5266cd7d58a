// The answers of a token endpoint, with a fake clock.

import assert from 'node:assert/strict'
import test from 'node:test'
import { keepToken } from 'grantmint/keeper'
import { fakeClock } from './clock.mjs'
import { encode, fresh, jwt, start } from './start.mjs'

for (const [name, answer, code] of [
  ['nothing', undefined, 'no_token'],
  ['null', null, 'no_token'],
  ['no token', { identity: 'alice' }, 'no_token'],
  ['a token that is a number', { token: 7 }, 'no_token'],
  ['a token that is no JWT', { token: 'hello' }, 'no_token'],
  ['claims that are no JSON', { token: 'a.!.c' }, 'no_token'],
  ['claims that are null', { token: `a.${encode(null)}.c` }, 'no_token'],
  ['a token without an expiry', { token: jwt({ iat: 1_800_000_000 }) }, 'no_token'],
  ['an expiry that is a text', { token: jwt({ iat: 1, exp: 'tomorrow' }) }, 'no_token'],
  ['an expiresAt that is a text', { token: jwt({ iat: 1, exp: 100 }), expiresAt: 'tomorrow' }, 'no_token'],
  ['a renewAt in milliseconds', { token: jwt({ iat: 1, exp: 100 }), renewAt: 50_000 }, 'bad_time'],
  ['a renewAt that is a date', { token: jwt({ iat: 1, exp: 100 }), renewAt: '2026-01-01T00:00:00Z' }, 'bad_time'],
  ['a token whose expiry is its time of issue', { token: jwt({ iat: 100, exp: 100 }) }, 'expired'],
  ['an expiresAt of the past', { token: jwt({ iat: 100, exp: 200 }), expiresAt: 99 }, 'expired'],
]) {
  test(`${name} is an error with the code ${code}`, async (t) => {
    const { clock, codes, of } = start(t, { answer: async () => answer })
    await clock.settle()
    assert.equal(codes()[0], code)
    assert.ok(of('error')[0].error instanceof Error)
    if (answer?.token) assert.ok(!String(of('error')[0].error).includes(answer.token))
  })
}

/** A keeper with an address: fetch() is the browser's. */
function startWithAddress(t, respond, clockOptions) {
  const clock = fakeClock(t, clockOptions)
  const asked = []
  t.mock.method(globalThis, 'fetch', async (url, options) => {
    asked.push({ url, options })
    return respond(asked.length, clock)
  })
  const keeper = keepToken('https://app.example.com/token')
  t.after(() => keeper.stop())
  const errors = []
  keeper.addEventListener('error', ({ error, retryIn }) => errors.push({ error, retryIn }))
  const signedOut = []
  keeper.addEventListener('signedout', ({ error }) => signedOut.push(error))
  return { clock, keeper, asked, errors, signedOut }
}

const json = (value, init) => Response.json(value, init)

test('the endpoint is asked for JSON, past every cache', async (t) => {
  const { keeper, asked } = startWithAddress(t, (_, clock) => json({ token: fresh(clock) }))
  await keeper.token()
  const [{ url, options }] = asked
  assert.equal(url, 'https://app.example.com/token')
  assert.deepEqual([options.cache, options.headers], ['no-store', { Accept: 'application/json' }])
  assert.ok(options.signal instanceof AbortSignal)
})

test('the server’s Date tells how old its token is', async (t) => {
  const { clock, keeper, asked } = startWithAddress(
    t,
    (_, clock) =>
      json(
        { token: jwt({ iat: clock.now() - 1800, exp: clock.now() + 1800 }) },
        { headers: { Date: new Date(clock.now() * 1000).toUTCString() } },
      ),
    { random: () => 0.999 },
  )
  await keeper.token()
  await clock.advance(1600)
  assert.equal(asked.length, 1)
  await clock.advance(50)
  assert.equal(asked.length, 2)
})

for (const status of [401, 403]) {
  test(`status ${status} is the end, until the page asks for a renewal`, async (t) => {
    let signedIn = true
    const { clock, keeper, asked, errors, signedOut } = startWithAddress(t, (_, clock) =>
      signedIn ? json({ token: fresh(clock) }) : json({ error: 'Sign in first.' }, { status }),
    )
    await keeper.token()
    signedIn = false
    await assert.rejects(keeper.renew(), { code: 'signed_out', status })
    await clock.advance(86_400)
    assert.equal(asked.length, 2)
    assert.equal(keeper.state, 'signedout')
    assert.deepEqual([errors.length, signedOut.length], [0, 1])
    await assert.rejects(keeper.token(), { code: 'signed_out' })
    assert.equal(asked.length, 2)

    signedIn = true
    const token = await keeper.renew()
    assert.equal(await keeper.token(), token)
    assert.equal(keeper.state, 'fresh')
  })
}

for (const [name, header, least, most] of [
  ['seconds', '120', 120, 120],
  ['a date', 'later', 119, 121],
  ['less than the pause', '0', 0.5, 1],
  ['no date at all', 'soon', 0.5, 1],
]) {
  test(`Retry-After is honoured: ${name}`, async (t) => {
    const { clock, errors, asked } = startWithAddress(t, (_, clock) => {
      const date = (seconds) => new Date((clock.now() + seconds) * 1000).toUTCString()
      const headers = { Date: date(0), 'Retry-After': header === 'later' ? date(120) : header }
      return json({}, { status: 503, headers })
    })
    await clock.settle()
    await clock.advance(0.1)
    assert.deepEqual([errors[0].error.code, errors[0].error.status], ['status', 503])
    assert.ok(errors[0].retryIn >= least && errors[0].retryIn <= most, `${errors[0].retryIn}`)
    await clock.advance(least - 0.2)
    assert.equal(asked.length, 1)
    await clock.advance(most - least + 0.4)
    assert.equal(asked.length, 2)
  })
}

test('no answer, no JSON and a redirect to a login page are told apart', async (t) => {
  const html = () => new Response('<!doctype html><h1>Sign in</h1>', { headers: { 'Content-Type': 'text/html' } })
  const redirected = () => Object.defineProperty(html(), 'redirected', { value: true })
  const broken = () => ({
    ok: true,
    status: 200,
    headers: new Headers(),
    text: () => Promise.reject(new TypeError('fake: the connection broke')),
  })
  const answers = [() => Promise.reject(new TypeError('Failed to fetch')), html, redirected, broken, () => json('text')]
  const { clock, errors } = startWithAddress(t, (number) => (answers[number - 1] ?? answers[0])())
  await clock.advance(20)
  const codes = errors.map(({ error }) => error.code)
  assert.deepEqual(codes.slice(0, 5), ['network', 'not_json', 'redirected', 'network', 'no_token'])
  assert.match(errors[0].error.cause.message, /Failed to fetch/)
})

test('the network’s return ends the pause after a failure of the network, and of nothing else', async (t) => {
  const target = new EventTarget()
  globalThis.addEventListener = target.addEventListener.bind(target)
  t.after(() => delete globalThis.addEventListener)
  let answer = () => Promise.reject(new TypeError('Failed to fetch'))
  const { clock, keeper, asked } = startWithAddress(t, (_, clock) => answer(clock))
  await clock.advance(100)
  let before = asked.length
  target.dispatchEvent(new Event('online'))
  await clock.settle()
  assert.equal(asked.length, before + 1)

  answer = () => json({}, { status: 503, headers: { 'Retry-After': '600' } })
  await clock.advance(60)
  before = asked.length
  target.dispatchEvent(new Event('online'))
  await clock.advance(100)
  assert.equal(asked.length, before)
  answer = (clock) => json({ token: fresh(clock) })
  await clock.advance(600)
  assert.equal(keeper.state, 'fresh')
})
