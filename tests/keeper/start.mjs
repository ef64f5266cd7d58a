// A keeper with a fake clock, and the parts of Twilio's clients that it uses.

import { EventEmitter } from 'node:events'
import { keepToken } from 'grantmint/keeper'
import { fakeClock } from './clock.mjs'

export const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
let serial = 0

/** Returns a token with these claims. The keeper does not check its signature. */
export const jwt = (claims) => `${encode({ alg: 'HS256' })}.${encode({ jti: String(++serial), ...claims })}.c2ln`

/** A token server and a keeper. `server.answer` replaces the next answers. */
export function start(t, { ttl = 3600, options, answer, extra, ...clockOptions } = {}) {
  const clock = fakeClock(t, clockOptions)
  const server = { times: [], tokens: [], answer, extra }
  const fetch = async (request) => {
    server.times.push(clock.now())
    if (server.answer) return server.answer(request)
    const now = Math.floor(clock.now())
    const token = jwt({ iat: now, exp: now + ttl, grants: { identity: server.identity ?? 'alice' } })
    server.tokens.push(token)
    const lead = Math.min(180, ttl / 2)
    return { token, expiresAt: now + ttl, renewAt: now + ttl - lead, ...server.extra?.(now) }
  }
  const keeper = keepToken({ fetch, ...options })
  t.after(() => keeper.stop())
  const events = []
  for (const type of ['token', 'error', 'signedout', 'state'])
    keeper.addEventListener(type, (event) => events.push(event))
  const of = (type) => events.filter((event) => event.type === type)
  const codes = () => of('error').map(({ error }) => error.code)
  return { clock, server, keeper, events, of, codes }
}

/** A client with the parts of Twilio's clients that the keeper uses. */
export class Client extends EventEmitter {
  given = []
  connectionState = 'connected'
  updateToken(token) {
    this.given.push(token)
    return Promise.resolve()
  }
}

export class Device extends EventEmitter {
  given = []
  state = 'registered'
  constructor(token) {
    super()
    this.token = token
  }
  updateToken(token) {
    if (this.state === 'destroyed') throw new Error('Attempt to "updateToken" when device is in state "destroyed".')
    this.given.push((this.token = token))
  }
  register() {}
}

/** Returns a token that was issued now. */
export const fresh = (clock, ttl = 3600, claims = {}) => {
  const now = Math.floor(clock.now())
  return jwt({ iat: now, exp: now + ttl, ...claims })
}
