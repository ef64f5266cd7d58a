// The exports of the ES module: every name, as a value and as a type.

import * as everything from 'grantmint'
import grantmint, {
  AccessToken,
  ChatGrant,
  Grant,
  GrantmintError,
  InputError,
  Issuer,
  inspect,
  jwt,
  PlaybackGrant,
  SyncGrant,
  TaskRouterGrant,
  TokenError,
  Verifier,
  VideoGrant,
  VoiceGrant,
} from 'grantmint'
import { type Equal, holds, type IsAny, type } from './equal.mjs'

type Names =
  | 'AccessToken'
  | 'ChatGrant'
  | 'Grant'
  | 'GrantmintError'
  | 'InputError'
  | 'Issuer'
  | 'PlaybackGrant'
  | 'SyncGrant'
  | 'TaskRouterGrant'
  | 'TokenError'
  | 'Verifier'
  | 'VideoGrant'
  | 'VoiceGrant'
  | 'inspect'
  | 'jwt'

type Exported = Exclude<keyof typeof everything, 'default' | 'module.exports'>
// The compiler's message contains the names that are missing above.
const missing: Record<Exclude<Exported, Names>, never> = {}
void missing
holds<Equal<Exported, Names>>()
holds<Equal<Extract<keyof typeof grantmint, Names>, Names>>()
holds<Equal<typeof grantmint.AccessToken, typeof AccessToken>>()
holds<Equal<typeof jwt.AccessToken, typeof AccessToken>>()
holds<Equal<jwt.AccessToken, AccessToken>>()
holds<Equal<jwt.AccessToken.SyncGrant, SyncGrant>>()
holds<Equal<grantmint.AccessToken.SyncGrant, SyncGrant>>()
holds<Equal<grantmint.Issuer.MintOptions, Issuer.MintOptions>>()

holds<Equal<ReturnType<Verifier['verify']>, Verifier.Claims>>()
holds<Equal<ReturnType<typeof inspect>, inspect.Inspection>>()

holds<Equal<AccessToken.SyncGrant, SyncGrant>>()
holds<Equal<AccessToken.ChatGrant, ChatGrant>>()
holds<Equal<AccessToken.VideoGrant, VideoGrant>>()
holds<Equal<AccessToken.VoiceGrant, VoiceGrant>>()
holds<Equal<AccessToken.TaskRouterGrant, TaskRouterGrant>>()
holds<Equal<AccessToken.PlaybackGrant, PlaybackGrant>>()
holds<Equal<AccessToken.Grant<1, 2, 3>, Grant<1, 2, 3>>>()
holds<Equal<typeof AccessToken.SyncGrant, typeof SyncGrant>>()
holds<Equal<typeof AccessToken.Grant, typeof Grant>>()

type Values = typeof everything
holds<Equal<{ [Name in Names]: IsAny<Values[Name]> }[Names], false>>()

// `instanceof` narrows to each class.
const thrown: unknown = type<unknown>()
if (thrown instanceof InputError) holds<Equal<typeof thrown, InputError>>()
if (thrown instanceof TokenError) holds<Equal<typeof thrown, TokenError>>()
if (thrown instanceof GrantmintError) holds<Equal<typeof thrown, GrantmintError>>()
