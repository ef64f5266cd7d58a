// Strings on their way into a token: every character arrives, and half a character is an error.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { AccessToken, InputError, SyncGrant, VideoGrant } from 'grantmint'
import twilio from 'twilio'
import { CREDENTIALS, claims, issuerWith, NOW, SERVICE_SID, verified } from './credentials.mjs'
import { refused, rejected } from './refused.mjs'

const LONE = [
  '\ud800',
  '\udfff',
  'a\udc00',
  '\ud83d',
  '\ude00\ud83d',
  `${'x'.repeat(70_000)}\ud800`,
  '\ud800\ud800\udc00',
]

const sign = (fields) => Object.assign(new AccessToken(...CREDENTIALS), fields).toJwt('HS256', { now: NOW })
const said = (field) => `${field} is not well-formed Unicode: it contains a lone surrogate`

test('a lone surrogate in a field of the token', () => {
  for (const bad of LONE) {
    for (const field of ['accountSid', 'keySid', 'secret', 'identity', 'region', 'jti']) {
      refused(() => sign({ [field]: bad }), 'lone_surrogate', field, said(field))
    }
    const token = new AccessToken(bad, bad, bad, { identity: bad })
    refused(() => token.toJwt(), 'lone_surrogate', 'accountSid')
  }
})

test('a lone surrogate in a field of the issuer', async () => {
  for (const bad of LONE) {
    for (const field of ['accountSid', 'keySid', 'secret', 'region']) {
      refused(() => issuerWith({ [field]: bad }), 'lone_surrogate', field, said(field))
    }
    const issuer = issuerWith()
    refused(() => issuer.mint(bad), 'lone_surrogate', 'identity', said('identity'))
    refused(() => issuer.mint(bad, {}), 'lone_surrogate', 'identity', said('identity'))
    refused(() => issuer.mint('alice', { jti: bad }), 'lone_surrogate', 'jti', said('jti'))
    const list = issuer.mintMany(['alice', bad])
    await rejected(list, 'lone_surrogate', 'identity', `identities[1]: ${said('identity')}`)
  }
})

test('a lone surrogate in an algorithm or a field of a grant', () => {
  for (const bad of LONE) {
    assert.throws(() => new AccessToken(...CREDENTIALS).toJwt(bad), InputError)
    for (const field of ['serviceSid', 'endpointId']) {
      const grant = new SyncGrant({ [field]: bad })
      refused(() => grant.toPayload(), 'lone_surrogate', field, said(`SyncGrant.${field}`))
      refused(() => sign({ grants: [grant] }), 'lone_surrogate', field, said(`SyncGrant.${field}`))
    }
  }
})

test('control characters arrive', async () => {
  for (const text of ['a\0b', '\0', '\x01\x1f\x7f', '\u0080\u2028\u2029', '"\\\b\f\n\r\t']) {
    const token = sign({ identity: text, jti: text, region: text, grants: [new VideoGrant({ room: text })] })
    const { jti, grants } = await verified(token)
    assert.deepEqual({ jti, grants }, { jti: text, grants: { identity: text, video: { room: text } } })
    assert.equal((await verified(issuerWith().mint(text))).grants.identity, text)
  }
})

/** Returns the message for an identity that is too long. Video counts a character beyond ASCII twice. */
function tooLong(identity) {
  const counted = [...identity].reduce((count, letter) => count + (letter < '\x80' ? 1 : 2), 0)
  return `identity must have at most 128 characters for Video, which counts ${counted}`
}

test('an identity of a mebibyte arrives, though an issuer accepts none so long', async () => {
  for (const letter of ['a', '\0', 'é', '愛', '😀']) {
    const identity = letter.repeat((1 << 20) / Buffer.byteLength(letter))
    assert.deepEqual((await verified(sign({ identity }))).grants, { identity })
    refused(() => issuerWith().mint(identity), 'identity_too_long', 'identity', tooLong(identity))
    await assert.rejects(issuerWith().mintMany([identity]), { code: 'identity_too_long', index: 0 })
  }
})

test('lengths at the turns of the way in', async () => {
  // Buffers of 64 and 512 code units, and the longest string with a length of one code unit.
  const turns = [60, 64, 128, 400, 500, 512, 1024, 0x7fff, 0x8000, 0xfeff, 0xff00, 0xffff, 0x10000, 0x1ff00]
  for (const length of turns.flatMap((turn) => [-2, -1, 0, 1, 2].map((by) => turn + by))) {
    for (const letter of ['a', 'é', '\uffff']) {
      const text = letter.repeat(length)
      if (length <= (letter === 'a' ? 128 : 64)) assert.equal(claims(issuerWith().mint(text)).grants.identity, text)
      else refused(() => issuerWith().mint(text), 'identity_too_long', 'identity', tooLong(text))
      const jti = issuerWith().mint('alice', { jti: text.slice(0, 4000) })
      assert.equal(claims(jti).jti, text.slice(0, 4000))
      assert.equal(claims(sign({ identity: text })).grants.identity, text)
      const token = sign({ secret: text, grants: [new VideoGrant({ room: text })], identity: 'last' })
      assert.deepEqual((await verified(token, text)).grants, { identity: 'last', video: { room: text } })
    }
  }
})

test('every length of the arguments as a whole', () => {
  for (let length = 1; length < 600; length++) {
    const identity = 'x'.repeat(length)
    assert.equal(claims(sign({ identity })).grants.identity, identity)
  }
})

test('code units that mark something on the way in are text all the same', async () => {
  const marks = '\ufff9\ufffa\ufffb\ufffc\ufffd\ufffe\uffff\uff00\u0000\u0001'
  for (const text of [marks, ...marks, `${marks}${marks}`]) {
    const token = sign({
      identity: text,
      jti: text,
      region: text,
      // A zero byte alone is no secret.
      secret: `${text}f`,
      grants: [new VideoGrant({ room: text })],
    })
    const { jti, grants } = await verified(token, `${text}f`)
    assert.deepEqual({ jti, grants }, { jti: text, grants: { identity: text, video: { room: text } } })
  }
})

test('whatever the strings, the token is the official one', (context) => {
  // The official library reads the clock twice: a second that passes between shows.
  context.mock.method(Date, 'now', () => NOW * 1000)
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 })
  // Beyond ASCII, the official library writes a header that is not UTF-8.
  const ascii = fc.string({ unit: 'binary-ascii', minLength: 1 })
  const inputs = fc.record({
    account: text,
    key: text,
    secret: text.filter((secret) => /[^\0]/.test(secret)),
    identity: text,
    room: text,
    region: ascii,
    params: fc.jsonValue(),
  })
  fc.assert(
    fc.property(inputs, ({ account, key, secret, identity, room, region, params }) => {
      const outgoing = { outgoingApplicationSid: SERVICE_SID, outgoingApplicationParams: { params } }
      const mint = ({ AccessToken: Class }) => {
        const token = new Class(account, key, secret, { identity, region })
        token.addGrant(new Class.VideoGrant({ room }))
        token.addGrant(new Class.VoiceGrant(outgoing))
        return token
      }
      const official = mint(twilio.jwt).toJwt()
      assert.equal(mint({ AccessToken }).toJwt('HS256', { now: NOW }), official)
    }),
    { numRuns: 300 },
  )
})
