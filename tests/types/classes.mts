// The members of every class: their exact types, and nothing that has become `any`.

import {
  AccessToken,
  Grant,
  GrantmintError,
  InputError,
  Issuer,
  inspect,
  PlaybackGrant,
  SyncGrant,
  TokenError,
  Verifier,
  VideoGrant,
  VoiceGrant,
} from 'grantmint'
import { type Equal, holds, type IsAny, type } from './equal.mjs'

type Algorithm = 'HS256' | 'HS384' | 'HS512'

// AccessToken: arguments.
type Arguments = ConstructorParameters<typeof AccessToken>
holds<
  Equal<
    Arguments,
    [
      accountSid: string,
      keySid: string,
      secret: string | Uint8Array,
      options?: AccessToken.AccessTokenOptions | undefined,
    ]
  >
>()
new AccessToken('AC123', 'SK123', 'fake-secret')
new AccessToken('AC123', 'SK123', 'fake-secret', undefined)
new AccessToken('AC123', 'SK123', Buffer.from('fake-secret'), { identity: 'alice' })
new AccessToken('AC123', 'SK123', new Uint8Array(32), {
  identity: 42,
  ttl: 60,
  nbf: 1,
  validUntil: 2,
  region: 'ie1',
  jti: 'x',
})
new AccessToken('AC123', 'SK123', 'fake-secret', {
  identity: 'alice',
  ttl: undefined,
  nbf: undefined,
  validUntil: undefined,
  region: undefined,
  jti: undefined,
})

// AccessToken: properties.
const token = type<AccessToken>()
holds<Equal<typeof token.accountSid, string>>()
holds<Equal<typeof token.keySid, string>>()
holds<Equal<typeof token.secret, string>>()
holds<Equal<typeof token.identity, string>>()
holds<Equal<typeof token.ttl, number>>()
holds<Equal<typeof token.nbf, number | undefined>>()
holds<Equal<typeof token.validUntil, number | undefined>>()
holds<Equal<typeof token.region, string | undefined>>()
holds<Equal<typeof token.jti, string | undefined>>()
holds<Equal<typeof token.grants, AccessToken.GrantLike[]>>()
token.identity = 42
token.identity = undefined
token.secret = new Uint8Array(32)
token.secret = Buffer.from('fake-secret')
token.nbf = undefined
token.region = undefined
holds<Equal<typeof AccessToken.DEFAULT_ALGORITHM, 'HS256'>>()
holds<Equal<typeof AccessToken.ALGORITHMS, string[]>>()
holds<
  Equal<
    Parameters<AccessToken['toJwt']>,
    [algorithm?: Algorithm | undefined, options?: AccessToken.ToJwtOptions | undefined]
  >
>()
holds<Equal<ReturnType<AccessToken['toJwt']>, string>>()
holds<Equal<ReturnType<AccessToken['addGrant']>, void>>()
token.toJwt('HS512', { now: 1_700_000_000 })
token.toJwt(undefined, { now: undefined })

// Grants: the classes here, one of your own, and anything that looks like one.
class FleetGrant extends Grant<{ fleetSid: string }, { fleet_sid: string }, 'fleet'> {
  constructor(readonly fleetSid: string) {
    super('fleet')
  }

  override toPayload() {
    return { fleet_sid: this.fleetSid }
  }
}
token.addGrant(new SyncGrant())
token.addGrant(new FleetGrant('FL123'))
token.addGrant<FleetGrant>(new FleetGrant('FL123'))
token.addGrant({ key: 'fleet', toPayload: () => ({ list: [1, { a: null }] }) })
token.grants.push(new VideoGrant(), new FleetGrant('FL123'))
holds<Equal<FleetGrant['key'], 'fleet'>>()
holds<Equal<SyncGrant['key'], 'data_sync'>>()
holds<Equal<ReturnType<SyncGrant['toPayload']>, AccessToken.SyncGrantPayload>>()
holds<Equal<AccessToken.SyncGrantPayload['service_sid'], string | undefined>>()
holds<Equal<AccessToken.VoiceGrantOptions['incomingAllow'], boolean | undefined>>()
holds<Equal<VoiceGrant['outgoingApplicationParams'], object | undefined>>()
holds<Equal<ConstructorParameters<typeof VideoGrant>, [options?: AccessToken.VideoGrantOptions | undefined]>>()
// Free-form, so that a member can be read: the only `any`.
holds<IsAny<ReturnType<PlaybackGrant['toPayload']>[string]>>()

