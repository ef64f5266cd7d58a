// Programs with an Access Token: they create it, add grants, change it, sign it, and go on.
// The same scenario is played with twilio-node's classes and with ours.

import fc from 'fast-check'
import { given, object } from './free_form.mjs'

/** The last second of the year 9999, less the longest lifetime: as late as grantmint mints. */
const LAST = 253_402_300_799 - 86_400

const maybe = (arbitrary) =>
  fc.oneof({ weight: 3, arbitrary }, { weight: 1, arbitrary: fc.constantFrom(undefined, null, '') })
const maybeText = maybe(given)
const ascii = fc.string({ unit: 'binary-ascii', maxLength: 12 })

const TEXTS = {
  SyncGrant: ['serviceSid', 'endpointId'],
  ChatGrant: ['serviceSid', 'endpointId', 'deploymentRoleSid', 'pushCredentialSid'],
  VideoGrant: ['room'],
  TaskRouterGrant: ['workspaceSid', 'workerSid', 'role'],
}

const record = (fields) => fc.record(fields, { requiredKeys: [] })
const textGrants = Object.entries(TEXTS).map(([type, names]) =>
  fc.record({
    type: fc.constant(type),
    options: record(Object.fromEntries(names.map((name) => [name, maybeText]))),
  }),
)

const voiceRest = {
  incomingAllow: fc.constantFrom(true, false, null, undefined),
  pushCredentialSid: maybeText,
  endpointId: maybeText,
}
const voiceGrants = [
  record({ ...voiceRest, outgoingApplicationSid: maybeText }),
  // Parameters without an application are a row of docs/differences.md.
  fc.record({ ...voiceRest, outgoingApplicationSid: given, outgoingApplicationParams: maybe(object) }),
].map((options) => fc.record({ type: fc.constant('VoiceGrant'), options }))

/** Names like array indexes are reordered by JavaScript, `identity` and `__proto__` are special: rows all. */
const isPlainKey = (key) => key !== '' && key !== 'identity' && key !== '__proto__' && !/^\d+$/.test(key)
const key = fc
  .oneof(given, fc.constantFrom('video', 'chat', 'data_sync', 'voice', 'player', 'my_product', 'toString', 'Identity'))
  .filter(isPlainKey)

const grant = fc.oneof(
  ...textGrants,
  ...voiceGrants,
  fc.record({ type: fc.constant('PlaybackGrant'), options: record({ grant: maybe(object) }) }),
  fc.record({ type: fc.constantFrom('plain', 'derived', 'extended'), key, payload: object }),
  // A product's grant under another name.
  fc.record({ type: fc.constant('VideoGrant'), options: fc.record({ room: maybeText }), key }),
)

// Nothing but zero bytes is refused: docs/differences.md.
const secret = fc
  .oneof(
    given,
    fc.uint8Array({ minLength: 1, maxLength: 150 }),
    fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
  )
  .filter((secret) => Buffer.from(secret).some((byte) => byte !== 0))
const ttl = fc.oneof(fc.integer({ min: 1, max: 86_400 }), fc.constantFrom(1, 3600, 86_400))
// As a share of the time up to the expiry: an `nbf` not before it is a row.
const nbf = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, undefined, null, ''))
const integer = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.constantFrom(2 ** 53 - 1, -(2 ** 53) + 1))

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('add'), grant }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('add again'), place: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.oneof(
      fc.record({ do: fc.constant('set'), name: fc.constantFrom('accountSid', 'keySid'), value: given }),
      fc.record({ do: fc.constant('set'), name: fc.constant('secret'), value: secret }),
      fc.record({
        do: fc.constant('set'),
        name: fc.constant('identity'),
        value: fc.oneof(given, integer, fc.constantFrom(0, -0, undefined, null)),
      }),
      fc.record({ do: fc.constant('set'), name: fc.constant('region'), value: maybe(ascii) }),
      fc.record({ do: fc.constant('set'), name: fc.constant('ttl'), value: ttl }),
      fc.record({ do: fc.constant('set'), name: fc.constant('nbf'), value: nbf }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('change'),
      place: fc.nat(),
      field: fc.nat(),
      text: given,
      object,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('reverse', 'pop', 'copy') }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('sign'), algorithm: fc.constantFrom('HS256', 'HS384', 'HS512') }),
  },
)

