/**
 * Mints {@link https://www.twilio.com/docs/iam/access-tokens | Twilio Access Tokens}: short-lived JWTs (RFC
 * 7519), signed with the secret of a Twilio API key, that say whom they speak for (the identity) and what
 * they open (the grants).
 *
 * {@link AccessToken} takes the place of the class of the same name in the official library. {@link Issuer}
 * is for new code: credentials checked once, many tokens. {@link Verifier} accepts a token or says why not, and
 * {@link inspect} explains any token.
 *
 * @packageDocumentation
 */

/**
 * A token under construction: the official library's `AccessToken` with another import. As lenient about SIDs
 * as that one, and everything on it can be changed until it is signed.
 *
 * Neither `console.log` nor `JSON.stringify` shows the secret.
 *
 * @example
 * ```js
 * const { AccessToken } = require('grantmint')
 *
 * const { TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET } = process.env
 * const token = new AccessToken(TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET, { identity: 'alice' })
 * token.addGrant(new AccessToken.VideoGrant({ room: 'daily' }))
 * const jwt = token.toJwt()
 * jwt.split('.').length // => 3
 * ```
 */
export class AccessToken {
  /** The algorithm of a token that asks for no other: the one that Twilio accepts. */
  static DEFAULT_ALGORITHM: 'HS256'
  /** What {@link AccessToken.toJwt} can sign with: HMAC with SHA-2 (RFC 7518, section 3.2). */
  static ALGORITHMS: string[]

  /** The account, `AC…`: the claim `sub` (RFC 7519, section 4.1.2). */
  accountSid: string
  /** The API key, `SK…`: the claim `iss` (RFC 7519, section 4.1.1). */
  keySid: string
  /**
   * The API key's secret, as it was given. Typed as a string, as in the official library; it may be bytes.
   */
  get secret(): string
  set secret(secret: string | Uint8Array)
  /** The lifetime in seconds, from 1 to 86,400. Defaults to 3600. */
  ttl: number
  /**
   * Whom the token speaks for, as it was given. Typed as a string, as in the official library; it may be an
   * integer, or not be there yet.
   */
  get identity(): string
  set identity(identity: string | number | undefined)
  /** See {@link AccessToken.AccessTokenOptions.nbf}. */
  nbf?: number | undefined
  /** See {@link AccessToken.AccessTokenOptions.region}. */
  region?: string | undefined
  /** See {@link AccessToken.AccessTokenOptions.validUntil}. */
  validUntil?: number | undefined
  /** See {@link AccessToken.AccessTokenOptions.jti}. */
  jti?: string | undefined
  /** The grants, in the order added. */
  grants: AccessToken.GrantLike[]

  /**
   * @param accountSid - The account, `AC…`.
   * @param keySid - The API key, `SK…`.
   * @param secret - The API key's secret: a string, or its bytes.
   * @param options - Identity, lifetime and the like. Three arguments alone are the older form, in which the
   * identity is set later.
   * @throws {@link InputError} `required` for a missing credential, or for options without an identity;
   * `unknown_option` for an option that does not exist. Everything else is checked by {@link
   * AccessToken.toJwt}.
   *
   * @example
   * ```js
   * const { AccessToken } = require('grantmint')
   *
   * const token = new AccessToken('AC123', 'SK123', 'fake-secret') // the older form
   * token.identity = 'alice'
   * token.ttl // => 3600
   * ```
   */
  constructor(accountSid: string, keySid: string, secret: string | Uint8Array, options?: AccessToken.AccessTokenOptions)

  /**
   * Adds a grant: one of the classes here, or your own. One with the same `key` as another replaces it and
   * keeps its place. It is read when the token is signed.
   *
   * @throws {@link InputError} `not_a_grant`.
   *
   * @example
   * ```js
   * const { AccessToken } = require('grantmint')
   *
   * const token = new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice' })
   * token.addGrant(new AccessToken.SyncGrant({ serviceSid: 'IS123' }))
   * token.addGrant({ key: 'fleet', toPayload: () => ({ fleet_sid: 'FL123' }) })
   * token.grants.length // => 2
   * ```
   */
  addGrant<T extends AccessToken.GrantLike>(grant: T): void

