// Everyone who mints the workload in Node. Each takes the workload, loads its library and answers with a function from
// an identity to a token; each library gets its key and its claims in the form in which it is fastest.

import { claimsOf } from './claims.mjs'

const CTY = 'twilio-fpa;v=1'

export async function issuer(work) {
  const issuer = await issuerItself(work)
  return (identity) => issuer.mint(identity)
}

export async function issuerItself(work) {
  const { Issuer, ChatGrant, VideoGrant, VoiceGrant } = await import('grantmint')
  const grants = [new ChatGrant({ serviceSid: work.service_sid }), new VideoGrant({ room: work.room })]
  if (work.voice) grants.push(new VoiceGrant(voiceOptions(work)))
  return new Issuer({ accountSid: work.account_sid, keySid: work.key_sid, secret: work.secret, grants })
}

const voiceOptions = (work) => ({
  outgoingApplicationSid: work.voice.application_sid,
  outgoingApplicationParams: work.voice.params,
})

export async function access_token(work) {
  const { AccessToken } = await import('grantmint')
  return official(AccessToken, work)
}

export async function twilio(work) {
  const { default: twilio } = await import('twilio')
  return official(twilio.jwt.AccessToken, work)
}

/** As Twilio's quickstarts do it: the very same code for both. */
function official(AccessToken, work) {
  const { ChatGrant, VideoGrant, VoiceGrant } = AccessToken
  return (identity) => {
    const token = new AccessToken(work.account_sid, work.key_sid, work.secret, { identity })
    token.addGrant(new ChatGrant({ serviceSid: work.service_sid }))
    token.addGrant(new VideoGrant({ room: work.room }))
    if (work.voice) token.addGrant(new VoiceGrant(voiceOptions(work)))
    return token.toJwt()
  }
}

export async function jsonwebtoken(work) {
  const { createSecretKey } = await import('node:crypto')
  const { default: jsonwebtoken } = await import('jsonwebtoken')
  // With the secret as text it takes 40 times as long: it tries to read a private key first.
  const key = createSecretKey(Buffer.from(work.secret))
  const options = { algorithm: 'HS256', header: { typ: 'JWT', cty: CTY } }
  return (identity) => jsonwebtoken.sign(claimsOf(work, identity), key, options)
}

export async function jose(work) {
  const { SignJWT } = await import('jose')
  // With a CryptoKey it is faster than with a KeyObject or bytes, which it has to import.
  const key = await importKey(work)
  const header = { alg: 'HS256', typ: 'JWT', cty: CTY }
  return (identity) => new SignJWT(claimsOf(work, identity)).setProtectedHeader(header).sign(key)
}

const importKey = (work) =>
  crypto.subtle.importKey('raw', Buffer.from(work.secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])

export async function fast_jwt(work) {
  const { createSigner } = await import('fast-jwt')
  const sign = createSigner({ algorithm: 'HS256', key: Buffer.from(work.secret), header: { cty: CTY } })
  return (identity) => sign(claimsOf(work, identity))
}

export async function node_rs(work) {
  const { signSync } = await import('@node-rs/jsonwebtoken')
  const header = { algorithm: 'HS256', contentType: CTY }
  return (identity) => signSync(claimsOf(work, identity), work.secret, header)
}

export { by_hand_hash, by_hand_hmac, by_hand_subtle } from './by_hand.mjs'
