'use strict'

const { AccessToken } = require('./lib/access_token.js')
const { GrantmintError, InputError } = require('./lib/errors.js')
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
exports.GrantmintError = GrantmintError
exports.InputError = InputError
