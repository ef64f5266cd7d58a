// Older clients renew their tokens with twilio-common's AccessManager: it must get on with the example's endpoint.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import test from 'node:test'
import { fake, signIn, start, verify } from './token-server.mjs'

const { AccessManager } = createRequire(import.meta.url)('twilio-common')

test('AccessManager reads the tokens of the endpoint, and renews an expired one', { timeout: 90_000 }, async (t) => {
  const { url } = await start(t, { TOKEN_TTL: '2' })
  const cookie = await signIn(url, 'alice@example.com')
  const fetchToken = async () => (await fetch(`${url}token`, { headers: { cookie } })).json()

  const first = await fetchToken()
  const manager = new AccessManager(first.token)
  const expired = once(manager, 'tokenExpired')
  await once(manager, 'tokenUpdated')
  assert.equal(manager.identity, 'alice_40example_2Ecom')
  assert.equal(manager.token, first.token)
  assert.equal(manager.expires.getTime(), first.expiresAt * 1000)
  assert.equal(manager.isExpired, false)

  await expired
  assert.equal(manager.isExpired, true)
  const second = await fetchToken()
  assert.notEqual(second.token, first.token)
  const updated = once(manager, 'tokenUpdated')
  await manager.updateToken(second.token)
  await updated
  assert.equal(manager.isExpired, false)
  assert.equal((await verify(manager.token, fake)).grants.identity, manager.identity)

  // Its timers would outlive the test.
  for (const timer of ['_tokenExpiredTimer', '_tokenWillExpireTimer']) clearTimeout(manager[timer])
})
