// Twilio's Sync SDK: https://www.twilio.com/docs/sync/javascript/quickstart

export class SyncConnection {
  #options
  #attach
  #detach
  #client
  #identity
  #listener
  /** How many tokens the SDK has taken on this connection. */
  handed = 0

  /**
   * `attach(client)` lets the keeper supply tokens; `listener` has `state(name)`, `error(error)` and
   * `wanted(reason)`, which tells why the SDK asks for a token.
   */
  constructor({ region, twilsockUri }, attach, listener) {
    this.#attach = attach
    this.#options = { ...(region && { region }), ...(twilsockUri && { twilsock: { uri: twilsockUri } }) }
    this.#listener = listener
  }

  /** Connects with the first token of an identity. The keeper hands over the later ones, on the same connection. */
  use({ identity, jwt }) {
    if (!this.#client || this.#identity !== identity) this.#connect(identity, jwt)
    else this.handed++
  }

  close() {
    const client = this.#client
    this.#client = undefined
    // First, since a token would open the connection again.
    this.#detach?.()
    this.#detach = undefined
    // There is nobody left to tell if the farewell fails.
    client?.shutdown().catch(() => {})
  }

  #connect(identity, jwt) {
    this.close()
    const client = new globalThis.Twilio.Sync.Client(jwt, { ...this.#options })
    this.#client = client
    this.#identity = identity
    this.handed = 1

    // A client that was closed may still have something to say.
    const on = (event, listen) => client.on(event, (detail) => client === this.#client && listen(detail))
    on('connectionStateChanged', (state) => this.#listener.state(state))
    on('connectionError', (error) => this.#listener.error(error))
    on('tokenAboutToExpire', () => this.#listener.wanted('Sync: the token is about to expire'))
    on('tokenExpired', () => this.#listener.wanted('Sync: the token has expired'))
    this.#detach = this.#attach(client)
  }
}
