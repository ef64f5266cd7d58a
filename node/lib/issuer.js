'use strict'

// `Issuer`, which mints many tokens for one API key.

const { GrantmintError, NATIVE, fail, functionsOf, startTraceAt, unwrap } = require('./errors.js')
const { packGrants } = require('./grants.js')
const native = require('./native.js')
const { checkOptions, describe, required, value } = require('./pack.js')
const { secretArgument } = require('./secret.js')

const OPTIONS = ['accountSid', 'keySid', 'secret', 'ttl', 'grants', 'region', 'algorithm']
const FROM_ENV_OPTIONS = ['ttl', 'grants', 'region', 'algorithm']
const MINT_OPTIONS = ['grants', 'ttl', 'nbf', 'jti', 'now']
// The variables of `fromEnv`, and other names that people give them.
const VARIABLES = {
  TWILIO_ACCOUNT_SID: [],
  TWILIO_API_KEY: ['TWILIO_API_KEY_SID'],
  TWILIO_API_SECRET: ['TWILIO_API_KEY_SECRET', 'TWILIO_API_SECRET_KEY'],
}
// A single `jti` would not identify one of many tokens.
const MINT_MANY_OPTIONS = ['grants', 'ttl', 'nbf', 'now']

// The longest list that is minted on the caller's thread, in about half a millisecond.
const FEW = 1024

class Issuer {
  constructor(options) {
    checkOptions(options ?? {}, OPTIONS, Issuer, ' (expected { accountSid, keySid, secret })')
    const { accountSid, keySid, ttl, grants, region, algorithm } = options ?? {}
    required(accountSid, 'account_sid', Issuer)
    required(keySid, 'key_sid', Issuer)
    required(options?.secret, 'secret', Issuer)
    const packed =
      value(accountSid) +
      value(keySid) +
      value(ttl) +
      value(region) +
      value(algorithm) +
      packGrants(grants ?? [], Issuer)
    // Not in a variable while a custom grant's code runs: error reporters record variables when it throws.
    const issuer = unwrap(native.issuer(packed, secretArgument(options?.secret, Issuer)), Issuer)
    // Only the native module has the secret.
    Object.defineProperty(this, NATIVE, { value: issuer })
    Object.defineProperty(this, 'accountSid', { value: accountSid, enumerable: true })
    Object.defineProperty(this, 'keySid', { value: keySid, enumerable: true })
  }

  static fromEnv(options) {
    const caller = Issuer.fromEnv
    checkOptions(options ?? {}, FROM_ENV_OPTIONS, caller)
    const env = globalThis.process?.env ?? {}
    const missing = Object.keys(VARIABLES).filter((name) => !env[name])
    if (missing.length > 0) {
      const pairs = missing.map((name) => [name, VARIABLES[name].find((other) => env[other])])
      const instead = pairs.filter(([, other]) => other !== undefined).map((pair) => pair.join('='))
      fail(caller, 'missing_variable', missing.join(' '), instead.join(','))
    }
    const credentials = {
      accountSid: env.TWILIO_ACCOUNT_SID,
      keySid: env.TWILIO_API_KEY,
      secret: env.TWILIO_API_SECRET,
    }
    try {
      return new this({ ...options, ...credentials })
    } catch (error) {
      if (error instanceof GrantmintError) startTraceAt(error, caller)
      throw error
    }
  }

  mint(identity, options) {
    const caller = Issuer.prototype.mint
    if (options === undefined && typeof identity === 'string') {
      return unwrap(functionsOf(this, caller, 'Issuer').mint(identity), caller)
    }
    required(identity, 'identity', caller)
    const packed = value(identity) + packOptions(options ?? {}, MINT_OPTIONS, caller)
    return unwrap(functionsOf(this, caller, 'Issuer').mintWith(packed), caller)
  }

  issue(identity, options) {
    const caller = Issuer.prototype.issue
    required(identity, 'identity', caller)
    const packed = value(identity) + packOptions(options ?? {}, MINT_OPTIONS, caller)
    return unwrap(functionsOf(this, caller, 'Issuer').issue(packed), caller)
  }

  async mintMany(identities, options) {
    const caller = Issuer.prototype.mintMany
    if (!Array.isArray(identities)) fail(caller, 'wrong_type', 'identities', describe(identities))
    const packed = packOptions(options ?? {}, MINT_MANY_OPTIONS, caller)
    let list = ''
    for (const identity of identities) list += value(identity)
    const { mintFew, mintMany } = functionsOf(this, caller, 'Issuer')
    // Moving a list to other threads and back takes as long as minting some hundred tokens.
    const answer = identities.length > FEW ? await mintMany(list, packed) : mintFew(list, packed)
    const { blocks } = unwrap(answer, caller)
    const tokens = []
    for (const block of blocks) for (const token of block.split('\n')) tokens.push(token)
    return tokens
  }
}

function packOptions(options, known, caller) {
  checkOptions(options, known, caller)
  return (
    value(options.ttl) +
    value(options.nbf) +
    value(options.jti) +
    value(options.now) +
    packGrants(options.grants ?? [], caller)
  )
}

module.exports = { Issuer }