  /**
   * Signs the token. The same inputs at the same second give the same token.
   *
   * @param algorithm - Defaults to `HS256`, the one that Twilio accepts.
   * @param options - The time to mint at, if not the current one.
   * @returns The token in compact form (RFC 7515, section 3.1).
   * @throws {@link InputError} for whatever no token can have; its `code` says what is wrong, its `field`
   * where. What a grant of your own throws passes through.
   *
   * @example
   * ```js
   * const { AccessToken, InputError } = require('grantmint')
   *
   * const token = new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice' })
   * token.toJwt('HS256', { now: 1700000000 }) === token.toJwt('HS256', { now: 1700000000 }) // => true
   *
   * token.ttl = 86_401
   * try {
   *   token.toJwt()
   * } catch (error) {
   *   error instanceof InputError // => true
   *   error.code // => 'out_of_range'
   *   error.message // => 'ttl must be from 1 to 86400, not 86401'
   * }
   * ```
   */
  toJwt(algorithm?: 'HS256' | 'HS384' | 'HS512', options?: AccessToken.ToJwtOptions): string
}

export namespace AccessToken {
  /**
   * What a token can be given as a grant: `key` is its name among the claims' `grants`, the payload its
   * value.
   */
  interface GrantLike {
    /** Any name but `identity`. */
    key: string
    /** A JSON object: what `JSON.stringify` makes of it is written. */
    toPayload(): object
  }

  /**
   * The base of all grants. Your own may extend it, or be any object that is {@link GrantLike}.
   *
   * @example
   * ```js
   * const { AccessToken } = require('grantmint')
   *
   * class FleetGrant extends AccessToken.Grant {
   *   constructor(fleetSid) {
   *     super('fleet')
   *     this.fleetSid = fleetSid
   *   }
   *
   *   toPayload() {
   *     return { fleet_sid: this.fleetSid }
   *   }
   * }
   *
   * const token = new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice' })
   * token.addGrant(new FleetGrant('FL123'))
   * token.toJwt().length > 0 // => true
   * ```
   */
  // The parameters are the official library's; the options stand in no member there either.
  abstract class Grant<TOptions = unknown, TPayload = object, TKey = string> {
    /** The grant's name among the claims' `grants`. */
    key: TKey
    protected constructor(key: TKey)
    /** What stands under that name. */
    abstract toPayload(): TPayload
  }

  interface AccessTokenOptions {
    /** Whom the token speaks for: a string that is not empty. An integer becomes its decimal digits. */
    identity: string | number
    /** The lifetime in seconds, from 1 to 86,400. Defaults to 3600. */
    ttl?: number | undefined
    /**
     * The moment before which the token is not valid, in whole seconds since the epoch (RFC 7519, section
     * 4.1.5). Defaults to none: a server whose clock runs ahead would mint tokens that are refused.
     */
    nbf?: number | undefined
    /**
     * The moment at which the token expires, in whole seconds since the epoch (RFC 7519, section 4.1.4), at
     * most 86,400 from now. It goes before `ttl`. Defaults to none.
     */
    validUntil?: number | undefined
    /**
     * The {@link https://www.twilio.com/docs/global-infrastructure | region} of the account, such as `au1`:
     * `twr` in the header. Defaults to none.
     */
    region?: string | undefined
    /**
     * The token's own identifier (RFC 7519, section 4.1.7). Defaults to the key's SID, a hyphen and the
     * second of minting, as in the official library: that repeats within a second.
     */
    jti?: string | undefined
  }

  interface ToJwtOptions {
    /** The time to mint at, in whole seconds since the epoch. Defaults to the current time. */
    now?: number | undefined
  }

