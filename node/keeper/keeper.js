// Keeps a Twilio Access Token fresh in a page: fetches it, renews it in time and hands it to Twilio's SDKs.
// One file without dependencies, so that a page can load it without a bundler. Times are in seconds.

/** Twilio's SDKs announce the end of a token three minutes earlier. */
const LEAD = 180
/** A timer sleeps with the computer, so the clocks are read this often. */
const TICK = 30
const MAX_PAUSE = 60
const REQUEST_TIMEOUT = 20
/** The longest wait for another tab's request. */
const TURN_TIMEOUT = 10
/** A token that an SDK rejects this soon does not help: the next request waits longer. */
const HASTY = 5

export function keepToken(...source) {
  const { ask, share } = readSource(...source)
  const name = `grantmint: ${share}`
  const life = new AbortController()
  let listeners = []
  // A page of no origin, such as a sandboxed frame, shares nothing.
  const channel =
    share && globalThis.origin !== 'null' && globalThis.BroadcastChannel ? new BroadcastChannel(name) : undefined
  let state
  /** The current token: `start` is when it was requested, and `due` and `ends` are seconds after that. */
  let grant
  /** The next renewal is due `wait` seconds after `planned`, which is undefined during a renewal and after the last one. */
  let wait
  let planned
  let timer
  let running
  /** The pending request, which ends with a token from another tab as well. */
  let pending
  let failure
  let failures = 0
  /** The token that an SDK has refused, or wants replaced. */
  let refused
  let hasty = 0

  function emit(type, detail) {
    for (const [wanted, listener] of listeners) {
      // A listener that throws is an unhandled rejection, which the console shows, and the keeper goes on.
      if (wanted === type) Promise.resolve({ type, ...detail }).then(listener)
    }
  }

  function on(type, listener, options) {
    if (options || !/^(token|error|signedout|state)$/.test(type)) throw new TypeError('unknown event or option')
    listeners.push([type, listener])
  }

  function off(type, listener) {
    listeners = listeners.filter((known) => known[0] !== type || known[1] !== listener)
  }

  function enter(next) {
    if (state === next) return
    state = next
    emit('state', { state })
  }

  function schedule(seconds, since = readClocks()) {
    wait = seconds
    planned = since
    tick()
  }

  function untilRenewal() {
    return wait - elapsed(planned)
  }

  function tick() {
    clearTimeout(timer)
    const left = untilRenewal()
    if (left > 0) timer = setTimeout(tick, Math.min(left, TICK) * 1000)
    else renew().catch(() => {})
  }

  function wake({ type }) {
    if (type === 'online' && failure?.code === 'network') wait = 0
    if (planned) tick()
  }

  async function renew() {
    if (state === 'stopped') throw problem('stopped')
    return (running ??= attempt())
  }

  async function attempt() {
    clearTimeout(timer)
    planned = undefined
    enter('renewing')
    try {
      const next = await request().finally(() => {
        running = undefined
      })
      accept(next)
      return next.token
    } catch (error) {
      if (state !== 'stopped') fail(error)
      throw error
    }
  }

  /** Fetches a token. Tabs take turns, and a tab that waits for its turn takes the token of the tab before. */
  async function request() {
    const abort = new AbortController()
    const { signal } = abort
    const locks = channel && globalThis.navigator?.locks
    const since = readClocks()
    let limit
    try {
      return await new Promise((resolve, reject) => {
        pending = { resolve, reject }
        limit = setTimeout(() => reject(problem('timeout')), REQUEST_TIMEOUT * 1000)
        const turn = () => (locks ? locks.request(name, { ifAvailable: true }, own) : own())
        // The lock is null while another tab has it. A tab that never gives it back stops no other tab.
        const own = async (lock) => {
          if (lock === null && elapsed(since) < TURN_TIMEOUT) {
            await pause(0.2)
            return signal.aborted || turn()
          }
          const start = readClocks()
          const next = readAnswer(await ask({ signal }), start, grant)
          if (signal.aborted) return
          channel?.postMessage(next)
          resolve(next)
          // Long enough for the other tabs to receive the token before they take their turn.
          await pause(0.1)
        }
        turn().catch(reject)
      })
    } finally {
      clearTimeout(limit)
      pending = undefined
      abort.abort()
    }
  }

  function accept(next) {
    grant = next
    failures = 0
    failure = undefined
    enter('fresh')
    emit('token', { token: next.token, expiresIn: next.ends - elapsed(next.start) })
    // A listener may have stopped the keeper, or asked for a renewal.
    if (grant !== next || running) return
    schedule(next.due, next.start)
    // A cache answers with the same token again, and so does a backend that is asked twice within a second.
    if (next.token === refused) demand(true)
  }

  function fail(error) {
    failure = error
    if (error.code === 'signed_out') {
      enter('signedout')
      return emit('signedout', { error })
    }
    const retryIn = Math.max(error.retryAfter || 0, backoff(failures++))
    schedule(retryIn)
    enter('retrying')
    emit('error', { error, retryIn })
  }

  /** Renews because an SDK asks for it. `certain` is false for an event that comes from a timer in the SDK. */
  function demand(certain) {
    const age = elapsed(grant.start)
    if (!certain && age < grant.ends / 2) return
    const soon = refused === grant.token || age < HASTY ? backoff(hasty) : (hasty = 0)
    refused = grant.token
    if (planned && !failure && soon < untilRenewal()) {
      hasty++
      schedule(soon)
    }
  }

  function attach(client) {
    if (state === 'stopped') throw problem('stopped')
    if (!client?.updateToken || !client.removeListener) {
      // twilio-video 2.32.0 needs its token only to join a room, and none of its objects takes another.
      throw new TypeError('expected updateToken() and removeListener(); for Video: connect(await keeper.token())')
    }
    let attached = true
    let handing
    // @twilio/voice-sdk 2.18.5 emits error 31009 if it receives a token, even the one that it has, while it connects.
    // Clients of Sync and Conversations do not show their token.
    let given = client.token
    // A client that was given nothing yet has the token of its constructor.
    const wanted = (certain) => () => grant && (!given || given === grant.token) && demand(certain)

    const events = {
      // Sync and Conversations, from Twilio's servers.
      tokenAboutToExpire: wanted(true),
      // twilio-common 0.1.7 trusts the device's clock, and emits its events at once for a lifetime of 180 seconds or
      // less. With a handler that updates the token, that was 561 renewals in a second.
      tokenExpired: wanted(!('isExpired' in client)),
      // @twilio/voice-sdk 2.18.5 does not cancel the timer of this event when it receives a new token.
      tokenWillExpire: wanted(false),
      // @twilio/voice-sdk 2.18.5 has no event for a token that expired, only this error.
      ...(client.register && {
        error(error) {
          if (error.code === 20104 || error.code === 31205) wanted(true)()
          // Without another listener, the emitter would have thrown the error.
          else if (client.listenerCount('error') < 2) throw error
        },
      }),
    }
    for (const type in events) client.on(type, events[type])

    /** Hands over one token at a time: twilsock 1.0.2, below Sync and Conversations, drops a second one. */
    async function hand() {
      if (handing) return
      handing = true
      while (attached && grant && given !== grant.token) {
        await ready(client)
        if (!attached) break
        given = grant.token
        try {
          // twilsock 1.0.2 settles this promise only after the next connection, which may take hours without a network.
          await Promise.race([client.updateToken(given), pause(10)])
        } catch (cause) {
          if (attached) emit('error', { error: problem('handover', { cause }) })
        }
      }
      handing = false
    }

    function detach() {
      attached = false
      for (const type in events) client.removeListener(type, events[type])
      off('token', hand)
      life.signal.removeEventListener('abort', detach)
    }
    life.signal.addEventListener('abort', detach)
    on('token', hand)
    hand()
    return detach
  }

  async function token() {
    if (state === 'signedout') throw failure
    if (grant && elapsed(grant.start) < grant.ends) return grant.token
    if (!planned || !failure) return renew()
    // Before a retry, callers in a loop must not defeat the pauses.
    return pause(1).then(token)
  }

  function stop() {
    clearTimeout(timer)
    life.abort()
    channel?.close()
    grant = planned = undefined
    enter('stopped')
    pending?.reject(problem('stopped'))
  }

  if (channel) {
    channel.onmessage = ({ data: { start, ...next } }) => {
      const [, wall] = start
      // The monotonic clock of each tab starts at another time.
      next.start = [performance.now() - Math.max(0, Date.now() - wall), wall]
      next.due += (Math.random() * next.ends) / 50
      const left = next.ends - elapsed(next.start)
      // Another user may have signed in since, in the other tab.
      if (grant && (next.identity !== grant.identity || left <= grant.ends - elapsed(grant.start))) return
      if (left > 0) (pending?.resolve ?? accept)(next)
    }
  }
  for (const type of ['visibilitychange', 'online', 'pageshow']) {
    // React Native and Node have no such events. Those of the document reach the window, too.
    globalThis.addEventListener?.(type, wake, { signal: life.signal })
  }
  renew().catch(() => {})

  return {
    token,
    renew,
    attach,
    stop,
    addEventListener: on,
    removeEventListener: off,
    get state() {
      return state
    },
  }
}

