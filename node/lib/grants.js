'use strict'

// The grant classes, and how any grant is packed for the native module.

const { fail, unwrap } = require('./errors.js')
const native = require('./native.js')
const { TRUE, FALSE, checkOptions, describe, object, other, text, value } = require('./pack.js')
const { checkNames } = require('./spelling.js')

/** The base of all grants. Your own may extend it, or be any object with a `key` and a `toPayload()`. */
class Grant {
  constructor(key) {
    this.key = key
  }
}

// On the prototype of each product's grant: the packing of its fields, and its original methods.
const PRODUCT = Symbol('grantmint.product')

class TaskRouterGrant extends Grant {
  constructor(options) {
    super('task_router')
    options = given(options, TASK_ROUTER, TaskRouterGrant)
    this.workspaceSid = options.workspaceSid
    this.workerSid = options.workerSid
    this.role = options.role
  }

  toPayload() {
    return payload(this, TaskRouterGrant)
  }
}

class ChatGrant extends Grant {
  constructor(options) {
    super('chat')
    options = given(options, CHAT, ChatGrant)
    this.serviceSid = options.serviceSid
    this.endpointId = options.endpointId
    this.deploymentRoleSid = options.deploymentRoleSid
    this.pushCredentialSid = options.pushCredentialSid
  }

  toPayload() {
    return payload(this, ChatGrant)
  }
}

class VideoGrant extends Grant {
  constructor(options) {
    super('video')
    options = given(options, VIDEO, VideoGrant)
    this.room = options.room
  }

  toPayload() {
    return payload(this, VideoGrant)
  }
}

class SyncGrant extends Grant {
  constructor(options) {
    super('data_sync')
    options = given(options, SYNC, SyncGrant)
    this.serviceSid = options.serviceSid
    this.endpointId = options.endpointId
  }

  toPayload() {
    return payload(this, SyncGrant)
  }
}

class VoiceGrant extends Grant {
  constructor(options) {
    super('voice')
    options = given(options, VOICE, VoiceGrant)
    this.incomingAllow = options.incomingAllow
    this.outgoingApplicationSid = options.outgoingApplicationSid
    this.outgoingApplicationParams = options.outgoingApplicationParams
    this.pushCredentialSid = options.pushCredentialSid
    this.endpointId = options.endpointId
  }

  toPayload() {
    return payload(this, VoiceGrant)
  }
}

class PlaybackGrant extends Grant {
  constructor(options) {
    super('player')
    options = given(options, PLAYBACK, PlaybackGrant)
    this.grant = options.grant
  }

  toPayload() {
    return payload(this, PlaybackGrant)
  }
}

const SYNC = ['serviceSid', 'endpointId']
const CHAT = ['serviceSid', 'endpointId', 'deploymentRoleSid', 'pushCredentialSid']
const VIDEO = ['room']
const VOICE = [
  'incomingAllow',
  'outgoingApplicationSid',
  'outgoingApplicationParams',
  'pushCredentialSid',
  'endpointId',
]
const TASK_ROUTER = ['workspaceSid', 'workerSid', 'role']
const PLAYBACK = ['grant']

// The fields in the core's order; a test compares them with the core.
product(SyncGrant, 'data_sync', SYNC, (grant) => value(grant.serviceSid) + value(grant.endpointId))
product(
  ChatGrant,
  'chat',
  CHAT,
  (grant) =>
    value(grant.serviceSid) + value(grant.endpointId) + value(grant.deploymentRoleSid) + value(grant.pushCredentialSid),
)
product(VideoGrant, 'video', VIDEO, (grant) => value(grant.room))
product(
  VoiceGrant,
  'voice',
  VOICE,
  (grant, caller) =>
    value(grant.incomingAllow) +
    value(grant.outgoingApplicationSid) +
    object(grant.outgoingApplicationParams, 'VoiceGrant.outgoing_application_params', caller) +
    value(grant.pushCredentialSid) +
    value(grant.endpointId),
)
product(
  TaskRouterGrant,
  'task_router',
  TASK_ROUTER,
  (grant) => value(grant.workspaceSid) + value(grant.workerSid) + value(grant.role),
)
product(PlaybackGrant, 'player', PLAYBACK, (grant, caller) => object(grant.grant, 'PlaybackGrant.grant', caller))

function product(type, key, options, fields) {
  const { toPayload } = type.prototype
  const product = { key, names: ['key', ...options], start: text(key), fields, toPayload }
  Object.defineProperty(type.prototype, PRODUCT, { value: product })
}

const NOTHING = Object.freeze({})

function given(options, known, type) {
  if (options === undefined || options === null) return NOTHING
  checkOptions(options, known, type)
  return options
}

/** Returns the payload of any object with a product's fields: a program may call the method on one. */
function payload(grant, type) {
  const { start, fields, names, toPayload } = type.prototype[PRODUCT]
  checkNames(grant, names, toPayload)
  return JSON.parse(unwrap(native.payload(start + fields(grant, toPayload)), toPayload))
}

/** Packs a grant as an argument of the native module. */
function packGrant(grant, caller) {
  checkGrant(grant, caller)
  const product = grant[PRODUCT]
  // A subclass may override the payload, and any code may set the key.
  if (product !== undefined && grant.toPayload === product.toPayload && grant.key === product.key) {
    checkNames(grant, product.names, caller)
    return TRUE + product.start + product.fields(grant, caller)
  }
  const { key } = grant
  const field = typeof key === 'string' ? `${key}.payload` : 'payload'
  const payload = grant.toPayload()
  return FALSE + value(key) + (payload === null ? other('null') : object(payload, field, caller))
}

function packGrants(grants, caller) {
  if (!Array.isArray(grants)) fail(caller, 'wrong_type', 'grants', describe(grants))
  let packed = ''
  for (const grant of grants) packed += packGrant(grant, caller)
  return packed
}

function checkGrant(grant, caller) {
  if (grant === null || typeof grant !== 'object' || typeof grant.toPayload !== 'function') {
    fail(caller, 'not_a_grant')
  }
}

module.exports = {
  Grant,
  TaskRouterGrant,
  ChatGrant,
  VideoGrant,
  SyncGrant,
  VoiceGrant,
  PlaybackGrant,
  packGrants,
  checkGrant,
}
