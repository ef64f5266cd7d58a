// A token and its view.

import { unreadable } from './api.js'
import { announce, byId, clock, dateAndClock, element, facts, json } from './dom.js'

/** Three minutes before the end Twilio tells the Sync SDK that its token is about to expire. */
const LEAD = 180

/** The token on the page, or undefined before the first one. */
let shown

/** Decodes the answer of GET /token, without trusting it. */
export function readToken({ body, date }) {
  try {
    const { identity, token: jwt, renewAt } = body
    const [header, claims, signature, ...rest] = jwt.split('.')
    if (typeof identity !== 'string' || !signature || rest.length) throw unreadable()

    const token = {
      identity,
      jwt,
      segments: { header, claims, signature },
      header: decode(header),
      claims: decode(claims),
      // By the server's clock, since this device's may be wrong.
      clockOffset: Number.isNaN(date) ? 0 : date - Date.now(),
      now: () => (Date.now() + token.clockOffset) / 1000,
    }
    token.renewAt = Number.isFinite(renewAt) ? renewAt : renewalOf(token.claims)
    return token
  } catch {
    throw unreadable()
  }
}

/** Decodes a token that another tab fetched, and that expires in so many seconds. */
export function readShared(jwt, expiresIn) {
  const { exp, grants } = decode(jwt.split('.')[1])
  return readToken({ body: { identity: grants.identity, token: jwt }, date: (exp - expiresIn) * 1000 })
}

/** For a server that answers nothing but the token: before the end, but not before the middle of its life. */
function renewalOf({ iat, exp }) {
  if (!Number.isFinite(exp)) return undefined
  return Number.isFinite(iat) ? Math.max(exp - LEAD, (iat + exp) / 2) : exp - LEAD
}

/** A JWT segment is a JSON object in UTF-8, as base64url without padding (RFC 7515, section 2). */
function decode(segment) {
  const binary = atob(segment.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  if (!isObject(value)) throw unreadable()
  return value
}

export function encode(value) {
  const binary = Array.from(new TextEncoder().encode(JSON.stringify(value)), (byte) => String.fromCharCode(byte)).join(
    '',
  )
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function showToken(token) {
  shown = token
  const { header, claims } = token

  byId('identity').textContent = token.identity
  byId('avatar').textContent = initials(token.identity)
  byId('facts').replaceChildren(
    ...facts([
      ['Account', claims.sub],
      ['API key', claims.iss],
      ['Token id', claims.jti],
      ['Issued', time(claims.iat)],
      ['Expires', time(claims.exp)],
    ]),
  )
  byId('products').replaceChildren(...products(claims.grants))

  for (const part of ['header', 'claims', 'signature']) byId(`jwt-${part}`).textContent = token.segments[part]
  byId('header-json').replaceChildren(...json(header))
  byId('claims-json').replaceChildren(...json(claims))

  byId('token').hidden = false
  tick()
}

function time(seconds) {
  return Number.isFinite(seconds) ? dateAndClock(seconds) : undefined
}

/** Says how the identity came from the name, for those who wonder about `alice_40example_2Ecom`. */
export function explainIdentity(login) {
  const same = typeof login !== 'string' || login === shown?.identity
  byId('identity-text').textContent = same
    ? ''
    : `Made from ${login}: letters and digits stay, and every other character becomes _ and its hex digits, so that ` +
      'every Twilio product accepts it.'
  byId('identity-text').hidden = same
}

export function shownToken() {
  return shown
}

export function hideToken() {
  shown = undefined
  byId('token').hidden = true
}

/** "QO" for QuietOtter4821, "A" for alice. */
function initials(identity) {
  const [first = '', ...others] = identity.match(/\p{Lu}|^\p{L}/gu) ?? []
  return (first + (others[0] ?? '')).toUpperCase() || '#'
}

/** The meaning of each member of `grants`: https://www.twilio.com/docs/iam/access-tokens */
const PRODUCTS = new Map([
  ['data_sync', ['Sync', 'Share documents, lists, maps and message streams in real time.']],
  ['chat', ['Conversations', 'Send and receive chat messages.']],
  ['video', ['Video', 'Join video rooms.']],
  ['voice', ['Voice', 'Make and receive calls.']],
  ['task_router', ['TaskRouter', 'Take part in a contact centre’s routing.']],
  ['player', ['Live playback', 'Watch a live stream. Twilio has ended this product.']],
])

/** Returns a list item for each product that `grants` opens. */
export function products(grants) {
  const granted = isObject(grants) ? Object.entries(grants).filter(([key]) => key !== 'identity') : []
  if (granted.length === 0) return [element('li', { text: 'None: this token opens nothing.' })]

  return granted.map(([key, payload]) => {
    const [name, meaning] = PRODUCTS.get(key) ?? [key, 'A product that this page does not know.']
    const limits = isObject(payload) ? Object.entries(payload).map(([field, value]) => [label(field), value]) : []
    return element('li', {}, [
      element('strong', { text: name }),
      element('span', { text: meaning }),
      element('dl', { className: 'facts' }, facts(limits)),
    ])
  })
}

/** `service_sid` becomes "Service". */
function label(field) {
  const words = field.replace(/_sid$/, '').replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The countdown. Four times a second, so that no second is skipped. */
export function tick() {
  if (!shown) return
  const { exp, iat } = shown.claims
  const known = Number.isFinite(exp)
  const left = known ? Math.max(0, Math.ceil(exp - shown.now())) : NaN
  const state = !known
    ? 'unknown'
    : left === 0
      ? 'expired'
      : left <= Math.min(LEAD, (exp - iat) / 2)
        ? 'ending'
        : 'valid'
  const text = {
    unknown: () => 'The token does not say when it expires.',
    expired: () => `Expired at ${clock(exp)}. Without a new token the connection ends.`,
    ending: () => `Expires at ${clock(exp)}: time for a new one.`,
    valid: () => `Expires at ${clock(exp)}, renewed at ${clock(shown.renewAt)}.`,
  }[state]()

  byId('countdown').textContent = { unknown: 'Unknown', expired: 'Expired' }[state] ?? duration(left)
  byId('remaining').setAttribute('stroke-dashoffset', known && exp > iat ? 1 - Math.min(1, left / (exp - iat)) : 1)
  byId('life-text').textContent = text
  if (byId('life').dataset.state !== state) {
    byId('life').dataset.state = state
    // The countdown itself is silent; only a change for the worse is spoken.
    if (state === 'expired' || state === 'ending') announce(state === 'expired' ? 'The token has expired.' : text)
  }
}

function duration(seconds) {
  const two = (number) => String(number).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}