  interface SyncGrantOptions {
    /** The Sync service, `IS…`. */
    serviceSid?: string | undefined
    /** An identifier of the device, if the app has one. */
    endpointId?: string | undefined
  }
  interface SyncGrantPayload {
    service_sid?: string
    endpoint_id?: string
  }
  /**
   * Access to a {@link https://www.twilio.com/docs/sync | Sync} service.
   *
   * @example
   * ```js
   * const { SyncGrant } = require('grantmint')
   *
   * new SyncGrant({ serviceSid: 'IS123' }).toPayload() // => { service_sid: 'IS123' }
   * ```
   */
  class SyncGrant extends Grant<SyncGrantOptions, SyncGrantPayload, 'data_sync'> implements SyncGrantOptions {
    serviceSid?: string | undefined
    endpointId?: string | undefined
    constructor(options?: SyncGrantOptions)
    toPayload(): SyncGrantPayload
  }

  interface ChatGrantOptions {
    /** The Conversations or Chat service, `IS…`. */
    serviceSid?: string | undefined
    /** An identifier of the device, if the app has one. */
    endpointId?: string | undefined
    /** The role that the user has in the deployment, `RL…`. */
    deploymentRoleSid?: string | undefined
    /** The credential for push notifications, `CR…`. */
    pushCredentialSid?: string | undefined
  }
  interface ChatGrantPayload {
    service_sid?: string
    endpoint_id?: string
    deployment_role_sid?: string
    push_credential_sid?: string
  }
  /**
   * Access to a {@link https://www.twilio.com/docs/conversations | Conversations} service, formerly Chat.
   *
   * @example
   * ```js
   * const { ChatGrant } = require('grantmint')
   *
   * new ChatGrant({ serviceSid: 'IS123', endpointId: '' }).toPayload() // => { service_sid: 'IS123' }
   * ```
   */
  class ChatGrant extends Grant<ChatGrantOptions, ChatGrantPayload, 'chat'> implements ChatGrantOptions {
    serviceSid?: string | undefined
    endpointId?: string | undefined
    deploymentRoleSid?: string | undefined
    pushCredentialSid?: string | undefined
    constructor(options?: ChatGrantOptions)
    toPayload(): ChatGrantPayload
  }

  interface VideoGrantOptions {
    /** The room's name or SID. Without it, any room. */
    room?: string | undefined
  }
  interface VideoGrantPayload {
    room?: string
  }
  /**
   * Access to {@link https://www.twilio.com/docs/video | Video} rooms: to one of them, or to any.
   *
   * @example
   * ```js
   * const { VideoGrant } = require('grantmint')
   *
   * new VideoGrant({ room: 'daily' }).toPayload() // => { room: 'daily' }
   * new VideoGrant().toPayload() // => {}
   * ```
   */
  class VideoGrant extends Grant<VideoGrantOptions, VideoGrantPayload, 'video'> implements VideoGrantOptions {
    room?: string | undefined
    constructor(options?: VideoGrantOptions)
    toPayload(): VideoGrantPayload
  }

  interface VoiceGrantOptions {
    /** Whether the identity can be called. Defaults to false. */
    incomingAllow?: boolean | undefined
    /** The TwiML application that handles outgoing calls, `AP…`. */
    outgoingApplicationSid?: string | undefined
    /**
     * Parameters that Twilio passes on to that application: a JSON object. They need the application's SID.
     */
    outgoingApplicationParams?: object | undefined
    /** The credential for push notifications, `CR…`. */
    pushCredentialSid?: string | undefined
    /** An identifier of the device, if the app has one. */
    endpointId?: string | undefined
  }
  interface VoiceGrantPayload {
    incoming?: { allow: boolean }
    outgoing?: { application_sid: string; params?: object }
    push_credential_sid?: string
    endpoint_id?: string
  }
  /**
   * Calls from and to a client of {@link https://www.twilio.com/docs/voice/sdks | Programmable Voice}.
   *
   * @example
   * ```js
   * const { VoiceGrant } = require('grantmint')
   *
   * const grant = new VoiceGrant({ incomingAllow: true, outgoingApplicationSid: 'AP123' })
   * grant.toPayload() // => { incoming: { allow: true }, outgoing: { application_sid: 'AP123' } }
   * ```
   */
  class VoiceGrant extends Grant<VoiceGrantOptions, VoiceGrantPayload, 'voice'> implements VoiceGrantOptions {
    incomingAllow?: boolean | undefined
    outgoingApplicationSid?: string | undefined
    outgoingApplicationParams?: object | undefined
    pushCredentialSid?: string | undefined
    endpointId?: string | undefined
    constructor(options?: VoiceGrantOptions)
    toPayload(): VoiceGrantPayload
  }