/** Returns the function that fetches a token, and the name under which tabs share it. */
function readSource(source, extra) {
  if (typeof source === 'string' && !extra) {
    const { url } = new Request(source)
    return { ask: ({ signal }) => askServer(url, signal), share: url }
  }
  const { fetch: ask, share, ...others } = source
  if (typeof ask !== 'function' || extra || Object.keys(others)[0])
    throw new TypeError('expected a string or { fetch, share }')
  return { ask, share }
}

async function askServer(url, signal) {
  const fail = (cause) => {
    throw problem('network', { cause })
  }
  const options = { cache: 'no-store', headers: { Accept: 'application/json' }, signal }
  const response = await fetch(url, options).catch(fail)
  const text = await response.text().catch(fail)
  const { status, headers } = response
  const date = (value) => Date.parse(value) / 1000
  const now = date(headers.get('Date'))
  if (!response.ok) {
    const after = headers.get('Retry-After')
    const details = {
      status,
      // Seconds, or a date (RFC 9110, section 10.2.3).
      retryAfter: after && (Number(after) || date(after) - now),
    }
    throw problem(/40[13]/.test(status) ? 'signed_out' : 'status', details, `status ${status}`)
  }
  try {
    return { ...JSON.parse(text), now }
  } catch {
    throw problem(response.redirected ? 'redirected' : 'not_json')
  }
}

