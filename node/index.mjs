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
} = grantmint

export default grantmint