  interface TaskRouterGrantOptions {
    /** The workspace, `WS…`. */
    workspaceSid?: string | undefined
    /** The worker, `WK…`. */
    workerSid?: string | undefined
    /** The role: `worker` or `supervisor`. */
    role?: string | undefined
  }
  interface TaskRouterGrantPayload {
    workspace_sid?: string
    worker_sid?: string
    role?: string
  }
  /**
   * Access to a {@link https://www.twilio.com/docs/taskrouter | TaskRouter} workspace.
   *
   * @example
   * ```js
   * const { TaskRouterGrant } = require('grantmint')
   *
   * const grant = new TaskRouterGrant({ workspaceSid: 'WS123', role: 'worker' })
   * grant.toPayload() // => { workspace_sid: 'WS123', role: 'worker' }
   * ```
   */
  class TaskRouterGrant
    extends Grant<TaskRouterGrantOptions, TaskRouterGrantPayload, 'task_router'>
    implements TaskRouterGrantOptions
  {
    workspaceSid?: string | undefined
    workerSid?: string | undefined
    role?: string | undefined
    constructor(options?: TaskRouterGrantOptions)
    toPayload(): TaskRouterGrantPayload
  }

  interface PlaybackGrantOptions {
    /** The grant, as Twilio's API handed it out: a JSON object. */
    grant?: object | undefined
  }
  interface PlaybackGrantPayload {
    /** Free-form: the object given, as it is. */
    [member: string]: any
  }
  /**
   * Playback of a stream of Twilio Live, a product that has ended.
   *
   * @example
   * ```js
   * const { PlaybackGrant } = require('grantmint')
   *
   * new PlaybackGrant({ grant: { requestCredentials: null } }).toPayload() // => { requestCredentials: null }
   * ```
   */
  class PlaybackGrant
    extends Grant<PlaybackGrantOptions, PlaybackGrantPayload, 'player'>
    implements PlaybackGrantOptions
  {
    grant?: object | undefined
    constructor(options?: PlaybackGrantOptions)
    toPayload(): PlaybackGrantPayload
  }
}

export import Grant = AccessToken.Grant
export import SyncGrant = AccessToken.SyncGrant
export import ChatGrant = AccessToken.ChatGrant
export import VideoGrant = AccessToken.VideoGrant
export import VoiceGrant = AccessToken.VoiceGrant
export import TaskRouterGrant = AccessToken.TaskRouterGrant
export import PlaybackGrant = AccessToken.PlaybackGrant

/** Where the official library keeps its `AccessToken`. */
export namespace jwt {
  export { AccessToken }
}

/**
 * Mints tokens for one API key: credentials checked once, everything that tokens share prepared once.
 *
 * Stricter than {@link AccessToken}: well-formed SIDs, a secret of at least 32 bytes, at least one grant and
 * an identity in every token, and a Sync or Chat grant only with its service.
 *
 * @example
 * ```js
 * const { Issuer, SyncGrant, VideoGrant } = require('grantmint')
 *
 * const issuer = new Issuer({
 *   accountSid: process.env.TWILIO_ACCOUNT_SID,
 *   keySid: process.env.TWILIO_API_KEY,
 *   secret: process.env.TWILIO_API_SECRET,
 *   grants: [new SyncGrant({ serviceSid: process.env.TWILIO_SYNC_SERVICE_SID })],
 * })
 * issuer.mint('alice').split('.').length // => 3
 * issuer.mint('alice', { grants: [new VideoGrant({ room: 'daily' })], ttl: 600 }).split('.').length // => 3
 * ```
 */
