// Keeps a token fresh: by a timer of its own, and whenever somebody asks for it.

/** An SDK that asks again so soon does not get on with the tokens: then a little later each time. */
const HASTY = 5_000

const MAX_PAUSE = 60

export class TokenKeeper {
  #fetchToken
  #use
  #fail
  #running
  #round = 0
  #timer
  /** The latest token, while its renewal is planned. */
  #token
  #renewedAt = -Infinity
  #hastyRequests = 0
  #postponed = false
  #failures = 0

  /**
   * `fetchToken()` answers a token with `renewAt` and `now()`, in seconds; `use(token, reason)` shows it and hands it on;
   * `fail(error, reason, pause)` receives the problem and the seconds until the next try, or undefined for no other try.
   */
  constructor({ fetchToken, use, fail }) {
    this.#fetchToken = fetchToken
    this.#use = use
    this.#fail = fail

    // A laptop that slept, or a tab whose timers the browser held back, may have missed the moment.
    const catchUp = () => this.#token && untilRenewal(this.#token) <= 0 && this.renew('Woken up')
    document.addEventListener('visibilitychange', catchUp)
    addEventListener('online', catchUp)
  }

  /** One renewal at a time: who asks during one gets the same. */
  renew(reason) {
    if (this.#running) return this.#running
    const running = this.#renew(reason).finally(() => {
      if (this.#running === running) this.#running = undefined
    })
    return (this.#running = running)
  }

  /** For the events of an SDK, which may come again and again. */
  request(reason) {
    if (this.#running || this.#postponed) return
    const hasty = performance.now() - this.#renewedAt < HASTY
    this.#hastyRequests = hasty ? this.#hastyRequests + 1 : 0
    if (!hasty) return void this.renew(reason)

    this.#postponed = true
    const planned = this.#token ? Math.max(1, untilRenewal(this.#token)) : Infinity
    this.#wake(Math.min(pauseAfter(this.#hastyRequests), planned), reason)
  }

  /** Stops until the next renew(). The result of a pending renewal is dropped. */
  stop() {
    this.#cancelPlans()
    this.#running = undefined
    this.#round++
  }

  async #renew(reason) {
    this.#cancelPlans()
    const round = this.#round
    try {
      const token = await this.#fetchToken()
      if (round !== this.#round) return
      await this.#use(token, reason)
      if (round !== this.#round) return
      this.#failures = 0
      this.#renewedAt = performance.now()
      this.#plan(token)
    } catch (error) {
      if (round !== this.#round) return
      this.#failures++
      // Only signing in helps against a 401.
      const pause = error.status === 401 ? undefined : pauseAfter(this.#failures)
      this.#fail(error, reason, pause)
      if (pause) this.#wake(pause, 'Tried again')
    }
  }

  /** Sync's events come from Twilio's server, which a page may not reach: so never by them alone. */
  #plan(token) {
    if (!Number.isFinite(token.renewAt)) return
    this.#token = token
    this.#wake(Math.max(1, untilRenewal(token)), 'Timer')
  }

  #cancelPlans() {
    clearTimeout(this.#timer)
    this.#token = undefined
    this.#postponed = false
  }

  #wake(seconds, reason) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.renew(reason), seconds * 1000)
  }
}

function untilRenewal({ renewAt, now }) {
  return renewAt - now()
}

/** 1, 2, 4, 8 … seconds. */
function pauseAfter(attempts) {
  return Math.min(MAX_PAUSE, 2 ** (attempts - 1))
}
