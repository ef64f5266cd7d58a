// Twilio's Sync SDK: https://www.twilio.com/docs/sync/javascript/quickstart

/** How long to wait for the SDK, in milliseconds. */
const SETTLING = 5_000
const UPDATE = 10_000

export class SyncConnection {
  #options
  #client
  #identity
  #listener
  /** How many tokens the SDK has taken on this connection. */
  handed = 0

  /** `listener` has `state(name)`, `error(error)` and `wanted(reason)`, which asks for a new token. */
  constructor({ region, twilsockUri }, listener) {
    this.#options = { ...(region && { region }), ...(twilsockUri && { twilsock: { uri: twilsockUri } }) }
    this.#listener = listener
  }

  /** Connects with the first token of an identity; hands the later ones over on the same connection. */
  async use({ identity, jwt }) {
    try {
      if (this.#client && this.#identity === identity) await this.#update(jwt)
      else this.#connect(identity, jwt)
    } catch (error) {
      this.#listener.error(error)
    }
  }

  close() {
    const client = this.#client
    this.#client = undefined
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
  }

  async #update(jwt) {
    const client = this.#client
    // The SDK drops a token, without a word, that comes while it is closing or greeting; and once dropped, the same token
    // is no news to it.
    await settled(client)
    // Without a network the promise waits for one, and the SDK has the token by then.
    await Promise.race([client.updateToken(jwt), pause(UPDATE)])
    this.handed++
  }
}

async function settled(client) {
  const end = performance.now() + SETTLING
  while (['connecting', 'disconnecting'].includes(client.connectionState) && performance.now() < end) await pause(50)
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
