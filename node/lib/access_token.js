'use strict'

// `AccessToken`, the drop-in for the official class: plain properties, read when the token is signed.

const { fail, unwrap } = require('./errors.js')
const grants = require('./grants.js')
const native = require('./native.js')
const { checkOptions, value } = require('./pack.js')
const { SECRET, Secret, secretArgument } = require('./secret.js')
const { checkNames } = require('./spelling.js')

const { checkGrant, packGrants } = grants
const FIELDS = ['accountSid', 'keySid', 'ttl', 'identity', 'nbf', 'region', 'validUntil', 'jti', 'grants', 'secret']
const OPTIONS = ['identity', 'ttl', 'nbf', 'validUntil', 'region', 'jti']
const { defaultTtl } = JSON.parse(native.contract())

class AccessToken {
  constructor(accountSid, keySid, secret, options) {
    if (!accountSid) fail(AccessToken, 'required', 'account_sid')
    if (!keySid) fail(AccessToken, 'required', 'key_sid')
    if (!secret) fail(AccessToken, 'required', 'secret')
    this.accountSid = accountSid
    this.keySid = keySid
    try {
      this.secret = secret
    } catch (error) {
      // A subclass may have a getter alone. Any other error is its own.
      if (!isGetterOnly(this, 'secret')) throw error
    }
    if (options === undefined) {
      // The older form sets the identity later.
      this.ttl = defaultTtl
      this.identity = undefined
      this.nbf = undefined
      this.region = undefined
      this.validUntil = undefined
      this.jti = undefined
    } else {
      checkOptions(options ?? {}, OPTIONS, AccessToken, ' (an identity is the option identity)')
      if (isMissing(options?.identity)) fail(AccessToken, 'required', 'options.identity')
      this.ttl = isMissing(options.ttl) ? defaultTtl : options.ttl
      this.identity = options.identity
      this.nbf = options.nbf
      this.region = options.region
      this.validUntil = options.validUntil
      this.jti = options.jti
    }
    this.grants = []
  }

  get secret() {
    return Secret.reveal(this[SECRET])
  }

  set secret(secret) {
    this[SECRET] = new Secret(secret)
  }

  addGrant(grant) {
    checkGrant(grant, this.addGrant)
    this.grants.push(grant)
  }

  toJwt(algorithm, options) {
    const caller = TO_JWT
    if (options !== undefined) checkOptions(options, TO_JWT_OPTIONS, caller)
    checkNames(this, FIELDS, caller)
    // Copies all values first: a custom grant's `toPayload` may change the token. It may also throw, and error reporters
    // record the variables of frames, so no variable here is the secret.
    const secret = inside(secretArgument(this.secret, caller))
    const packed =
      value(this.accountSid) +
      value(this.keySid) +
      value(this.identity) +
      value(this.ttl) +
      value(this.nbf) +
      value(this.validUntil) +
      value(this.region) +
      value(this.jti) +
      value(algorithmArgument(algorithm, caller)) +
      value(options?.now) +
      packGrants(this.grants, caller)
    return unwrap(native.sign(packed, secret()), caller)
  }

  // Shows a copy without the getter of the secret, which `showHidden` and `getters` together would call. It is always
  // the same copy, so that a token that refers to itself is shown as circular.
  [Symbol.for('nodejs.util.inspect.custom')]() {
    let shown = SHOWN.get(this)
    if (shown === undefined) SHOWN.set(this, (shown = new LOOK_ALIKE()))
    for (const name of Reflect.ownKeys(shown)) delete shown[name]
    for (const name of Reflect.ownKeys(this)) {
      if (name === SECRET || name === 'secret') continue
      Object.defineProperty(shown, name, { ...Object.getOwnPropertyDescriptor(this, name), configurable: true })
    }
    return shown
  }
}

const SHOWN = new WeakMap()
const LOOK_ALIKE = { AccessToken: class {} }.AccessToken

const TO_JWT_OPTIONS = ['now']

// Also where a program has replaced the method: stack traces start at it.
const TO_JWT = AccessToken.prototype.toJwt

/** Returns the algorithm after the class's own lists, which a program may change. */
function algorithmArgument(algorithm, caller) {
  if (isMissing(algorithm)) algorithm = AccessToken.DEFAULT_ALGORITHM
  const allowed = AccessToken.ALGORITHMS
  if (typeof algorithm !== 'string' || allowed.includes(algorithm)) return algorithm
  const message = `Algorithm not supported. Allowed values are ${allowed.join(', ')}`
  return unwrap(['unsupported_algorithm', 'algorithm', message], caller)
}

const inside = (secret) => () => secret

function isGetterOnly(object, name) {
  let owner = object
  while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner)
  const { get, set } = Object.getOwnPropertyDescriptor(owner, name)
  return get !== undefined && set === undefined
}

function isMissing(value) {
  return value === undefined || value === null || value === ''
}

AccessToken.DEFAULT_ALGORITHM = 'HS256'
AccessToken.ALGORITHMS = ['HS256', 'HS384', 'HS512']
for (const name of [
  'Grant',
  'TaskRouterGrant',
  'ChatGrant',
  'VideoGrant',
  'SyncGrant',
  'VoiceGrant',
  'PlaybackGrant',
]) {
  AccessToken[name] = grants[name]
}

module.exports = { AccessToken }
