// The native module wipes its copies of a secret: the process searches its own memory for them.

import assert from 'node:assert/strict'
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import test from 'node:test'
import { AccessToken, Issuer, Verifier, VideoGrant } from 'grantmint'
import { ACCOUNT_SID, KEY_SID } from './credentials.mjs'

const MEMORY = '/proc/self/mem'

/** Counts a text in this process's writable memory, without leaving a copy. */
function copies(needle) {
  // Small, so that it rarely finds itself or the text that it has just read.
  const window = Buffer.alloc(1 << 13)
  const memory = openSync(MEMORY)
  let found = 0
  for (const line of readFileSync('/proc/self/maps', 'latin1').split('\n')) {
    const [, from, to] = line.match(/^([0-9a-f]+)-([0-9a-f]+) rw/) ?? []
    for (let place = parseInt(from, 16); place < parseInt(to, 16); place += window.length) {
      const size = Math.min(window.length, parseInt(to, 16) - place)
      try {
        readSync(memory, window, 0, size, place)
      } catch {
        break // nothing may be read there
      }
      for (let at = window.indexOf(needle); at >= 0; at = window.indexOf(needle, at + 1)) found++
      window.fill(0)
    }
  }
  closeSync(memory)
  return found
}

/** The same of a secret that 500 verifiers were given, as the engine has it in memory. */
function copiesOfSecret(length) {
  const units = Array.from({ length }, () => 33 + Math.floor(Math.random() * 90))
  const secret = String.fromCharCode(...units)
  const held = Array.from({ length: 500 }, () => new Verifier({ secret }))
  const found = copies(Buffer.from(Uint16Array.from(units.slice(20, 44)).buffer))
  assert.equal(held.length, 500)
  return found
}

// The engine stores this string with one byte for each character. The module receives UTF-16, in one call up to 63 units.
for (const length of [50, 63, 100]) {
  test(`no copy of a secret of ${length} characters stays behind`, { skip: !existsSync(MEMORY) }, () => {
    // One occurrence is the searched text itself. The window may find its own copy, so the smallest of several counts matters.
    const least = Math.min(...[1, 2, 3, 4].map(() => copiesOfSecret(length)))
    assert.ok(least === 1 || least === 2, `${least} copies`)
  })
}

const HOLDERS = {
  issuer: (secret) => new Issuer({ accountSid: ACCOUNT_SID, keySid: KEY_SID, secret, grants: [new VideoGrant()] }),
  verifier: (secret) => new Verifier({ secret }),
  'verifier, HS512': (secret) => new Verifier({ secret, algorithm: 'HS512' }),
  token: (secret) => new AccessToken(ACCOUNT_SID, KEY_SID, secret, { identity: 'alice' }).toJwt(),
}

// HMAC combines the key with the bytes of its pads (RFC 2104, section 2), and one of those gives the secret.
for (const [name, hold] of Object.entries(HOLDERS)) {
  test(`no secret of bytes stays behind, nor its pads: ${name}`, { skip: !existsSync(MEMORY) }, () => {
    const least = [Infinity, Infinity, Infinity]
    for (let round = 0; round < 4; round++) {
      // Outside of the engine's heap, whose collector copies small arrays.
      const block = new ArrayBuffer(4096)
      const [secret, ...pads] = [0, 1024, 2048].map((place) => Buffer.from(block, place, 32))
      for (let place = 0; place < secret.length; place++) {
        secret[place] = 97 + Math.floor(Math.random() * 26)
        for (const [index, byte] of [0x36, 0x5c].entries()) pads[index][place] = secret[place] ^ byte
      }
      const needles = [secret, ...pads]
      const held = hold(secret)
      for (const [index, needle] of needles.entries()) least[index] = Math.min(least[index], copies(needle))
      assert.ok(held)
    }
    // The searched bytes themselves, unless two windows share them, and perhaps the window's copy.
    for (const count of least) assert.ok(count <= 2, `${least} copies`)
  })
}