export class Issuer {
  /** The account whose tokens it mints. */
  readonly accountSid: string
  /** The API key that it signs with. */
  readonly keySid: string

  /**
   * @throws {@link InputError}: `required`, `malformed_sid`, `secret_too_short` or `secret_is_key` for a
   * credential, `required` for a Sync or Chat grant without `serviceSid`, and as {@link AccessToken.toJwt}
   * for the rest.
   */
  constructor(options: Issuer.IssuerOptions)

  /**
   * An issuer with the credentials that the environment holds in `TWILIO_ACCOUNT_SID`, `TWILIO_API_KEY` and
   * `TWILIO_API_SECRET`.
   *
   * @throws {@link InputError} `missing_variable` for the first that is unset or empty, and as the
   * constructor.
   *
   * @example
   * ```js
   * const { Issuer, VideoGrant } = require('grantmint')
   *
   * const issuer = Issuer.fromEnv({ grants: [new VideoGrant()] })
   * issuer.accountSid === process.env.TWILIO_ACCOUNT_SID // => true
   * ```
   */
  static fromEnv(options?: Issuer.FromEnvOptions): Issuer

  /**
   * Mints a token.
   *
   * @param identity - Whom the token speaks for: a string that is not empty, or an integer.
   * @param options - What this token has of its own.
   * @throws {@link InputError}: `required` for an empty identity, `no_grants` where neither the issuer nor
   * the options have one, and as {@link AccessToken.toJwt} for the rest.
   *
   * @example
   * ```js
   * const { Issuer, VideoGrant } = require('grantmint')
   *
   * const issuer = Issuer.fromEnv({ grants: [new VideoGrant()], ttl: 600 })
   * issuer.mint('alice', { jti: crypto.randomUUID(), now: 1700000000 }).split('.').length // => 3
   * ```
   */
  mint(identity: string | number, options?: Issuer.MintOptions): string

  /**
   * Mints a token, and says until when it is good: what an endpoint answers with, so that whoever asked knows when
   * to ask again. The arguments and errors are those of {@link Issuer.mint}.
   *
   * @example
   * ```js
   * const { Issuer, VideoGrant } = require('grantmint')
   *
   * const issuer = Issuer.fromEnv({ grants: [new VideoGrant()] })
   * const { token, ...rest } = issuer.issue('alice', { now: 1700000000 })
   * rest // => { identity: 'alice', expiresAt: 1700003600, expiresIn: 3600, renewAt: 1700003420 }
   * ```
   */
  issue(identity: string | number, options?: Issuer.MintOptions): Issuer.IssuedToken

  /**
   * Mints a token for each identity, in their order and all in the same second, without holding up the event
   * loop.
   *
   * @returns A promise of the tokens. It rejects with an {@link InputError}, whose `index` says where in the
   * list, if one identity is refused: there are no tokens then.
   *
   * @example
   * ```js
   * const { Issuer, VideoGrant } = require('grantmint')
   *
   * const issuer = Issuer.fromEnv({ grants: [new VideoGrant()] })
   * const tokens = await issuer.mintMany(['alice', 'bob'], { ttl: 600 })
   * tokens.length // => 2
   *
   * const error = await issuer.mintMany(['alice', '']).catch((error) => error)
   * error.index // => 1
   * ```
   */
  mintMany(identities: readonly (string | number)[], options?: Issuer.MintManyOptions): Promise<string[]>
}

export namespace Issuer {
  interface FromEnvOptions {
    /** The lifetime of a token that asks for no other, in seconds, from 1 to 86,400. Defaults to 3600. */
    ttl?: number | undefined
    /** What every token opens. They are read now: changing them later changes nothing. Defaults to none. */
    grants?: readonly AccessToken.GrantLike[] | undefined
    /**
     * The {@link https://www.twilio.com/docs/global-infrastructure | region} of the account. Defaults to
     * none.
     */
    region?: string | undefined
    /** Defaults to `HS256`, the one that Twilio accepts. */
    algorithm?: 'HS256' | 'HS384' | 'HS512' | undefined
  }

