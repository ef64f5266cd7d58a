/**
 * Mints {@link https://www.twilio.com/docs/iam/access-tokens | Twilio Access Tokens}: short-lived JWTs (RFC
 * 7519), signed with the secret of a Twilio API key. A token contains the user's identity and grants.
 *
 * {@link AccessToken} replaces the class of the same name in the official library. {@link Issuer} is for new code: it
 * checks the credentials once and mints many tokens. {@link Verifier} accepts a token or rejects it with a reason.
 * {@link inspect} explains any token.
 *
 * @packageDocumentation
 */

/**
 * A token under construction: a drop-in for the official library's `AccessToken`. It is as lenient about SIDs as the
 * official class. All properties can be changed until the token is signed. The token then contains what its object shows:
 * also in a subclass with accessors or fields, behind a `Proxy`, or with patched methods.
 *
 * `console.log` and `JSON.stringify` do not show the secret.
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
  /** The default algorithm, the one that Twilio accepts. */
  static DEFAULT_ALGORITHM: 'HS256'
  /** The algorithms of {@link AccessToken.toJwt}: HMAC with SHA-2 (RFC 7518, section 3.2). */
  static ALGORITHMS: string[]

  /** The account, `AC…`: the claim `sub` (RFC 7519, section 4.1.2). */
  accountSid: string
  /** The API key, `SK…`: the claim `iss` (RFC 7519, section 4.1.1). */
  keySid: string
  /**
   * The API key's secret, as it was given. Its type is a string, as in the official library; it may be bytes. A getter
   * of a subclass takes its place.
   */
  get secret(): string
  set secret(secret: string | Uint8Array)
  /** The lifetime in seconds, from 1 to 86,400. Defaults to 3600. */
  ttl: number
  /**
   * The user's identity, as it was given. Its type is a string, as in the official library; it may be an integer, or
   * still be missing.
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
   * @param options - Identity, lifetime and other options. The older form has no options and sets the identity later.
   * @throws {@link InputError} `required` for a missing credential, or for options without an identity;
   * `unknown_option` for an option that does not exist. {@link AccessToken.toJwt} checks everything else.
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
   * Adds a grant: one of the classes here, or your own. A grant with the same `key` is replaced in its place. Grants are
   * read when the token is signed.
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
   * Signs the token. The same inputs at the same second result in the same token.
   *
   * @param algorithm - Defaults to `HS256`, the one that Twilio accepts.
   * @param options - The time to mint at. Defaults to the current time.
   * @returns The token in compact form (RFC 7515, section 3.1).
   * @throws {@link InputError} for a value that a token cannot contain; its `code` names the problem, its `field` the
   * property. `unknown_option` is the code of a misspelled property of the token or of a grant, such as `service_sid`.
   * Errors thrown by your own grants, accessors and proxies pass through.
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
   * An object that a token accepts as a grant: its `key` and payload become a member of the claims' `grants`.
   */
  interface GrantLike {
    /** Any name but `identity`. */
    key: string
    /** Returns the payload: a JSON object, written as `JSON.stringify` writes it. */
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
  // The type parameters are the official library's, including the unused one of the options.
  abstract class Grant<TOptions = unknown, TPayload = object, TKey = string> {
    /** The grant's key in the claims' `grants`. */
    key: TKey
    protected constructor(key: TKey)
    /** Returns the payload under that key. */
    abstract toPayload(): TPayload
  }

  interface AccessTokenOptions {
    /** The user's identity: a non-empty string, or an integer, which becomes its decimal digits. */
    identity: string | number
    /** The lifetime in seconds, from 1 to 86,400. Defaults to 3600. */
    ttl?: number | undefined
    /**
     * The time before which the token is not valid, in whole seconds since the epoch (RFC 7519, section 4.1.5). Defaults
     * to no such time: a server whose clock runs ahead would mint tokens that Twilio rejects.
     */
    nbf?: number | undefined
    /**
     * The time at which the token expires, in whole seconds since the epoch (RFC 7519, section 4.1.4), at most 86,400
     * from now. It takes precedence over `ttl`. Defaults to no such time.
     */
    validUntil?: number | undefined
    /**
     * The {@link https://www.twilio.com/docs/global-infrastructure | region} of the account, such as `au1`, which is
     * the header's `twr`. Defaults to no region.
     */
    region?: string | undefined
    /**
     * The token's identifier (RFC 7519, section 4.1.7). Defaults to the key SID, a hyphen and the time of minting, as in
     * the official library. That identifier repeats within a second.
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
    /** The room's name or SID. Without it, the grant gives access to any room. */
    room?: string | undefined
  }
  interface VideoGrantPayload {
    room?: string
  }
  /**
   * Access to one {@link https://www.twilio.com/docs/video | Video} room, or to any room.
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
     * Parameters that Twilio passes on to that application: a JSON object. They require the application's SID.
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
    /** The grant as Twilio's API returned it: a JSON object. */
    grant?: object | undefined
  }
  interface PlaybackGrantPayload {
    /** A member of the free-form object. */
    [member: string]: any
  }
  /**
   * Playback of a Twilio Live stream, a product that has ended.
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

/** The namespace of `AccessToken` in the official library. */
export namespace jwt {
  export { AccessToken }
}

