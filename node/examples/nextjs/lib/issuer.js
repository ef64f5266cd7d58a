import { Issuer, VideoGrant } from 'grantmint'

let issuer

/** Returns the issuer of this process. It is created by the first request: `next build` loads this file without credentials. */
export function getIssuer() {
  issuer ??= Issuer.fromEnv({ grants: [new VideoGrant({ room: 'daily' })] })
  return issuer
}