  interface IssuerOptions extends FromEnvOptions {
    /** The account: `AC` and 32 hexadecimal digits. */
    accountSid: string
    /** The API key: `SK` and 32 hexadecimal digits. */
    keySid: string
    /** The API key's secret, at least 32 bytes long: a string, or its bytes. */
    secret: string | Uint8Array
  }

  interface MintManyOptions {
    /** Grants besides the issuer's; one with the same key replaces the issuer's and keeps its place. */
    grants?: readonly AccessToken.GrantLike[] | undefined
    /** The lifetime in seconds, from 1 to 86,400. Defaults to the issuer's. */
    ttl?: number | undefined
    /** See {@link AccessToken.AccessTokenOptions.nbf}. Defaults to none. */
    nbf?: number | undefined
    /** The time to mint at, in whole seconds since the epoch. Defaults to the current time. */
    now?: number | undefined
  }

  /** A token and its times. */
  interface IssuedToken {
    /** Whom it speaks for. */
    identity: string
    /** The token. */
    token: string
    /** When it expires, in seconds since the epoch. */
    expiresAt: number
    /** How long it lives, in seconds. */
    expiresIn: number
    /**
     * When to replace it, in seconds since the epoch: three minutes before it expires, when Twilio's SDKs are told
     * that it is about to, or when half of a shorter lifetime than six minutes is over.
     */
    renewAt: number
  }

  interface MintOptions extends MintManyOptions {
    /** See {@link AccessToken.AccessTokenOptions.jti}. */
    jti?: string | undefined
  }
}

/**
 * Checks tokens. The order is part of the contract: size, shape, header, signature (compared in constant time), and
 * only then is the payload parsed and are the claims checked. It is strict where JWT libraries differ (RFC 8725): one
 * pinned algorithm, canonical base64url, no name twice, no `crit`. (Of a token that none of several named keys signed,
 * `iss` is looked at to tell an unknown key from a bad signature: both are refused.)
 *
 * @example
 * ```js
 * const { AccessToken, Verifier } = require('grantmint')
 *
 * const { TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET } = process.env
 * const verifier = new Verifier({ keys: { [TWILIO_API_KEY]: TWILIO_API_SECRET }, accountSid: TWILIO_ACCOUNT_SID })
 *
 * const token = new AccessToken(TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET, { identity: 'alice' })
 * token.addGrant(new AccessToken.VideoGrant({ room: 'daily' }))
 * const claims = verifier.verify(token.toJwt())
 * claims.identity // => 'alice'
 * claims.grants.video.room // => 'daily'
 * ```
 */
export class Verifier {
  /**
   * @throws {@link InputError}: `required` for a missing or empty secret or SID, `conflict` for keys and a secret at
   * once, `secret_is_key`, `secret_is_zeros`, `unsupported_algorithm`, `wrong_type`, `out_of_range`.
   */
  constructor(options: Verifier.VerifierOptions)

  /**
   * Checks a token.
   *
   * @param token - The token. Whatever is no string is refused as one that is broken.
   * @throws {@link TokenError} for whatever is wrong with the token first.
   *
   * @example
   * ```js
   * const { TokenError, Verifier } = require('grantmint')
   *
   * const verifier = new Verifier({ secret: process.env.TWILIO_API_SECRET })
   * try {
   *   verifier.verify('eyJhbGciOiJub25lIn0.e30.')
   * } catch (error) {
   *   error instanceof TokenError // => true
   *   error.code // => 'not_compact'
   *   error.twilioCodes // => [20101, 20160, 31204]
   * }
   * ```
   */
  verify(token: string, options?: Verifier.VerifyOptions): Verifier.Claims
}

