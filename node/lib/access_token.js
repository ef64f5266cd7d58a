'use strict'

const { fail, unwrap } = require('./errors.js')
const grants = require('./grants.js')
const native = require('./native.js')
const { checkOptions, describe, value } = require('./pack.js')

const { checkGrant, packGrants } = grants
const OPTIONS = ['identity', 'ttl', 'nbf', 'validUntil', 'region', 'jti']
const { defaultTtl } = JSON.parse(native.contract())

class AccessToken {
  // Private: code that lists or copies properties does not find it.
  #secret
  #shown

  constructor(accountSid, keySid, secret, options) {
    if (!accountSid) fail(AccessToken, 'required', 'account_sid')
    if (!keySid) fail(AccessToken, 'required', 'key_sid')
    if (!secret) fail(AccessToken, 'required', 'secret')
    this.accountSid = accountSid
    this.keySid = keySid
    this.#secret = secret
    if (options === undefined) {
      // The older form sets the identity later.
      this.ttl = defaultTtl
      this.identity = undefined
      this.nbf = undefined
      this.region = undefined
      this.validUntil = undefined
      this.jti = undefined
    } else {
      checkOptions(options ?? {}, OPTIONS, AccessToken)
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
    return this.#secret
  }

  set secret(secret) {
    this.#secret = secret
  }

  addGrant(grant) {
    checkGrant(grant, this.addGrant)
    this.grants.push(grant)
  }

  toJwt(algorithm, options) {
    const caller = AccessToken.prototype.toJwt
    if (options !== undefined) checkOptions(options, TO_JWT_OPTIONS, caller)
    // Copies all values first: a custom grant's `toPayload` may change the token. It may also throw, and error reporters
    // record the variables of frames, so no variable here is the secret.
    const secret = inside(secretArgument(this.#secret, caller))
    const packed =
      value(this.accountSid) +
      value(this.keySid) +
      value(this.identity) +
      value(this.ttl) +
      value(this.nbf) +
      value(this.validUntil) +
      value(this.region) +
      value(this.jti) +
      value(algorithm) +
      value(options?.now) +
      packGrants(this.grants, caller)
    return unwrap(native.sign(packed, secret()), caller)
  }

  // Shows a copy without the getter of the secret, which `showHidden` and `getters` together would call. It is always
  // the same copy, so that a token that refers to itself is shown as circular.
  [Symbol.for('nodejs.util.inspect.custom')]() {
    const shown = (this.#shown ??= new LOOK_ALIKE())
    for (const name of Reflect.ownKeys(shown)) delete shown[name]
    for (const name of Reflect.ownKeys(this)) {
      Object.defineProperty(shown, name, { ...Object.getOwnPropertyDescriptor(this, name), configurable: true })
    }
    return shown
  }
}

const LOOK_ALIKE = { AccessToken: class {} }.AccessToken

const TO_JWT_OPTIONS = ['now']

const inside = (secret) => () => secret

function isMissing(value) {
  return value === undefined || value === null || value === ''
}

/** Returns a secret as the native module accepts it: a string or bytes. */
function secretArgument(secret, caller) {
  if (typeof secret === 'string') return secret
  if (secret === undefined || secret === null) return ''
  // A Uint8Array of another realm counts, too.
  if (require('node:util').types.isUint8Array(secret)) return secret
  return fail(caller, 'wrong_type', 'secret', describe(secret))
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

module.exports = { AccessToken, secretArgument }
