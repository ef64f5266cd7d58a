'use strict'

// Fetches a token and shows what is inside. Whatever comes out of a token is text from somewhere else: it reaches the
// page as textContent, never as HTML.

const byId = (id) => document.getElementById(id)

/** The token on the page and its times, or undefined before the first one. */
let shown

byId('refresh').addEventListener('click', refresh)
byId('copy').addEventListener('click', copy)
setInterval(tick, 250)
refresh()

async function refresh() {
  const button = byId('refresh')
  // Not `disabled`: that would take the keyboard focus away.
  if (button.getAttribute('aria-disabled') === 'true') return
  button.setAttribute('aria-disabled', 'true')

  try {
    // Only this example's server has /status; the page works without it.
    const [answer, status] = await Promise.all([load('token'), load('status').catch(() => undefined)])
    show(read(answer))
    byId('demo').hidden = status?.body?.demoCredentials !== true
    byId('problem').hidden = true
    announce(`New token for ${shown.identity}.`)
  } catch (error) {
    complain(error)
  } finally {
    button.removeAttribute('aria-disabled')
  }
}

/** A failure with words for the visitor. */
class Problem extends Error {
  constructor(title, text) {
    super(title)
    this.text = text
  }
}

async function load(path) {
  let response
  try {
    response = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(10_000) })
  } catch {
    throw new Problem('The server does not answer.', 'Is it still running? Start it again, then try once more.')
  }
  if (!response.ok) {
    throw new Problem(`The server answered with status ${response.status}.`, 'Its console says why.')
  }
  try {
    return { body: await response.json(), date: Date.parse(response.headers.get('date')) }
  } catch {
    throw unreadable()
  }
}

function unreadable() {
  return new Problem('The answer is not an Access Token.', 'The page expected an identity and a token from this server.')
}

/** Decodes the answer of GET /token, without trusting it. */
function read({ body, date }) {
  try {
    const { identity, token } = body
    const [header, claims, signature, ...rest] = token.split('.')
    if (typeof identity !== 'string' || !signature || rest.length) throw unreadable()

    return {
      identity,
      segments: { header, claims, signature },
      header: decode(header),
      claims: decode(claims),
      // Count down by the server's clock, since this device's may be wrong.
      clockOffset: Number.isNaN(date) ? 0 : date - Date.now(),
    }
  } catch {
    throw unreadable()
  }
}

/** A JWT segment is a JSON object in UTF-8, as base64url without padding (RFC 7515, section 2). */
function decode(segment) {
  const binary = atob(segment.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  if (!isObject(value)) throw unreadable()
  return value
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(token) {
  shown = token
  const { header, claims } = token

  byId('identity').textContent = token.identity
  byId('facts').replaceChildren(...facts([['Account', claims.sub], ['API key', claims.iss], ['Token id', claims.jti]]))
  byId('products').replaceChildren(...products(claims.grants))

  for (const part of ['header', 'claims', 'signature']) byId(`jwt-${part}`).textContent = token.segments[part]
  byId('header-json').replaceChildren(...json(header))
  byId('claims-json').replaceChildren(...json(claims))

  byId('token').hidden = false
  tick()
}

/** What each member of `grants` means: https://www.twilio.com/docs/iam/access-tokens */
const PRODUCTS = new Map([
  ['data_sync', ['Sync', 'Share documents, lists, maps and message streams in real time.']],
  ['chat', ['Conversations', 'Send and receive chat messages.']],
  ['video', ['Video', 'Join video rooms.']],
  ['voice', ['Voice', 'Make and receive calls.']],
  ['task_router', ['TaskRouter', 'Take part in a contact centre’s routing.']],
  ['player', ['Live playback', 'Watch a live stream. Twilio has ended this product.']],
])

function products(grants) {
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

function facts(pairs) {
  return pairs
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      return element('div', {}, [element('dt', { text: name }), element('dd', { text })])
    })
}

/** Pretty-printed JSON, line by line: JSON.stringify puts every member on a line of its own. */
function json(value) {
  return JSON.stringify(value, null, 2).split('\n').map((line) => {
    const [, indent, name = '', rest] = line.match(/^( *)("(?:[^"\\]|\\.)*"(?=: ))?(.*)$/s)
    return element('span', { className: 'line' }, [indent, element('span', { text: name, className: 'name' }), `${rest}\n`])
  })
}

function element(tag, { text, className = '' }, children = []) {
  const node = document.createElement(tag)
  if (text !== undefined) node.textContent = text
  if (className) node.className = className
  node.append(...children)
  return node
}

/** Four times a second, so that no second is skipped. */
function tick() {
  if (!shown) return
  const { exp, iat } = shown.claims
  const known = Number.isFinite(exp)
  const left = known ? Math.max(0, Math.ceil(exp - (Date.now() + shown.clockOffset) / 1000)) : NaN

  // Three minutes before the end, Sync's SDK is told that its token is about to expire.
  const state = !known ? 'unknown' : left === 0 ? 'expired' : left <= 180 ? 'ending' : 'valid'
  const text = {
    unknown: () => 'The token does not say when it expires.',
    expired: () => `Since ${clock(exp)}. Fetch a new token to go on.`,
    ending: () => `Expires at ${clock(exp)}: time to fetch a new one.`,
    valid: () => `Expires at ${clock(exp)}.`,
  }[state]()

  byId('countdown').textContent = { unknown: 'Unknown', expired: 'Expired' }[state] ?? duration(left)
  byId('remaining').value = known && exp > iat ? left / (exp - iat) : 0
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

function clock(seconds) {
  const time = new Date(seconds * 1000)
  const today = time.toDateString() === new Date().toDateString()
  // Undefined: in the visitor's own language.
  return time.toLocaleString(undefined, today ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'medium' })
}

function complain(error) {
  const problem = error instanceof Problem ? error : unreadable()
  byId('problem-title').textContent = problem.message
  byId('problem-text').textContent = problem.text + (shown ? ' The token below is an earlier one.' : '')
  byId('problem').hidden = false
}

async function copy() {
  const button = byId('copy')
  try {
    await navigator.clipboard.writeText(byId('jwt').textContent)
    button.textContent = 'Copied'
    announce('Token copied.')
  } catch {
    // Without HTTPS or localhost there is no clipboard: leave the last step to the visitor.
    getSelection().selectAllChildren(byId('jwt'))
    button.textContent = 'Selected: press Ctrl+C'
    announce('Token selected. Copy it with Control C.')
  }
  clearTimeout(copy.timer)
  copy.timer = setTimeout(() => (button.textContent = 'Copy'), 2500)
}

function announce(text) {
  byId('announcement').textContent = text
}