export namespace Verifier {
  interface VerifierOptions {
    /**
     * API keys' secrets, by their SIDs: a token's `iss` must be the key that signed it. That is how keys are rotated.
     */
    keys?: Readonly<Record<string, string | Uint8Array>> | undefined
    /** The secret that tokens are signed with, whatever key they name. */
    secret?: string | Uint8Array | undefined
    /** The account that tokens must be of. Defaults to any. */
    accountSid?: string | undefined
    /** By how many seconds clocks may differ, from 0 to 86,400. Defaults to 0. */
    leeway?: number | undefined
    /** The one algorithm that is accepted. Defaults to `HS256`. */
    algorithm?: 'HS256' | 'HS384' | 'HS512' | undefined
    /** The most bytes that a token may have. Defaults to 16,384. */
    maxSize?: number | undefined
  }

  interface VerifyOptions {
    /** The time to compare with, in whole seconds since the epoch. Defaults to the current time. */
    now?: number | undefined
  }

  /** What a verified token says. */
  interface Claims {
    /** Whom it speaks for; an integer stands for its decimal digits. */
    identity: string | undefined
    /** The grants by their keys, without the identity. */
    grants: Record<string, any>
    /** The API key that signed it: `iss`. */
    keySid: string
    /** The account: `sub`. */
    accountSid: string
    /** The token's own identifier, if it has one. */
    jti: string | undefined
    /** When it was issued, in seconds since the epoch, if it says so. */
    issuedAt: number | undefined
    /** From when it is valid, in seconds since the epoch, if it says so. */
    notBefore: number | undefined
    /** When it expires, in seconds since the epoch. */
    expiresAt: number
    /** All claims. */
    payload: Record<string, any>
    /** The header. */
    readonly header: Record<string, any>
  }
}

/**
 * Explains a token: what it says, everything that is wrong with it, and what to do. It never fails on a bad token.
 *
 * @param token - The token, or whatever is taken for one.
 * @throws {@link InputError} for a `now` or a secret of a wrong type. A bad secret is a finding.
 *
 * @example
 * ```js
 * const { inspect } = require('grantmint')
 *
 * const inspection = inspect('Bearer abc')
 * inspection.sound // => false
 * inspection.findings.map(({ code }) => code) // => ['bearer_prefix', 'not_compact']
 * String(inspection).split('\n')[0] // => 'Not a token that can be read: 2 errors'
 * ```
 */
export function inspect(token: unknown, options?: inspect.InspectOptions): inspect.Inspection

export namespace inspect {
  interface InspectOptions {
    /** The secret that it should be signed with. Defaults to none: the signature is not checked then. */
    secret?: string | Uint8Array | undefined
    /** The time to compare with, in whole seconds since the epoch. Defaults to the current time. */
    now?: number | undefined
  }

  /** What there is to say of a token. As a string, it is a report for a person. */
  interface Inspection {
    /** What kind of token it is. */
    kind: 'access_token' | 'capability_token' | 'task_router_capability_token' | 'client_validation_token' | 'unknown'
    /** Whether no finding is an error. */
    sound: boolean
    /** Whom the token speaks for, if it says so. */
    identity: string | null
    /** The API key that it says signed it: `iss`. */
    keySid: string | null
    /** The account: `sub`. */
    accountSid: string | null
    /** The grants by their keys, without the identity. */
    grants: Record<string, any> | null
    /** Whether the signature is that of the secret given. */
    signature: 'valid' | 'invalid' | 'not_checked'
    /** When it was issued, in seconds since the epoch. */
    issuedAt: number | null
    /** From when it is valid, in seconds since the epoch. */
    notBefore: number | null
    /** When it expires, in seconds since the epoch. */
    expiresAt: number | null
    /** The seconds until it expires; negative if it has. */
    expiresIn: number | null
    /** When to replace it: see {@link Issuer.IssuedToken.renewAt}. */
    renewAt: number | null
    /** The header, as far as it could be read. */
    header: Record<string, any> | null
    /** The claims, as far as they could be read. */
    claims: Record<string, any> | null
    /** What is wrong, the worst first. */
    findings: Finding[]
    /** The report for a person. */
    toString(): string
  }