/**
 * Reads an answer that was requested at `start`. The client's clock may be wrong, so the server's time at that moment is
 * its `Date` or the token's time of issue. The time of the request counts as the token's age.
 */
function readAnswer(answer, start, current) {
  const { token, expiresAt, renewAt, now: date } = answer ?? {}
  const claims = readClaims(token)
  const end = Math.min(claims?.exp, expiresAt ?? Infinity)
  if (!(end < Infinity)) throw problem('no_token')
  if (!((renewAt ?? 0) <= end)) throw problem('bad_time')

  let now = Math.max(date || 0, claims.iat ?? claims.nbf ?? 0) || Date.now() / 1000
  // The same token again, for example from a cache: its age is known.
  if (current?.token === token) ({ start, now } = current)
  const ends = end - now
  const age = elapsed(start)
  if (ends <= age) throw problem('expired')

  const at = renewAt > now ? renewAt - now : Math.max(ends - LEAD, ends / 2)
  const earliest = Math.max(at - ends / 10, Math.min(at, ends / 2))
  let due = earliest + (Math.random() * ends) / 10
  if (due < age + 1) due = age + Math.max(1, (ends - age) / 2)
  return { token, identity: claims.grants?.identity, start, now, due, ends }
}

/** Returns the claims of a JWT, or undefined. As Latin-1, which is right for numbers and for comparisons. */
function readClaims(token) {
  try {
    return JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')))
  } catch {}
}

/** Waits until a client takes a token. */
async function ready(client) {
  const since = readClocks()
  // twilsock 1.0.2 drops a token while it leaves a connection, which takes up to three seconds after `tokenExpired`, and
  // while it greets the server. The promise of `updateToken` then never settles, and the same token is ignored later.
  while (/ing$/.test(client.connectionState) && elapsed(since) < 5) await pause(0.05)
}

/** 1, 2, 4 … 60 seconds, of which half is random. */
function backoff(failures) {
  return Math.min(MAX_PAUSE, 2 ** failures) * (0.5 + Math.random() / 2)
}

/**
 * The two clocks. The monotonic one may stand still while a computer sleeps, and the other one may be set back, so the
 * elapsed time is the longer one. At worst, that renews too early.
 */
function readClocks() {
  return [performance.now(), Date.now()]
}

function elapsed([monotonic, wall]) {
  return Math.max(performance.now() - monotonic, Date.now() - wall) / 1000
}

function pause(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}

function problem(code, details, message = code) {
  return Object.assign(new Error(`grantmint: ${message}`), { code, ...details })
}
