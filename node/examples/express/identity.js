'use strict'

const { createHash, randomInt } = require('node:crypto')

/** Twilio Voice takes no more; the other products take more. */
const MAX_LENGTH = 121

/**
 * Returns the Twilio identity of the user who logs in as `login`. It is stable and unique.
 *
 * Twilio reserves `! * ' ( ) ; : @ & = + $ , / ? % # [ ]`, and Voice takes only letters, digits and underscores. So every
 * other byte is written as `_` and two hex digits: alice@example.com is alice_40example_2Ecom.
 */
function identityOf(login) {
  const hex = (byte) => `_${byte.toString(16).toUpperCase().padStart(2, '0')}`
  const escaped = (character) => [...Buffer.from(character)].map(hex).join('')
  const identity = login.normalize('NFC').replace(/[^A-Za-z0-9]/gu, escaped)
  if (identity.length <= MAX_LENGTH) return identity

  // Two underscores occur in no short identity, so a long one cannot be mistaken for it.
  const digest = createHash('sha256').update(identity).digest('hex').slice(0, 32)
  return `${identity.slice(0, 60).replace(/_[^_]?$/, '')}__${digest}`
}

/** A friendly name such as "QuietOtter4821". The digits make it unlikely that two visitors share one. */
function randomName() {
  const moods = ['Brave', 'Calm', 'Clever', 'Gentle', 'Jolly', 'Lucky', 'Nimble', 'Proud', 'Quiet', 'Sunny', 'Witty']
  const animals = ['Badger', 'Falcon', 'Heron', 'Lynx', 'Marten', 'Otter', 'Panda', 'Robin', 'Seal', 'Tapir', 'Wren']
  const pick = (list) => list[randomInt(list.length)]
  return pick(moods) + pick(animals) + randomInt(1000, 10000)
}

module.exports = { identityOf, randomName }