/**
 * Mints tokens for one API key. It checks the credentials once, and prepares the parts that tokens share.
 *
 * It is stricter than {@link AccessToken}: it requires well-formed SIDs, a secret of at least 32 bytes, at least one
 * grant and an identity in every token, and the service of a Sync or Chat grant.
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
  /** The SID of the account. */
  readonly accountSid: string
  /** The SID of the API key. */
  readonly keySid: string

  /**
   * @throws {@link InputError}: `required`, `malformed_sid` or a code that starts with `secret_` for a credential,
   * `required` for a Sync or Chat grant without `serviceSid`, `malformed_sid` for another kind of SID in a grant, `empty`
   * for an empty `region` or field of a grant, a rule's code for a custom grant of which {@link inspect} would report an
   * error, and the errors of {@link AccessToken.toJwt}.
   */
  constructor(options: Issuer.IssuerOptions)

  /**
   * Creates an issuer with the credentials in the environment variables `TWILIO_ACCOUNT_SID`, `TWILIO_API_KEY` and
   * `TWILIO_API_SECRET`.
   *
   * @throws {@link InputError} `missing_variable`, whose message names each variable that is unset or empty, and the
   * constructor's errors.
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
   * @param identity - The user's identity: a non-empty string, or an integer.
   * @param options - The options of this token.
   * @throws {@link InputError}: `required` for an empty identity, `identity_too_long`, `empty` for an empty `jti`,
   * `no_grants` if neither the issuer nor the options contain a grant, `token_too_large`, the constructor's errors of
   * grants, and the errors of {@link AccessToken.toJwt}.
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
   * Mints a token and returns it with its expiry and renewal times, ready to send to the client. The arguments and
   * errors are those of {@link Issuer.mint}.
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
   * Mints a token for each identity, in their order and all at the same second. More than 1,024 tokens are minted on other
   * threads, so that the event loop stays free.
   *
   * @returns A promise of the tokens. If one identity is rejected, the promise rejects with an {@link InputError} whose
   * `index` is the identity's place in the list.
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
    /** The default lifetime of tokens in seconds, from 1 to 86,400. Defaults to 3600. */
    ttl?: number | undefined
    /** The grants of every token. They are read once, by the constructor. Defaults to no grants. */
    grants?: readonly AccessToken.GrantLike[] | undefined
    /**
     * The {@link https://www.twilio.com/docs/global-infrastructure | region} of the account. Defaults to no region.
     */
    region?: string | undefined
    /** The signing algorithm. Defaults to `HS256`, the only one that Twilio and an issuer accept. */
    algorithm?: 'HS256' | undefined
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
    /** More grants. A grant with the same key replaces the issuer's grant in its place. */
    grants?: readonly AccessToken.GrantLike[] | undefined
    /** The lifetime in seconds, from 1 to 86,400. Defaults to the issuer's. */
    ttl?: number | undefined
    /** See {@link AccessToken.AccessTokenOptions.nbf}. Defaults to no such time. */
    nbf?: number | undefined
    /** The time to mint at, in whole seconds since the epoch. Defaults to the current time. */
    now?: number | undefined
  }

  /** A token and its times. */
  interface IssuedToken {
    /** The user's identity. */
    identity: string
    /** The token. */
    token: string
    /** The expiry, in seconds since the epoch. */
    expiresAt: number
    /** The lifetime in seconds. */
    expiresIn: number
    /**
     * The time at which to replace the token, in seconds since the epoch: three minutes before it expires, but not before
     * half of its lifetime.
     */
    renewAt: number
  }

  interface MintOptions extends MintManyOptions {
    /** See {@link AccessToken.AccessTokenOptions.jti}. */
    jti?: string | undefined
  }
}

