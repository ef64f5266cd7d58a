// A token endpoint on AWS Lambda, behind an HTTP API of API Gateway with a JWT authorizer.
//
// The authorizer has checked who is asking. Without one, every request is a 401.

import { Issuer, SyncGrant } from 'grantmint'

// Created once per process. Missing credentials then fail the deployment, not a user's request.
const issuer = Issuer.fromEnv({ grants: [new SyncGrant({ serviceSid: process.env.TWILIO_SYNC_SERVICE_SID })] })

export async function handler(event) {
  const identity = event.requestContext?.authorizer?.jwt?.claims?.sub
  if (typeof identity !== 'string' || !/^[\w.-]{1,64}$/.test(identity)) return answer(401, { error: 'Sign in first.' })
  const { token, expiresAt, renewAt } = issuer.issue(identity)
  return answer(200, { identity, token, expiresAt, renewAt })
}

function answer(statusCode, body) {
  // A cache would give the token to the next user.
  const headers = { 'Cache-Control': 'no-store', 'Content-Type': 'application/json' }
  return { statusCode, headers, body: JSON.stringify(body) }
}
