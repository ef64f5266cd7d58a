// The fake credentials of these tests, and readers of tokens that do not use grantmint.

import assert from 'node:assert/strict'
import { Issuer, VideoGrant } from 'grantmint'
import { compactVerify } from 'jose'

export const NOW = 1_700_000_000
export const ACCOUNT_SID = `AC${'a0'.repeat(16)}`
export const KEY_SID = `SK${'b1'.repeat(16)}`
export const SERVICE_SID = `IS${'c2'.repeat(16)}`
export const SECRET = 'fake-secret-0123456789-abcdefghi'

/** In the order of AccessToken's arguments. */
export const CREDENTIALS = [ACCOUNT_SID, KEY_SID, SECRET]

/** An issuer with the credentials and one grant, unless told otherwise. */
export function issuerWith(options) {
  return new Issuer({
    accountSid: ACCOUNT_SID,
    keySid: KEY_SID,
    secret: SECRET,
    grants: [new VideoGrant()],
    ...options,
  })
}

/** The claims of a token whose signature is right, by jose. Its times are for the tests to look at. */
export async function verified(token, secret = SECRET) {
  const { payload, protectedHeader } = await compactVerify(token, new TextEncoder().encode(secret))
  assert.deepEqual([protectedHeader.typ, protectedHeader.cty], ['JWT', 'twilio-fpa;v=1'])
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
}

/** The claims of a token, without a look at its signature. */
export function claims(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
}

/** The JSON text of a token's claims: their order and escapes can be seen in it. */
export function claimsText(token) {
  return Buffer.from(token.split('.')[1], 'base64url').toString()
}
