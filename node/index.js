'use strict'

const { AccessToken } = require('./lib/access_token.js')
const { GrantmintError, InputError, TokenError } = require('./lib/errors.js')
const grants = require('./lib/grants.js')
const { Issuer } = require('./lib/issuer.js')

exports.AccessToken = AccessToken
exports.jwt = { AccessToken }
exports.Issuer = Issuer
exports.Grant = grants.Grant
exports.SyncGrant = grants.SyncGrant
exports.ChatGrant = grants.ChatGrant
exports.VideoGrant = grants.VideoGrant
exports.VoiceGrant = grants.VoiceGrant
exports.TaskRouterGrant = grants.TaskRouterGrant
exports.PlaybackGrant = grants.PlaybackGrant
// Most users only mint, so the files for verifying are read at their first use.
lazily('Verifier', () => require('./lib/verifier.js').Verifier)
lazily('inspect', () => require('./lib/inspect.js').inspect)
exports.GrantmintError = GrantmintError
exports.InputError = InputError
exports.TokenError = TokenError

function lazily(name, load) {
  Object.defineProperty(exports, name, {
    get() {
      const value = load()
      Object.defineProperty(exports, name, { value, enumerable: true, writable: true, configurable: true })
      return value
    },
    enumerable: true,
    configurable: true,
  })
}