  /** Something about a token that its maker should know. */
  interface Finding {
    /** Whether it makes Twilio refuse the token. */
    severity: 'error' | 'warning'
    /** Its stable name, the same in Rust, Python and Node. */
    code: string
    /** The numbers of the errors with which Twilio would refuse the token: the likely ones. */
    twilioCodes: number[]
    /** What is wrong with this token. */
    message: string
    /** What to do about it. */
    advice: string
  }
}

/** The base of every error of grantmint. Itself, it is a bug in grantmint: `code` is `internal`. */
export class GrantmintError extends Error {
  /** What is wrong, for a program: `required`, `out_of_range`. It stays when the message is reworded. */
  code: string
  /** The field that is wrong, where one field is. */
  field?: string
  protected constructor(message: string, code: string, field?: string)
}

/**
 * An argument or property that no token can have. `code` is one of
 *
 * | code | what it says of `field` |
 * |---|---|
 * | `required` | missing, or empty |
 * | `wrong_type` | not of the type that it takes |
 * | `not_whole`, `out_of_range` | not whole seconds, or too small or large |
 * | `not_before_expiry` | `nbf` is not before the expiry |
 * | `lone_surrogate` | a string that is no well-formed Unicode |
 * | `unsupported_algorithm` | not HS256, HS384 or HS512 |
 * | `unknown_option` | there is no such option |
 * | `secret_is_key`, `secret_is_zeros` | a PEM, JWK or OpenSSH key; a buffer that was never filled |
 * | `secret_too_short` | fewer than 32 bytes ({@link Issuer}) |
 * | `conflict` | excludes another option that is given ({@link Verifier}) |
 * | `malformed_sid` | not a SID of its kind ({@link Issuer}) |
 * | `no_grants`, `not_a_grant` | no grant at all ({@link Issuer}), or something that is none |
 * | `reserved_grant_key` | a grant called `identity` |
 * | `needs_field` | means nothing without another field |
 * | `not_json`, `too_deep`, `lossy_integer` | a free-form object that JSON cannot carry |
 * | `missing_variable` | an environment variable is not set ({@link Issuer.fromEnv}) |
 *
 * @example
 * ```js
 * const { AccessToken, InputError } = require('grantmint')
 *
 * try {
 *   new AccessToken('AC123', '', 'fake-secret')
 * } catch (error) {
 *   error instanceof InputError // => true
 *   error.code // => 'required'
 *   error.field // => 'keySid'
 * }
 * ```
 */
export class InputError extends GrantmintError {
  /** Of {@link Issuer.mintMany}: where in the list the identity stands that was refused, from 0. */
  index?: number
}

/**
 * A token that somebody presented is refused. `code` is one of
 *
 * | code | what is wrong |
 * |---|---|
 * | `not_a_string`, `token_too_large` | no string, or one of more than `maxSize` bytes |
 * | `not_compact`, `not_base64url` | not three segments of base64url |
 * | `not_json_object`, `duplicate_member`, `nested_too_deep` | a header or payload that is no sound JSON object |
 * | `unsupported_header` | `crit`, `b64`, `zip` or `enc` |
 * | `wrong_algorithm`, `wrong_typ`, `wrong_cty` | the header of a token of another kind |
 * | `bad_signature`, `unknown_key` | not signed by the key, or by none that is known |
 * | `missing_claim`, `claim_wrong_type`, `claim_out_of_range` | a claim that is missing or wrong |
 * | `expired`, `not_yet_valid` | the time has passed, or has not come |
 * | `wrong_account` | of another account |
 *
 * @example
 * ```js
 * const { TokenError, Verifier } = require('grantmint')
 *
 * try {
 *   new Verifier({ secret: process.env.TWILIO_API_SECRET }).verify('abc')
 * } catch (error) {
 *   error instanceof TokenError // => true
 *   error.message // => 'the token is not three segments of base64url joined by dots (header.payload.signature)'
 * }
 * ```
 */
export class TokenError extends GrantmintError {
  /** The numbers of the errors with which Twilio would refuse the token: the likely ones. */
  twilioCodes: number[]
}
