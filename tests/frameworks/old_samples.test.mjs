// The shapes of Twilio's public samples, with the count that docs/migration.md gives.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import test from 'node:test'
import jsonwebtoken from 'jsonwebtoken'
import { play, SAMPLES, SETTINGS } from './old_samples.mjs'

const require = createRequire(import.meta.url)
const guide = readFileSync(new URL('../../docs/migration.md', import.meta.url), 'utf8')
const WORDS = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

test('samples that twilio-node 6 no longer runs run with grantmint', () => {
  assert.match(require('twilio/package.json').version, /^6\./)
  const official = play(require('twilio'))
  const ours = play(require('grantmint'))
  const running = (results) => Object.keys(results).filter((name) => results[name].token)

  for (const name of running(ours)) {
    const { grants } = jsonwebtoken.verify(ours[name].token, SETTINGS.secret)
    // One sample has no identity.
    assert.equal(grants.identity, name.includes('live-example') ? undefined : SETTINGS.user, name)
    assert.equal(Object.keys(grants).filter((key) => key !== 'identity').length, 1, name)
  }
  // Whatever runs with the official library gives the same claims.
  for (const name of running(official)) {
    const [theirs, own] = [official, ours].map((results) => jsonwebtoken.verify(results[name].token, SETTINGS.secret))
    assert.deepEqual(own.grants, theirs.grants, name)
  }
  const failing = Object.entries(ours).filter(([, { token }]) => !token)
  assert.deepEqual(
    failing.map(([name]) => name),
    ['TwilioDevEd/twiliochat-node'],
  )
  assert.match(failing[0][1].error, /IpMessagingGrant/)

  const count = (results) => WORDS[running(results).length]
  const total = WORDS[Object.keys(SAMPLES).length]
  const sentence = `Of ${total} such token endpoints, ${count(official)} run with twilio-node 6, and ${count(ours)} with grantmint`
  assert.ok(guide.replaceAll('\n', ' ').includes(sentence), sentence)
})
