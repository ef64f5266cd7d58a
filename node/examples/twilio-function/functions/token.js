'use strict'

// The token endpoint of Twilio's tutorial "Generate an Access Token for Twilio Chat, Video, and Voice using Twilio
// Functions", with grantmint's AccessToken in the place of Twilio's.
//
// DEMONSTRATION ONLY: like the tutorial's, it believes any identity that it is told. A real one asks who is calling
// first, for example by checking a session of yours, and takes the identity from there.

const { AccessToken } = require('grantmint')
const { ChatGrant, VideoGrant, VoiceGrant } = AccessToken

const TTL = 3600

// The variables that the Function needs, and the prefix of each value. Twilio fills in a SERVICE_SID too, that of the
// Functions service (ZS…): as a grant, it would open nothing.
const VARIABLES = { ACCOUNT_SID: 'AC', API_KEY: 'SK', API_SECRET: '', SERVICE_SID: 'IS', OUTGOING_SID: 'AP' }

exports.handler = (context, event, callback) => {
  const answer = (status, body) => {
    const response = new Twilio.Response()
    response.setStatusCode(status)
    response.setHeaders({
      // Any page, as in the tutorial. Where the identity comes from a session, name your own origin here.
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
      'Access-Control-Allow-Headers': 'Content-Type',
      // A cache would give the token to the next user.
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json',
    })
    response.setBody(body)
    callback(null, response)
  }

  for (const [name, prefix] of Object.entries(VARIABLES)) {
    if (!context[name]) return answer(500, { error: `${name} is not set.` })
    if (!context[name].startsWith(prefix)) return answer(500, { error: `${name} must begin with ${prefix}.` })
  }

  const { identity, room } = event
  if (!isText(identity)) return answer(400, { error: 'identity is required, and just one.' })
  // Without a room, any room.
  if (room !== undefined && !isText(room)) return answer(400, { error: 'room must be just one, or left out.' })

  try {
    const token = new AccessToken(context.ACCOUNT_SID, context.API_KEY, context.API_SECRET, { identity, ttl: TTL })
    token.addGrant(new VideoGrant({ room }))
    token.addGrant(new ChatGrant({ serviceSid: context.SERVICE_SID }))
    token.addGrant(new VoiceGrant({ outgoingApplicationSid: context.OUTGOING_SID, incomingAllow: true }))

    const now = Math.floor(Date.now() / 1000)
    const jwt = token.toJwt('HS256', { now })
    // Twilio's SDKs ask for a new token three minutes before the old one expires. `accessToken` is what the tutorial's
    // own pages read.
    answer(200, { identity, token: jwt, expiresAt: now + TTL, renewAt: now + TTL - 180, accessToken: jwt })
  } catch (error) {
    console.error(error)
    answer(500, { error: 'No token could be made; the log says why.' })
  }
}

/** A string that is not empty and can be written as UTF-8. A parameter given twice is an array. */
function isText(value) {
  return typeof value === 'string' && value !== '' && value.isWellFormed()
}
