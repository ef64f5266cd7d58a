import grantmint from './index.js'

export const {
  AccessToken,
  jwt,
  Issuer,
  Grant,
  SyncGrant,
  ChatGrant,
  VideoGrant,
  VoiceGrant,
  TaskRouterGrant,
  PlaybackGrant,
  GrantmintError,
  InputError,
  TokenError,
  Verifier,
  inspect,
} = grantmint

export default grantmint