/**
 * Verifies tokens. The order of checks is part of the contract: size, shape, header, signature (in constant time), and
 * only then the payload and its claims. It is strict where JWT libraries differ (RFC 8725): one pinned algorithm,
 * canonical base64url, no duplicate names, no `crit`. If no key matches the signature, the unverified `iss` only chooses
 * between `unknown_key` and `bad_signature`.
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
   * @throws {@link InputError}: `required` for a missing or empty secret or SID, also for `keys`, `secret` or `accountSid`
   * that is `undefined` (an unset variable) rather than left out, `conflict` for keys and a secret at
   * once, `secret_is_key`, `secret_is_zeros`, `unsupported_algorithm`, `wrong_type`, `out_of_range`.
   */
  constructor(options: Verifier.VerifierOptions)

  /**
   * Verifies a token.
   *
   * @param token - The token. A value that is not a string is rejected like a broken token.
   * @throws {@link TokenError} for the first check that fails.
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
     * The secrets of API keys, by their SIDs. A token's `iss` must be the key that signed it. Several keys allow rotation. A `Map`
     * serves as well as an object.
     */
    keys?: Readonly<Record<string, string | Uint8Array>> | ReadonlyMap<string, string | Uint8Array>
    /** A secret. Tokens signed with it may name any key as their issuer. */
    secret?: string | Uint8Array
    /** The account that tokens must belong to. Leave it out to accept every account; `undefined` is an error. */
    accountSid?: string
    /** The tolerated difference between clocks in seconds, from 0 to 86,400. Defaults to 0. */
    leeway?: number | undefined
    /** The only algorithm that is accepted. Defaults to `HS256`. */
    algorithm?: 'HS256' | 'HS384' | 'HS512' | undefined
    /** The size limit of a token in bytes. Defaults to 16,384. */
    maxSize?: number | undefined
  }

  interface VerifyOptions {
    /** The current time for the checks, in whole seconds since the epoch. Defaults to the clock's. */
    now?: number | undefined
  }

  /** The claims of a verified token. */
  interface Claims {
    /** The user's identity, if the token has one. An integer becomes its decimal digits. */
    identity: string | undefined
    /** The grants by their keys, without the identity. */
    grants: Record<string, any>
    /** The API key that signed the token: `iss`. */
    keySid: string
    /** The account: `sub`. */
    accountSid: string
    /** The token's identifier, if it has one. */
    jti: string | undefined
    /** The time of minting in seconds since the epoch, if the token contains it. */
    issuedAt: number | undefined
    /** The time from which the token is valid in seconds since the epoch, if the token contains it. */
    notBefore: number | undefined
    /** The expiry, in seconds since the epoch. */
    expiresAt: number
    /** All claims. */
    payload: Record<string, any>
    /** The header. */
    readonly header: Record<string, any>
  }
}

/**
 * Explains a token: its contents, everything that is wrong with it, and the solution. It never fails on a bad token.
 *
 * @param token - The token, or any other value.
 * @throws {@link InputError} for a `now` or a secret of a wrong type. A bad secret is a finding.
 *
 * @example
 * ```js
 * const { inspect } = require('grantmint')
 *
 * const inspection = inspect('Bearer abc')
 * inspection.sound // => false
 * inspection.findings.map(({ code }) => code) // => ['bearer_prefix', 'not_compact']
 * String(inspection).split('\n')[0] // => 'Not a readable token: 2 errors'
 * ```
 */
export function inspect(token: unknown, options?: inspect.InspectOptions): inspect.Inspection

export namespace inspect {
  interface InspectOptions {
    /** The secret to check the signature with. Without it, the signature is not checked. */
    secret?: string | Uint8Array | undefined
    /** The current time for the checks, in whole seconds since the epoch. Defaults to the clock's. */
    now?: number | undefined
  }

  /** The inspection of a token. As a string, it is a report for a person. */
  interface Inspection {
    /** The kind of token. */
    kind: 'access_token' | 'capability_token' | 'task_router_capability_token' | 'client_validation_token' | 'unknown'
    /** Whether no finding is an error. */
    sound: boolean
    /** The identity, if the token has one. */
    identity: string | null
    /** The API key that the token names as its issuer: `iss`. */
    keySid: string | null
    /** The account: `sub`. */
    accountSid: string | null
    /** The grants by their keys, without the identity. */
    grants: Record<string, any> | null
    /** The result of the signature check. */
    signature: 'valid' | 'invalid' | 'not_checked'
    /** The time of minting, in seconds since the epoch. */
    issuedAt: number | null
    /** The time from which the token is valid, in seconds since the epoch. */
    notBefore: number | null
    /** The expiry, in seconds since the epoch. */
    expiresAt: number | null
    /** The seconds until the token expires; negative if it has expired. */
    expiresIn: number | null
    /** The time at which to replace the token: see {@link Issuer.IssuedToken.renewAt}. */
    renewAt: number | null
    /** The header, if it could be read. */
    header: Record<string, any> | null
    /** The claims, if they could be read. */
    claims: Record<string, any> | null
    /** The problems, the worst first. */
    findings: Finding[]
    /** Returns the report for a person. */
    toString(): string
  }

