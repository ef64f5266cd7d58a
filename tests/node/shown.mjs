// The parts of the table in shown.test.mjs: classes, fields, methods, the ways to change them, and how cells are compared.

import { GrantmintError, jwt as grantmint, Issuer } from 'grantmint'
import jsonwebtoken from 'jsonwebtoken'
import twilio from 'twilio'
import { player, readVectors } from './case.mjs'
import { ACCOUNT_SID, CREDENTIALS, KEY_SID, SECRET, SERVICE_SID } from './credentials.mjs'

export const OFFICIAL = twilio.jwt
export const OURS = grantmint
export const OTHER_SECRET = 'fake-other-secret-0123456789-abcdefghi'

/** The value that a program shows and the decoy that the constructor gets. */
const TOKEN_VALUES = (now, { AccessToken }) => ({
  accountSid: [`AC${'d4'.repeat(16)}`, ACCOUNT_SID],
  keySid: [`SK${'e5'.repeat(16)}`, KEY_SID],
  secret: [OTHER_SECRET, SECRET],
  ttl: [60, 7200],
  identity: ['tenant7-alice', 'mallory'],
  nbf: [now - 60, now - 600],
  region: ['au1', 'ie1'],
  grants: [[new AccessToken.VideoGrant({ room: 'daily' })], [new AccessToken.VideoGrant({ room: 'decoy' })]],
})
/** A SID for each field that has one, from the shared vectors. */
const SIDS = Object.fromEntries(
  readVectors('tokens.json')
    .cases.flatMap(({ grants }) => grants.flatMap(Object.values).flatMap(Object.entries))
    .filter(([, value]) => /^[A-Z]{2}[0-9a-f]{32}$/.test(value))
    .map(([field, sid]) => [player.camelCase(field), sid]),
)
const GRANT_VALUES = {
  key: ['fleet', 'decoy'],
  role: ['worker', 'supervisor'],
  incomingAllow: [true, undefined],
  outgoingApplicationParams: [{ to: 'alice', deep: [{ n: 1 }] }, { to: 'mallory' }],
  grant: [{ playbackUrl: 'https://a/' }, { playbackUrl: 'https://decoy/' }],
}

function valuesOf(field) {
  if (field in GRANT_VALUES) return GRANT_VALUES[field]
  if (field in SIDS) return [SIDS[field], SIDS[field].slice(0, 2) + 'f'.repeat(32)]
  return ['daily', 'every-room-of-the-house']
}

/** The names of the official library's product grants: the others have nothing to be compared with. */
export const GRANT_CLASSES = Object.keys(OFFICIAL.AccessToken).filter((name) => /.Grant$/.test(name))

const PLACES = ['accountSid', 'keySid', 'secret']

/** A class with fields: `create` calls the class's constructor with a value, or the decoy, for one of them. */
class Subject {
  constructor(name) {
    this.name = name
    this.isGrant = name !== 'AccessToken'
  }

  base({ AccessToken }) {
    return this.isGrant ? AccessToken[this.name] : AccessToken
  }

  fields() {
    return Object.keys(this.create(this.base(OFFICIAL), OFFICIAL, 0, 'none', undefined))
  }

  values(field, library, now) {
    return this.isGrant ? valuesOf(field) : TOKEN_VALUES(now, library)[field]
  }

  create(Class, library, now, field, value) {
    let made
    if (this.isGrant) {
      const options = { ...this.companions(field) }
      if (field !== 'key' && field !== 'none') options[field] = value
      made = new Class(options)
    } else {
      const credentials = PLACES.map((name, place) => (name === field ? value : CREDENTIALS[place]))
      const options = { identity: 'alice' }
      if (['ttl', 'identity', 'nbf', 'region'].includes(field)) options[field] = value
      made = new Class(...credentials, options)
    }
    // Neither is an option of the constructor.
    if (field === 'key' || field === 'grants') made[field] = value
    return made
  }

  companions(field) {
    if (field === 'outgoingApplicationParams') return { outgoingApplicationSid: `AP${'a3'.repeat(16)}` }
    const needsService = this.name === 'SyncGrant' || this.name === 'ChatGrant'
    return needsService && field !== 'serviceSid' ? { serviceSid: SERVICE_SID } : {}
  }
}

export const SUBJECTS = ['AccessToken', ...GRANT_CLASSES].map((name) => new Subject(name))

const accessor = (value) => ({ get: () => value, set() {}, configurable: true, enumerable: true })
const withDecoy = (it, Class = it.base) => it.create(Class, it.decoy)

