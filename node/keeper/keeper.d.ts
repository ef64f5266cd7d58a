/** Keeps a Twilio Access Token fresh in a page. See docs/renewal.md. */

/**
 * Starts to fetch a token and to keep it fresh.
 *
 * @param source The address of a token endpoint, or a function of your own that fetches a token.
 *
 * @example
 * ```js
 * import { keepToken } from 'grantmint/keeper'
 *
 * const keeper = keepToken('/token')
 * const client = new SyncClient(await keeper.token())
 * keeper.attach(client)
 * ```
 */
export function keepToken(source: string | KeeperOptions): Keeper

export interface KeeperOptions {
  /**
   * Fetches a token. The keeper calls it for each renewal, one at a time, and stops waiting after 20 seconds. Throw an
   * error whose `code` is `signed_out` if the user is signed out, or with `retryAfter` in seconds.
   */
  fetch: (request: { signal: AbortSignal }) => Promise<KeeperAnswer>
  /**
   * Shares the token with other tabs of the origin that have the same name. Include the user in the name. Defaults to
   * the address for a token endpoint, and to no sharing for a function.
   */
  share?: string
}

/** An answer with a token. Times are in seconds since 1970, by the server's clock. */
export interface KeeperAnswer {
  token: string
  /** Defaults to the token's own expiry; the earlier one counts. */
  expiresAt?: number | null
  /** Defaults to three minutes before the expiry, but not before the middle of the remaining lifetime. */
  renewAt?: number | null
  /** The server's time. Defaults to the token's time of issue. */
  now?: number | null
}

export interface Keeper {
  /**
   * Returns the current token, or fetches the first one. Rejects if the user is signed out or the first request fails;
   * between two retries, it waits for a token.
   */
  token(): Promise<string>
  /** Renews now, for example after a sign-in. During a renewal, returns that renewal's token. */
  renew(): Promise<string>
  /**
   * Hands each new token to a client of Twilio's, and renews when the client asks for it. Attach a client once.
   * Returns a function that detaches it: call it before you shut the client down. Throws a `TypeError` for anything
   * else, such as Video, which needs its token only to join a room: `connect(await keeper.token())`.
   */
  attach(client: TokenClient): () => void
  /** Stops for good: detaches all clients and forgets the token. */
  stop(): void
  addEventListener<Type extends keyof KeeperEvents>(type: Type, listener: (event: KeeperEvents[Type]) => void): void
  removeEventListener<Type extends keyof KeeperEvents>(type: Type, listener: (event: KeeperEvents[Type]) => void): void
  readonly state: KeeperState
}

export type KeeperState = 'renewing' | 'fresh' | 'retrying' | 'signedout' | 'stopped'

export interface KeeperEvents {
  /** A new token, with the seconds until it expires. */
  token: { type: 'token'; token: string; expiresIn: number }
  /** A failure. `retryIn` is the pause in seconds, or undefined if a client rejected a token. */
  error: { type: 'error'; error: KeeperError; retryIn?: number }
  /** The server answered with status 401 or 403. Call `renew()` after the user has signed in. */
  signedout: { type: 'signedout'; error: KeeperError }
  state: { type: 'state'; state: KeeperState }
}

/** A failure. An error that your own `fetch` throws is passed on unchanged, and may have no code. */
export interface KeeperError extends Error {
  code?: KeeperErrorCode
  /** The HTTP status of the answer. */
  status?: number
  /** The pause in seconds that the server asks for. */
  retryAfter?: number
  cause?: unknown
}

export type KeeperErrorCode =
  | 'bad_time'
  | 'expired'
  | 'handover'
  | 'network'
  | 'no_token'
  | 'not_json'
  | 'redirected'
  | 'signed_out'
  | 'status'
  | 'stopped'
  | 'timeout'

/** A client of Sync or Conversations, a `Device` of Voice, an `AccessManager`, or another client with these methods. */
export interface TokenClient {
  updateToken(token: string): unknown
  on(event: any, listener: (...details: any[]) => void): unknown
  removeListener(event: any, listener: (...details: any[]) => void): unknown
}
