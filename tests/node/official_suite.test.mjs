// The statements of twilio-node's own tests about its tokens, re-enacted: its published archive contains no tests.
//
// The statements follow the official repository's spec/unit/jwt/AccessToken.spec.js one by one, in words of our own.
// Each runs with the official class, too, unless it is about a row of docs/differences.md.

import assert from 'node:assert/strict'
import test from 'node:test'
import { AccessToken as Ours } from 'grantmint'
import jwt from 'jsonwebtoken'
import twilio from 'twilio'
import { ACCOUNT_SID, KEY_SID } from './credentials.mjs'

const SECRET = 'fake-secret'
const IDENTITY = 'ID@example.com'
const PLAYBACK = { requestCredentials: null, playbackUrl: 'https://a/?token=x', playerStreamerSid: 'VJ1' }

/** Each grant with all fields of its official test, and its payload. */
const GRANTS = {
  ChatGrant: [
    { serviceSid: 'IS1', endpointId: 'phone', deploymentRoleSid: 'RL1', pushCredentialSid: 'CR1' },
    'chat',
    { service_sid: 'IS1', endpoint_id: 'phone', deployment_role_sid: 'RL1', push_credential_sid: 'CR1' },
  ],
  VideoGrant: [{ room: 'room' }, 'video', { room: 'room' }],
  SyncGrant: [{ serviceSid: 'IS1', endpointId: 'phone' }, 'data_sync', { service_sid: 'IS1', endpoint_id: 'phone' }],
  TaskRouterGrant: [
    { workspaceSid: 'WS1', workerSid: 'WK1', role: 'worker' },
    'task_router',
    { workspace_sid: 'WS1', worker_sid: 'WK1', role: 'worker' },
  ],
  PlaybackGrant: [{ grant: PLAYBACK }, 'player', PLAYBACK],
}

for (const [library, AccessToken] of Object.entries({ twilio: twilio.jwt.AccessToken, grantmint: Ours })) {
  const create = (options) => new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, { identity: IDENTITY, ...options })
  const headerOf = (token, algorithm) => jwt.decode(token.toJwt(algorithm), { complete: true }).header
  const verify = (token) => jwt.verify(token.toJwt(), SECRET)

  for (const [place, name] of ['accountSid', 'keySid', 'secret'].entries()) {
    test(`${library}: the constructor requires ${name}`, () => {
      const given = [ACCOUNT_SID, KEY_SID, SECRET, { identity: 'foo' }]
      given[place] = undefined
      assert.throws(() => new AccessToken(...given), { message: `${name} is required` })
    })
  }

  test(`${library}: options require an identity`, () => {
    const message = 'identity is required to be specified in options'
    assert.throws(() => new AccessToken(ACCOUNT_SID, KEY_SID, SECRET, {}), { message })
  })

  test(`${library}: an integer identity becomes a string`, () => {
    assert.equal(verify(create({ identity: 4444 })).grants.identity, '4444')
  })

  test(`${library}: a region that is set later is in the header`, () => {
    const token = create()
    token.region = 'foo'
    assert.equal(headerOf(token).twr, 'foo')
  })

  test(`${library}: the header has no empty region`, () => {
    for (const region of ['', undefined, null]) {
      const token = create()
      token.region = region
      assert.equal(headerOf(token).twr, undefined)
    }
  })

  test(`${library}: a region of another type is left out, or rejected by grantmint`, () => {
    for (const region of [{}, 1, 0]) {
      const token = create()
      token.region = region
      if (library === 'twilio') assert.equal(headerOf(token).twr, undefined)
      else assert.throws(() => token.toJwt(), { code: 'wrong_type' })
    }
  })

  test(`${library}: the header`, () => {
    assert.deepEqual(headerOf(create()), { cty: 'twilio-fpa;v=1', typ: 'JWT', alg: 'HS256' })
  })

  test(`${library}: the algorithms`, () => {
    for (const algorithm of ['HS256', 'HS384', 'HS512']) assert.equal(headerOf(create(), algorithm).alg, algorithm)
    const message = 'Algorithm not supported. Allowed values are HS256, HS384, HS512'
    assert.throws(() => create().toJwt('unknown'), { message })
  })

  test(`${library}: a token without grants, with an nbf and with a lifetime`, () => {
    const token = create()
    for (const [changes, lifetime] of [
      [{}, 3600],
      [{ nbf: Math.floor(Date.now() / 1000) }, 3600],
      [{ ttl: 100 }, 100],
    ]) {
      Object.assign(token, changes)
      const claims = verify(token)
      assert.ok(claims.jti.startsWith(KEY_SID))
      assert.deepEqual([claims.iss, claims.sub], [KEY_SID, ACCOUNT_SID])
      assert.equal(claims.nbf, token.nbf)
      assert.equal(claims.exp - claims.iat, lifetime)
      assert.deepEqual(claims.grants, { identity: IDENTITY })
    }
  })

  for (const [name, [fields, key, payload]] of Object.entries(GRANTS)) {
    test(`${library}: a ${name} whose fields are set later`, () => {
      const token = create()
      const grant = new AccessToken[name]()
      assert.deepEqual(grant.toPayload(), {})
      token.addGrant(Object.assign(grant, fields))
      assert.deepEqual(verify(token).grants, { identity: IDENTITY, [key]: payload })
      assert.deepEqual(new AccessToken[name](fields).toPayload(), payload)
    })

    test(`${library}: a ${name} contains the fields that are set, and no others`, () => {
      if (name === 'PlaybackGrant') return
      for (const field of Object.keys(fields)) {
        const grant = new AccessToken[name](fields)
        grant[field] = undefined
        const [removed] = Object.keys(payload).filter((key) => !(key in grant.toPayload()))
        assert.equal(
          removed.replace(/_(.)/g, (_, letter) => letter.toUpperCase()),
          field,
        )
        assert.equal(Object.keys(grant.toPayload()).length, Object.keys(payload).length - 1)
      }
    })
  }

  test(`${library}: several grants`, () => {
    const token = create()
    const expected = { identity: IDENTITY }
    for (const [name, [fields, key, payload]] of Object.entries(GRANTS)) {
      token.addGrant(new AccessToken[name](fields))
      expected[key] = payload
    }
    assert.deepEqual(verify(token).grants, expected)
  })

  test(`${library}: a VoiceGrant`, () => {
    const options = {
      outgoingApplicationSid: 'AP123',
      outgoingApplicationParams: { foo: 'bar' },
      endpointId: 'id',
    }
    const outgoing = { application_sid: 'AP123', params: { foo: 'bar' } }
    assert.deepEqual(new AccessToken.VoiceGrant(options).toPayload(), { outgoing, endpoint_id: 'id' })
    const allowed = new AccessToken.VoiceGrant({ incomingAllow: true })
    assert.deepEqual(allowed.toPayload(), { incoming: { allow: true } })
    const other = new AccessToken.VoiceGrant({ incomingAllow: 'foo' })
    if (library === 'twilio') assert.deepEqual(other.toPayload(), {})
    else assert.throws(() => other.toPayload(), { code: 'wrong_type' })
  })
}