/** The ways to create an object of a subject's class that shows `value` for a field. */
export const WAYS = {
  'constructor argument': (it) => it.create(it.base, it.value),
  'property set later': (it) => Object.assign(withDecoy(it), { [it.field]: it.value }),
  'accessor of a subclass': (it) => {
    class Shown extends it.base {}
    Object.defineProperty(Shown.prototype, it.field, accessor(it.value))
    return withDecoy(it, Shown)
  },
  'getter of a subclass': (it) => {
    class Shown extends it.base {}
    Object.defineProperty(Shown.prototype, it.field, { get: () => it.value, configurable: true })
    return withDecoy(it, Shown)
  },
  'accessor over what was set': (it) => {
    class Shown extends it.base {}
    Object.defineProperty(Shown.prototype, it.field, {
      get() {
        return this.kept
      },
      set(value) {
        this.kept = value
      },
    })
    return it.create(Shown, it.value)
  },
  'field of a subclass': (it) => {
    const { field, value } = it
    class Shown extends it.base {
      [field] = value
    }
    return withDecoy(it, Shown)
  },
  mixin: (it) => {
    const shows = (Base) => {
      class Mixed extends Base {}
      Object.defineProperty(Mixed.prototype, it.field, accessor(it.value))
      return Mixed
    }
    return withDecoy(it, class extends shows(it.base) {})
  },
  'accessor of the instance': (it) => Object.defineProperty(withDecoy(it), it.field, accessor(it.value)),
  'property that is not enumerable': (it) =>
    Object.defineProperty(withDecoy(it), it.field, { value: it.value, enumerable: false, configurable: true }),
  'Proxy that shows it': (it) =>
    new Proxy(withDecoy(it), {
      get: (target, name) => (name === it.field ? it.value : Reflect.get(target, name)),
    }),
  'Proxy with its receiver': (it) =>
    new Proxy(withDecoy(it), {
      get: (target, name, receiver) => (name === it.field ? it.value : Reflect.get(target, name, receiver)),
    }),
  'Proxy without traps': (it) => Object.assign(new Proxy(withDecoy(it), {}), { [it.field]: it.value }),
  'Object.create': (it) =>
    Object.create(withDecoy(it), { [it.field]: { value: it.value, writable: true, enumerable: true } }),
  'Object.assign clone': (it) => {
    const made = withDecoy(it)
    return Object.assign(Object.create(Object.getPrototypeOf(made)), made, { [it.field]: it.value })
  },
  'Object.assign clone as it is': (it) => {
    const made = it.create(it.base, it.value)
    return Object.assign(Object.create(Object.getPrototypeOf(made)), made)
  },
  'deleted, shown by the prototype': (it) => {
    class Shown extends it.base {}
    Object.defineProperty(Shown.prototype, it.field, { value: it.value, writable: true, configurable: true })
    const made = withDecoy(it, Shown)
    delete made[it.field]
    return made
  },
  'deleted, shown by a patched prototype': (it) => {
    const made = withDecoy(it)
    delete made[it.field]
    it.patch(it.base.prototype, it.field, accessor(it.value))
    return made
  },
  'patched prototype below the instance': (it) => {
    const made = it.create(it.base, it.value)
    it.patch(it.base.prototype, it.field, accessor(it.decoy))
    return made
  },
  frozen: (it) => Object.freeze(it.create(it.base, it.value)),
}

/** How a member behaves after a change: `extend` calls the original. */
const CHANGES = {
  toJwt: (original, it) => {
    it.identity = 'identified'
    return original()
  },
  addGrant: (original, it) => {
    original()
    it.identity = 'added'
  },
  toPayload: (original) => ({ ...original(), tenant: 7 }),
}
const VALUES = { toJwt: 'a token of its own', addGrant: undefined, toPayload: { tenant: 8 } }

/** The official classes' methods, each on its own class. */
export const METHODS = SUBJECTS.flatMap((subject) =>
  Object.getOwnPropertyNames(subject.base(OFFICIAL).prototype)
    .filter((name) => name !== 'constructor')
    .map((name) => ({ subject, name })),
)
export const KNOWN_METHODS = Object.keys(CHANGES)

function changed(name, base) {
  const own = base.prototype[name]
  return {
    [name](...args) {
      return CHANGES[name](() => own.apply(this, args), this)
    },
  }[name]
}

const define = (target, name, value) =>
  Object.defineProperty(target, name, { value, writable: true, configurable: true })