export const scenario = fc.record({
  // In milliseconds, of which the fraction of a second must not matter.
  clock: fc.oneof(fc.nat({ max: LAST * 1000 + 999 }), fc.constantFrom(0, 999, 1_700_000_000_000, LAST * 1000 + 999)),
  accountSid: given,
  keySid: given,
  secret,
  options: fc.record(
    {
      identity: fc.oneof({ weight: 4, arbitrary: given }, { weight: 1, arbitrary: integer.filter(Boolean) }),
      ttl: maybe(ttl),
      nbf,
      region: maybe(ascii),
    },
    { requiredKeys: ['identity'] },
  ),
  steps: fc.array(step, { maxLength: 8 }),
  algorithm: fc.constantFrom(undefined, null, '', 'HS256', 'HS256', 'HS384', 'HS512'),
})

/** Plays a scenario with one library's class; `sign` calls its `toJwt` at the scenario's time. Answers every token. */
export function play({ clock, accountSid, keySid, secret, options, steps, algorithm }, AccessToken, sign) {
  const now = Math.floor(clock / 1000)
  const started = 'nbf' in options ? { ...options, nbf: moment(options.nbf, now, options.ttl || 3600) } : options
  const token = new AccessToken(accountSid, keySid, secret, started)
  const tokens = []
  for (const step of steps) {
    const { grants } = token
    switch (step.do) {
      case 'add':
        token.addGrant(made(step.grant, AccessToken))
        break
      case 'add again':
        if (grants.length > 0) token.addGrant(grants[step.place % grants.length])
        break
      case 'set':
        token[step.name] = valueOf(step, token, now)
        break
      case 'change':
        if (grants.length > 0) change(grants[step.place % grants.length], step)
        break
      case 'reverse':
        grants.reverse()
        break
      case 'pop':
        grants.pop()
        break
      case 'copy':
        token.grants = [...grants]
        break
      default:
        tokens.push(sign(token, step.algorithm, now))
    }
  }
  tokens.push(sign(token, algorithm, now))
  return tokens
}

/** A moment before the expiry, from its share of the time up to there. */
function moment(share, now, ttl) {
  return typeof share === 'number' ? Math.floor(share * (now + ttl - 1)) : share
}

function valueOf({ name, value }, { ttl, nbf }, now) {
  if (name === 'nbf') return moment(value, now, ttl)
  return name === 'ttl' && typeof nbf === 'number' ? Math.max(value, nbf - now + 1) : value
}

function made({ type, options, key, payload }, AccessToken) {
  const toPayload = () => payload
  if (type === 'plain') return { key, toPayload }
  if (type === 'derived') {
    class Derived extends AccessToken.Grant {
      toPayload() {
        return payload
      }
    }
    return new Derived(key)
  }
  if (type === 'extended') {
    class Extended extends AccessToken.SyncGrant {
      toPayload() {
        return { ...super.toPayload(), ...payload }
      }
    }
    return new Extended({ serviceSid: key })
  }
  const grant = new AccessToken[type](options)
  if (key !== undefined) grant.key = key
  return grant
}

/** Assigns a valid value to one of a grant's fields. */
function change(grant, { field, text, object }) {
  const names = Object.keys(grant).filter((name) => name !== 'key' && name !== 'toPayload')
  if (names.length === 0) return
  const name = names[field % names.length]
  if (name === 'incomingAllow') grant[name] = text.length % 2 === 0
  else if (name === 'outgoingApplicationParams') grant[name] = grant.outgoingApplicationSid ? object : undefined
  else grant[name] = name === 'grant' ? object : text
}