  /** A problem of a token, with advice for its maker. */
  interface Finding {
    /** `error` if Twilio rejects such a token, `warning` for a probable mistake, `note` if some clients need more. */
    severity: 'error' | 'warning' | 'note'
    /** The stable name of the problem, equal in Rust, Python and Node. */
    code: string
    /** The numbers with which Twilio would probably reject the token. */
    twilioCodes: number[]
    /** The problem, as it appears in this token. */
    message: string
    /** How to solve it. */
    advice: string
  }
}

/** The base of every error of grantmint. With the code `internal`, it reports a bug in grantmint. */
export class GrantmintError extends Error {
  /** The stable, machine-readable name of the error: `required`, `out_of_range`. Messages may be reworded. */
  code: string
  /** The name of the wrong field, if there is a single one. */
  field?: string
  protected constructor(message: string, code: string, field?: string)
}

/**
 * An argument or property that a token cannot have. Its `code` is one of
 *
 * | code | problem of `field` |
 * |---|---|
 * | `required` | missing, or empty |
 * | `wrong_type` | has the wrong type |
 * | `not_whole`, `out_of_range` | not whole seconds, or too small or large |
 * | `not_before_expiry` | `nbf` is not before the expiry |
 * | `lone_surrogate` | not well-formed Unicode |
 * | `unsupported_algorithm` | not HS256, HS384 or HS512 |
 * | `wrong_algorithm` | not HS256, which an issuer requires |
 * | `unknown_option` | not an option |
 * | `secret_is_key`, `secret_is_zeros` | a PEM, JWK or OpenSSH key; a buffer that was never filled |
 * | `secret_too_short` | fewer than 32 bytes ({@link Issuer}) |
 * | `secret_is_auth_token`, `secret_is_sid` | the account's Auth Token, or a SID ({@link Issuer}) |
 * | `secret_stray_characters` | starts or ends with white space or a quotation mark ({@link Issuer}) |
 * | `secret_is_placeholder` | the text of an unset variable, or a placeholder ({@link Issuer}) |
 * | `empty` | an empty string ({@link Issuer}) |
 * | `conflict` | excludes another option ({@link Verifier}) |
 * | `no_clock` | the runtime's clock reads 1970, as it does while a Cloudflare Worker starts |
 * | `malformed_sid` | not a SID of its kind ({@link Issuer}) |
 * | `identity_too_long`, `token_too_large` | more than a product, or a verifier, accepts ({@link Issuer}) |
 * | `misspelt_grant`, `misspelt_field` | a key or field of a custom grant that Twilio ignores ({@link Issuer}) |
 * | `wrong_sid_prefix`, `claim_wrong_type` | a custom grant with a wrong SID or type ({@link Issuer}) |
 * | `identity_misplaced` | a custom grant called `Identity` or similar ({@link Issuer}) |
 * | `no_grants`, `not_a_grant` | no grant at all ({@link Issuer}), or not a grant |
 * | `reserved_grant_key` | a grant with the key `identity` |
 * | `needs_field` | requires another field |
 * | `not_json`, `too_deep`, `lossy_integer` | a free-form object that JSON cannot represent |
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
  /** The place in the list of the identity that {@link Issuer.mintMany} rejected, from 0. */
  index?: number
}

/**
 * The rejection of a token. Its `code` is one of
 *
 * | code | problem |
 * |---|---|
 * | `not_a_string`, `token_too_large` | not a string, or larger than `maxSize` bytes |
 * | `not_compact`, `not_base64url` | not three segments of base64url |
 * | `not_json_object`, `duplicate_member`, `nested_too_deep` | header or payload is not a sound JSON object |
 * | `unsupported_header` | `crit`, `b64`, `zip` or `enc` |
 * | `wrong_algorithm`, `wrong_typ`, `wrong_cty` | the header of another kind of token |
 * | `bad_signature`, `unknown_key` | not signed by the key, or signed by an unknown key |
 * | `missing_claim`, `claim_wrong_type`, `claim_out_of_range` | a claim is missing or wrong |
 * | `expired`, `not_yet_valid` | the token has expired, or is not valid yet |
 * | `wrong_account` | the token belongs to another account |
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
  /** The numbers with which Twilio would probably reject the token. */
  twilioCodes: number[]
}