// Issuer.
const options: Issuer.IssuerOptions = { accountSid: 'AC', keySid: 'SK', secret: 'fake-secret' }
const issuer = new Issuer(options)
new Issuer({
  ...options,
  secret: new Uint8Array(32),
  grants: [new SyncGrant()] as const,
  ttl: 60,
  region: 'ie1',
  algorithm: 'HS256',
})
// @ts-expect-error Twilio accepts HS256 alone.
new Issuer({ ...options, algorithm: 'HS512' })
holds<Equal<typeof issuer.accountSid, string>>()
holds<Equal<typeof issuer.keySid, string>>()
holds<Equal<ReturnType<typeof Issuer.fromEnv>, Issuer>>()
holds<Equal<Parameters<typeof Issuer.fromEnv>, [options?: Issuer.FromEnvOptions | undefined]>>()
holds<Equal<Parameters<Issuer['mint']>, [identity: string | number, options?: Issuer.MintOptions | undefined]>>()
holds<Equal<ReturnType<Issuer['mint']>, string>>()
holds<Equal<ReturnType<Issuer['mintMany']>, Promise<string[]>>>()
holds<Equal<Exclude<keyof Issuer.MintOptions, keyof Issuer.MintManyOptions>, 'jti'>>()
issuer.mint(42, { grants: [new FleetGrant('FL123')], ttl: 60, nbf: 1, jti: 'x', now: 2 })
void issuer.mintMany(['alice', 42] as const, { ttl: 60 })
Issuer.fromEnv({ grants: [{ key: 'fleet', toPayload: () => ({}) }] })

holds<Equal<Parameters<Issuer['issue']>, Parameters<Issuer['mint']>>>()
holds<Equal<ReturnType<Issuer['issue']>, Issuer.IssuedToken>>()
holds<Equal<Issuer.IssuedToken['renewAt'], number>>()

// Verifier and inspect.
const verifier = new Verifier({ keys: { SK123: 'fake-secret', SK124: new Uint8Array(32) } as const, leeway: 5 })
new Verifier({ secret: 'fake-secret', accountSid: 'AC', algorithm: 'HS512', maxSize: 1024 })
const verified = verifier.verify('token', { now: 1 })
holds<Equal<typeof verified.identity, string | undefined>>()
holds<Equal<typeof verified.expiresAt, number>>()
// Free-form, so that a member can be read.
holds<IsAny<(typeof verified.grants)[string]>>()
const inspection = inspect(undefined, { secret: new Uint8Array(32), now: 1 })
holds<Equal<typeof inspection.findings, inspect.Finding[]>>()
holds<Equal<inspect.Finding['twilioCodes'], number[]>>()
const report: string = `${inspection}`
void report

// Errors.
const refusal = type<TokenError>()
holds<Equal<typeof refusal.twilioCodes, number[]>>()
const refusalBase: GrantmintError = refusal
void refusalBase
const error = type<InputError>()
holds<Equal<typeof error.code, string>>()
holds<Equal<typeof error.field, string | undefined>>()
holds<Equal<typeof error.index, number | undefined>>()
const base: GrantmintError = error
const standard: Error = base
void standard

// Nothing has become `any`.
type HasAny<T> = true extends { [Member in keyof T]-?: IsAny<T[Member]> }[keyof T] ? true : false
holds<
  Equal<
    | HasAny<AccessToken>
    | HasAny<AccessToken.AccessTokenOptions>
    | HasAny<AccessToken.GrantLike>
    | HasAny<AccessToken.SyncGrantOptions>
    | HasAny<AccessToken.SyncGrantPayload>
    | HasAny<AccessToken.ChatGrantOptions>
    | HasAny<AccessToken.ChatGrantPayload>
    | HasAny<AccessToken.VideoGrantOptions>
    | HasAny<AccessToken.VideoGrantPayload>
    | HasAny<AccessToken.VoiceGrantOptions>
    | HasAny<AccessToken.VoiceGrantPayload>
    | HasAny<AccessToken.TaskRouterGrantOptions>
    | HasAny<AccessToken.TaskRouterGrantPayload>
    | HasAny<AccessToken.PlaybackGrantOptions>
    | HasAny<Issuer>
    | HasAny<Issuer.IssuerOptions>
    | HasAny<Issuer.MintOptions>
    | HasAny<Issuer.IssuedToken>
    | HasAny<Verifier>
    | HasAny<Verifier.VerifierOptions>
    | HasAny<inspect.Inspection>
    | HasAny<inspect.Finding>
    | HasAny<TokenError>
    | HasAny<InputError>,
    false
  >
>()
