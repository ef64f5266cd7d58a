// Hand-written with node:crypto, for these two grants alone, and as fast as we could make it: everything that does not
// change is a string already, claims are put together by a template, and no Buffer is allocated for them.
//
// Tried and slower: JSON.stringify of the whole claims (1.5 times as long), Buffer.from(claims) instead of writing into a
// buffer that is there (1.1), hash.copy() of two hashes that have read the padded key (1.1).

import { createHmac, createSecretKey, hash } from 'node:crypto'
import { grantsOf, seconds } from './claims.mjs'

/** As most would write it: createHmac with a KeyObject. */
export function by_hand_hmac(work) {
  const input = signingInput(work)
  const key = createSecretKey(Buffer.from(work.secret))
  return (identity) => {
    const signed = input(identity)
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
  }
}

/** HMAC (RFC 2104) put together from two calls of crypto.hash, which makes no object. */
export function by_hand_hash(work) {
  const input = signingInput(work)
  const hmac = hmacOfTwoHashes(Buffer.from(work.secret))
  return (identity) => {
    const signed = input(identity)
    return `${signed}.${Buffer.from(hmac(signed), 'latin1').toString('base64url')}`
  }
}

/** A function from a short text to its HMAC as Latin-1. */
export function hmacOfTwoHashes(secret) {
  const BLOCK = 64
  if (secret.length > BLOCK) throw new Error('this one takes short secrets only')
  const padded = (byte) =>
    Buffer.alloc(BLOCK, secret.toString('latin1').padEnd(BLOCK, '\0'), 'latin1').map((b) => b ^ byte)
  const SIZE = 1 << 16
  const inner = Buffer.alloc(SIZE)
  inner.set(padded(0x36))
  const outer = Buffer.alloc(BLOCK + 32)
  outer.set(padded(0x5c))
  return (text) => {
    if (text.length > SIZE / 4) throw new Error('this one takes short texts only')
    // Not as Latin-1, of which other characters would become something else.
    const length = BLOCK + inner.utf8Write(text, BLOCK)
    outer.latin1Write(hash('sha256', inner.subarray(0, length), 'latin1'), BLOCK)
    return hash('sha256', outer, 'latin1')
  }
}

/** With WebCrypto, which answers with a Promise. */
export async function by_hand_subtle(work) {
  const input = signingInput(work)
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', Buffer.from(work.secret), algorithm, false, ['sign'])
  return async (identity) => {
    const signed = input(identity)
    const signature = await crypto.subtle.sign(algorithm, key, Buffer.from(signed, 'latin1'))
    return `${signed}.${Buffer.from(signature).toString('base64url')}`
  }
}

function signingInput(work) {
  const header = Buffer.from('{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}').toString('base64url') + '.'
  const { identity: _, ...grants } = grantsOf(work, '')
  const start = `{"jti":"${work.key_sid}-`
  const fixed = `,${JSON.stringify(grants).slice(1)},"iat":`
  const end = `,"iss":"${work.key_sid}","sub":"${work.account_sid}"}`
  const buffer = Buffer.alloc(1 << 16)
  return (identity) => {
    const now = seconds()
    const claims = `${start}${now}","grants":{"identity":${JSON.stringify(identity)}${fixed}${now},"exp":${now + 3600}${end}`
    return header + buffer.base64urlSlice(0, buffer.utf8Write(claims, 0))
  }
}
