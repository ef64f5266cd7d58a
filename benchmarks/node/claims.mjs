// The claims of the workload as an object, for the general JWT libraries.

export const seconds = () => Math.floor(Date.now() / 1000)

export function claimsOf(work, identity) {
  const now = seconds()
  return {
    jti: `${work.key_sid}-${now}`,
    grants: grantsOf(work, identity),
    iat: now,
    exp: now + 3600,
    iss: work.key_sid,
    sub: work.account_sid,
  }
}

export function grantsOf(work, identity) {
  const grants = { identity, chat: { service_sid: work.service_sid }, video: { room: work.room } }
  if (work.voice) {
    grants.voice = { outgoing: { application_sid: work.voice.application_sid, params: work.voice.params } }
  }
  return grants
}
