// Tokens that others have published, so that not every token is one of our own invention.

import { accept, refuse, shown } from './cases.mjs'
import { BODY, base64url, claims, HEAD, HEADER, hmac, SIGNATURE, sign, signSegments } from './tokens.mjs'

/** Tokens that the standards themselves print, with keys that everybody knows. */
export function fromTheStandards() {
  const key = (text) => ({ verifier: { secret_hex: Buffer.from(text, 'base64url').toString('hex') } })
  const a1 = [
    '{"typ":"JWT",\r\n "alg":"HS256"}',
    '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}',
  ].map(base64url)
  const known = key('AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow')
  const token = `${a1.join('.')}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`
  refuse('RFC 7515, A.1: signed as printed, but no Access Token', token, 'wrong_cty', 'cty', {
    ...known,
    now: 1300819379,
  })
  refuse('RFC 7519, 6.1: an unsecured token', `${base64url('{"alg":"none"}')}.${a1[1]}.`, 'not_compact', null, known)

  const text =
    "It\u2019s a dangerous business, Frodo, going out your door. You step onto the road, and if you don't " +
    'keep your feet, there\u2019s no knowing where you might be swept off to.'
  const book = `${base64url('{"alg":"HS256","kid":"018c0ae5-4d9b-471b-bfd6-eef314bc7037"}')}.${base64url(text)}`
  const cookbook = key('hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg')
  refuse(
    'RFC 7520, 4.4: signed as printed, but no Access Token',
    `${book}.s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0`,
    'wrong_cty',
    'cty',
    cookbook,
  )
  refuse(
    'RFC 7520, 4.5: the payload detached',
    `${book.split('.')[0]}..s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0`,
    'not_compact',
    null,
    cookbook,
  )
}

/** Project Wycheproof's attacks on a JWS (README.md), with the key of this corpus. */
export function afterWycheproof() {
  const clean = hmac(`${HEAD}.${BODY}`)
  const refuseSegment = (what, field, first, second) => {
    refuse(`Wycheproof: ${what}, signed so`, signSegments(first, second), 'not_base64url', field)
    refuse(`Wycheproof: ${what}, signed without`, `${first}.${second}.${base64url(clean)}`, 'not_base64url', field)
  }
  for (const ignored of ['?', '    ', '####', '\r\n']) {
    const shownAs = JSON.stringify(ignored)
    refuseSegment(`${shownAs} behind the header`, 'header', HEAD + ignored, BODY)
    refuseSegment(`${shownAs} in the header's last group`, 'header', HEAD.slice(0, -1) + ignored + HEAD.slice(-1), BODY)
    refuseSegment(`${shownAs} before the payload`, 'payload', HEAD, ignored + BODY)
    refuseSegment(`${shownAs} behind the payload`, 'payload', HEAD, BODY + ignored)
    refuse(
      `Wycheproof: ${shownAs} before the signature`,
      `${HEAD}.${BODY}.${ignored}${SIGNATURE}`,
      'not_base64url',
      'signature',
    )
    refuse(
      `Wycheproof: ${shownAs} behind the signature`,
      `${HEAD}.${BODY}.${SIGNATURE}${ignored}`,
      'not_base64url',
      'signature',
    )
  }
  refuse(
    'Wycheproof: ???? for the first four characters of the signature',
    `${HEAD}.${BODY}.????${SIGNATURE.slice(4)}`,
    'not_base64url',
    'signature',
  )
  refuse(
    'Wycheproof: unused bits set in a payload of two characters, signed so',
    signSegments(HEAD, 'AB'),
    'not_base64url',
    'payload',
  )
  refuse(
    'Wycheproof: unused bits set in a payload of two characters, signed without',
    `${HEAD}.AB.${base64url(hmac(`${HEAD}.AA`))}`,
    'not_base64url',
    'payload',
  )
  const oneBitOff = (bytes) => bytes.map((byte, at) => (at ? byte : byte ^ 1))
  for (const text of ['foo', 'Test', '\0']) {
    refuse(`Wycheproof: the payload ${shown(text)}, signed`, sign(HEADER, text), 'not_json_object', 'payload')
    refuse(
      `Wycheproof: the payload ${shown(text)}, one bit of the signature changed`,
      `${HEAD}.${base64url(text)}.${base64url(oneBitOff(hmac(`${HEAD}.${base64url(text)}`)))}`,
      'bad_signature',
      null,
      { sound: false },
    )
  }
  accept(
    'Wycheproof: spaces in the header',
    sign('{ "kid" : "hs256-key", "alg" : "HS256" , "cty" : "twilio-fpa;v=1" }'),
  )
  accept(
    'Wycheproof: a newline and a tab in the header',
    sign('{"kid":"hs256-key",\n\t"alg":"HS256","cty":"twilio-fpa;v=1"}'),
  )
  // The bytes of an elliptic curve's point: nothing tells them from a secret, so only the right one verifies.
  const point = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 'fake')])
  refuse(
    'Wycheproof: signed with the bytes of a public key',
    sign(HEADER, claims(), { secret: point }),
    'bad_signature',
  )
}
