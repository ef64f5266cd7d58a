// Beside the official library's types: theirs where ours are wanted, and ours where theirs are.

import { AccessToken } from 'grantmint'
import Official from 'twilio/lib/jwt/AccessToken.js'
import { type Equal, holds, type } from './equal.mjs'

// A token and a grant of ours do where theirs are declared, and the other way about.
const token: Official = type<AccessToken>()
const grants: Official.Grant<unknown, object, string>[] = [
  type<AccessToken.SyncGrant>(),
  type<AccessToken.ChatGrant>(),
  type<AccessToken.VideoGrant>(),
  type<AccessToken.VoiceGrant>(),
  type<AccessToken.TaskRouterGrant>(),
  type<AccessToken.PlaybackGrant>(),
]
type<AccessToken>().addGrant(type<Official.SyncGrant>())
type<AccessToken>().addGrant(type<Official.VoiceGrant>())
type<AccessToken>().grants = type<Official>().grants
type<Official>().addGrant(type<AccessToken.VideoGrant>())
new AccessToken(
  'AC123',
  'SK123',
  'fake-secret',
  type<Official.AccessTokenOptions>() as { identity: string; ttl: number },
)
void [token, grants]

// grantmint has every name of the official library, with the same types when read.
holds<Equal<Exclude<keyof typeof Official, keyof typeof AccessToken>, never>>()
holds<Equal<Exclude<keyof Official, keyof AccessToken>, never>>()
holds<Equal<Exclude<keyof AccessToken, keyof Official>, 'validUntil' | 'jti'>>()
holds<Equal<AccessToken.SyncGrantPayload, Official.SyncGrantPayload>>()
holds<Equal<AccessToken.ChatGrantPayload, Official.ChatGrantPayload>>()
holds<Equal<AccessToken.VideoGrantPayload, Official.VideoGrantPayload>>()
holds<Equal<AccessToken.VoiceGrantPayload, Official.VoiceGrantPayload>>()
holds<Equal<AccessToken.TaskRouterGrantPayload, Official.TaskRouterGrantPayload>>()
holds<Equal<keyof AccessToken.SyncGrantOptions, keyof Official.SyncGrantOptions>>()
holds<Equal<keyof AccessToken.ChatGrantOptions, keyof Official.ChatGrantOptions>>()
holds<Equal<keyof AccessToken.VideoGrantOptions, keyof Official.VideoGrantOptions>>()
holds<Equal<keyof AccessToken.VoiceGrantOptions, keyof Official.VoiceGrantOptions>>()
holds<Equal<keyof AccessToken.TaskRouterGrantOptions, keyof Official.TaskRouterGrantOptions>>()
holds<Equal<keyof AccessToken.PlaybackGrantOptions, keyof Official.PlaybackGrantOptions>>()