export const METHOD_WAYS = {
  'subclass extends': (it) => {
    class Shown extends it.base {}
    define(Shown.prototype, it.name, changed(it.name, it.base))
    return it.create(Shown)
  },
  'subclass replaces': (it) => {
    class Shown extends it.base {}
    define(Shown.prototype, it.name, () => VALUES[it.name])
    return it.create(Shown)
  },
  'arrow function in a field': (it) => {
    const { name } = it
    class Shown extends it.base {
      [name] = () => VALUES[name]
    }
    return it.create(Shown)
  },
  'prototype patched before': (it) => {
    it.patch(it.base.prototype, it.name, { value: changed(it.name, it.base), configurable: true, writable: true })
    return it.create(it.base)
  },
  'prototype patched later': (it) => {
    const made = it.create(it.base)
    it.patch(it.base.prototype, it.name, { value: changed(it.name, it.base), configurable: true, writable: true })
    return made
  },
  'instance patched': (it) => Object.assign(it.create(it.base), { [it.name]: changed(it.name, it.base) }),
  Proxy: (it) =>
    new Proxy(it.create(it.base), {
      get: (target, name) => {
        if (name === it.name) return changed(it.name, it.base).bind(target)
        return Reflect.get(target, name)
      },
    }),
  'Object.create': (it) => define(Object.create(it.create(it.base)), it.name, changed(it.name, it.base)),
}

/** Statics and what a program does with them after a change. */
export const STATICS = {
  DEFAULT_ALGORITHM: ['HS512', []],
  ALGORITHMS: [['HS256'], ['HS512']],
}
export const STATIC_WAYS = {
  'class patched': (it) => {
    it.patch(it.base, it.name, { value: it.value, configurable: true, writable: true, enumerable: true })
    return it.create(it.base)
  },
  'static of a subclass': (it) => {
    class Shown extends it.base {}
    define(Shown, it.name, it.value)
    return it.create(Shown)
  },
}

// Signs what a program made: through AccessToken, or through an issuer.

export const signToken = (library, token) => token.toJwt()

export const grantToken = (library, grant) => {
  const token = new library.AccessToken(...CREDENTIALS, { identity: 'alice' })
  token.addGrant(grant)
  return token.toJwt()
}

const ISSUER = { accountSid: ACCOUNT_SID, keySid: KEY_SID, secret: SECRET }

export const issue = (library, grant) =>
  library === OFFICIAL ? grantToken(library, grant) : new Issuer({ ...ISSUER, grants: [grant] }).mint('alice')

const BESIDE = { key: 'beside', toPayload: () => ({}) }

export const issueWith = (library, grant) => {
  if (library !== OFFICIAL) return new Issuer({ ...ISSUER, grants: [BESIDE] }).mint('alice', { grants: [grant] })
  const token = new library.AccessToken(...CREDENTIALS, { identity: 'alice' })
  token.grants.push(BESIDE, grant)
  return token.toJwt()
}

/** Runs a program with one library: the token's parts, another value, or what it threw. */
function outcome(make, sign, library, now) {
  const undo = []
  const patch = (target, name, descriptor) => {
    const old = Object.getOwnPropertyDescriptor(target, name)
    undo.push(() => (old === undefined ? delete target[name] : Object.defineProperty(target, name, old)))
    Object.defineProperty(target, name, descriptor)
  }
  try {
    const token = sign(library, make(library, now, patch))
    if (typeof token !== 'string' || token.split('.').length !== 3) return { value: token }
    const { header, payload } = jsonwebtoken.decode(token, { complete: true })
    const secret = [SECRET, OTHER_SECRET].find((secret) => verifies(token, secret, header.alg))
    return { token: { header, claims: payload, secret } }
  } catch (error) {
    return { error }
  } finally {
    for (const step of undo.reverse()) step()
  }
}

function verifies(token, secret, algorithm) {
  try {
    jsonwebtoken.verify(token, secret, { algorithms: [algorithm], ignoreExpiration: true, ignoreNotBefore: true })
    return true
  } catch {
    return false
  }
}

/** Runs a program with both libraries in the same second, as grantmint reads the clock natively. */
export function both(make, sign) {
  for (;;) {
    const now = Math.floor(Date.now() / 1000)
    const results = [OFFICIAL, OURS].map((library) => outcome(make, sign, library, now))
    if (Math.floor(Date.now() / 1000) === now) return results
  }
}

export const isCoded = (error) => error instanceof GrantmintError && Boolean(error.code) && error.code !== 'internal'
