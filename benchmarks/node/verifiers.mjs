// Everyone who verifies tokens in Node. Each takes the workload, loads its library and answers with `verify`, a function
// of a token, which throws for a bad one, and with `claims`, which reads the values that the harness compares.
// Only `verify` is measured. Nobody keeps tokens that were verified before.

import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { hmacOfTwoHashes } from './by_hand.mjs'
import { seconds } from './claims.mjs'

const ALGORITHMS = ['HS256']
const REQUIRED = ['exp', 'iss', 'sub']

export async function verifier(work) {
  const { Verifier } = await import('grantmint')
  const verifier = new Verifier({ secret: work.secret })
  return {
    verify: (token) => verifier.verify(token),
    claims: ({ identity, grants, expiresAt }) => ({ identity, grants, exp: expiresAt }),
  }
}

/** With its report, which is written at once. */
export async function inspect_report(work) {
  const { inspect } = await import('grantmint')
  const options = { secret: work.secret }
  return {
    verify: (token) => inspect(token, options),
    claims({ sound, findings, identity, grants, expiresAt }) {
      if (!sound) throw new Error(findings[0].code)
      return { identity, grants, exp: expiresAt }
    },
  }
}

/** With the secret as text, as everybody does it: it tries to read a public key from it first. */
export const jsonwebtoken_text = (work) => jsonwebtoken(work.secret)

export const jsonwebtoken_key_object = (work) => jsonwebtoken(createSecretKey(Buffer.from(work.secret)))

async function jsonwebtoken(key) {
  const { default: jsonwebtoken } = await import('jsonwebtoken')
  const options = { algorithms: ALGORITHMS }
  return { verify: (token) => jsonwebtoken.verify(token, key, options), claims: fromPayload }
}

export async function fast_jwt(work) {
  const { createVerifier } = await import('fast-jwt')
  // It keeps no tokens unless it is told to.
  const options = { algorithms: ALGORITHMS, requiredClaims: REQUIRED, cache: false }
  return { verify: createVerifier({ key: Buffer.from(work.secret), ...options }), claims: fromPayload }
}

export async function jose(work) {
  const { jwtVerify } = await import('jose')
  // With a CryptoKey it is faster than with a KeyObject or bytes, which it has to import.
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', Buffer.from(work.secret), algorithm, false, ['verify'])
  const options = { algorithms: ALGORITHMS, requiredClaims: REQUIRED }
  return { verify: (token) => jwtVerify(token, key, options), claims: ({ payload }) => fromPayload(payload) }
}

export async function node_rs(work) {
  const { verifySync } = await import('@node-rs/jsonwebtoken')
  const options = { algorithms: ALGORITHMS, requiredSpecClaims: REQUIRED, leeway: 0, validateNbf: true }
  return { verify: (token) => verifySync(token, work.secret, options), claims: fromPayload }
}

/**
 * Hand-written with node:crypto, as a careful person would: the signature first and in constant time, then the header,
 * then the claims. Hand-written code ignores duplicate names and base64url that is not canonical.
 *
 * Tried and slower: comparing signatures as text, putting header and payload together again for the HMAC.
 */
export function by_hand(work) {
  const key = createSecretKey(Buffer.from(work.secret))
  const hmac = (signed) => createHmac('sha256', key).update(signed).digest()
  return { verify: (token) => verifyByHand(token, hmac, readAlgorithm), claims: fromPayload }
}

/** As fast as we could make it: the usual header is known, and the HMAC (RFC 2104) is that of two calls of crypto.hash. */
export function by_hand_hash(work) {
  const [usual] = work.tokens[0].split('.')
  const text = hmacOfTwoHashes(Buffer.from(work.secret))
  const hmac = (signed) => Buffer.from(text(signed), 'latin1')
  const algorithm = (header) => (header === usual ? 'HS256' : readAlgorithm(header))
  return { verify: (token) => verifyByHand(token, hmac, algorithm), claims: fromPayload }
}

function verifyByHand(token, hmac, algorithm) {
  const segments = token.split('.', 4)
  if (segments.length !== 3) throw new Error('three segments are needed')
  const [header, payload, signature] = segments
  const expected = hmac(token.slice(0, token.length - signature.length - 1))
  const actual = Buffer.from(signature, 'base64url')
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) throw new Error('another signature')

  if (algorithm(header) !== 'HS256') throw new Error('another algorithm')
  const claims = readJson(payload)
  const now = seconds()
  if (!Number.isInteger(claims.exp) || now >= claims.exp) throw new Error('expired')
  if (claims.nbf !== undefined && !(claims.nbf <= now)) throw new Error('not valid yet')
  if (typeof claims.iss !== 'string' || typeof claims.sub !== 'string') throw new Error('a claim is missing')
  return claims
}

const readAlgorithm = (header) => readJson(header).alg

const readJson = (segment) => JSON.parse(Buffer.from(segment, 'base64url').toString())

function fromPayload({ grants: { identity, ...grants }, exp }) {
  return { identity, grants, exp }
}
