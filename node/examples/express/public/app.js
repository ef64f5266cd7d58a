// The client of Twilio's Sync guide: it fetches a token, connects with it, and renews it in time. It shows each step.

import { ask, Problem, signedOut, unreadable } from './api.js'
import { announce, byId, clock, element, facts } from './dom.js'
import { needSignIn, prepareInspection, summary } from './inspection.js'
import { keepToken } from './keeper.js'
import { SyncConnection } from './sync.js'
import { followHash, prepareTabs } from './tabs.js'
import { explainIdentity, hideToken, readShared, readToken, shownToken, showToken, tick } from './token.js'

const LOG_LENGTH = 30

const SYNC_STATES = {
  connecting: ['Connecting', 'Twilio’s Sync SDK opens its WebSocket.'],
  retrying: ['Connecting again', 'There was no answer. The SDK keeps trying.'],
  connected: ['Connected', 'The SDK holds this token.'],
  disconnecting: ['Disconnecting', 'The connection ends.'],
  disconnected: ['Disconnected', 'The SDK connects again with the next token.'],
  denied: ['Refused', 'Twilio does not accept the token.'],
  error: ['Failed', 'The SDK cannot go on.'],
}

/** The server's abilities, from GET /session; undefined until it has answered. */
let server
let sync
let keeper
/** The token that the page fetched last, decoded. */
let fetched
/** The name that the visitor signed in by; undefined where the server has no sessions. */
let login
/** Why the next token is fetched. */
let reason

byId('refresh').addEventListener('click', refresh)
byId('copy').addEventListener('click', copy)
byId('sign-in').addEventListener('submit', submitName)
byId('sign-out').addEventListener('click', signOut)
prepareTabs()
prepareInspection()
setInterval(tick, 250)
keep('First token')

/** Keeps a token for the session of this page: a keeper belongs to one user. */
function keep(why) {
  reason = why
  keeper?.stop()
  // The tabs of a browser have one session, so they share a token.
  keeper = keepToken({ fetch: fetchToken, share: 'token' })
  keeper.addEventListener('token', (event) => receive(event).catch(fail))
  keeper.addEventListener('error', ({ error, retryIn }) => fail(error, retryIn))
  keeper.addEventListener('signedout', ({ error }) => fail(error))
}

async function fetchToken() {
  server ??= await greet()
  fetched = readToken(await ask('token'))
  return { token: fetched.jwt, renewAt: fetched.renewAt, now: fetched.now() }
}

/** Fetches the server's abilities, and who is signed in. */
async function greet() {
  const { body } = await ask('session')
  byId('demo').hidden = body.demoCredentials !== true
  showDemo()
  byId('tabs').hidden = !body.inspects
  followHash()
  // Null is a stranger; the guide's server, which has no sessions, says nothing at all.
  if (body.name === null && !body.demoSignIn) throw signedOut()
  showAccount(body)
  return body
}

async function receive({ token, expiresIn }) {
  // Another tab may have fetched the first token as well.
  server ??= await greet()
  // A stranger has just become a guest.
  if (login === null) showAccount((await ask('session')).body)
  if (keeper.state === 'stopped') return
  if (fetched?.jwt === token) return use(fetched)
  reason = 'Another tab'
  use(readShared(token, expiresIn))
}

/** The banner speaks of a token only when there is one. */
function showDemo() {
  byId('demo-text').textContent = shownToken()
    ? 'Twilio will not accept this token.'
    : 'Twilio would not accept the tokens of this server.'
}

function use(token) {
  showToken(token)
  explainIdentity(login)
  showDemo()
  needSignIn(false)
  byId('problem').hidden = true
  byId('sign-in').hidden = true
  const { exp } = token.claims
  log(reason, Number.isFinite(exp) ? `valid until ${clock(exp)}` : '', 'good')
  announce(`New token for ${token.identity}.`)
  reason = 'Timer'
  explain(token)
  connect(token)
}

function fail(error, pause) {
  // The SDK reports that by itself.
  if (error.code === 'handover') return
  const problem = error instanceof Problem ? error : unreadable()
  const next = pause ? ` Next try in ${Math.ceil(pause)} s.` : ''
  byId('problem-title').textContent = problem.message
  byId('problem-text').textContent = problem.text + next + (shownToken() ? ' The token below is an earlier one.' : '')
  byId('problem').hidden = false
  log(reason, problem.message, 'bad')
  reason = 'Tried again'
  if (problem.status === 401) askForName()
}

function log(what, detail, className) {
  const list = byId('log')
  list.prepend(
    element('li', { className }, [
      element('time', { text: new Date().toISOString().slice(11, 19) }),
      element('strong', { text: what }),
      element('span', { text: detail }),
    ]),
  )
  while (list.childElementCount > LOG_LENGTH) list.lastElementChild.remove()
}

function connect(token) {
  if (server.demoCredentials && !server.twilsockUri) {
    const text = 'With fake credentials there is nobody to connect to. Everything else on this page works.'
    return showSync('off', 'Not connected to Twilio', text)
  }
  if (!globalThis.Twilio?.Sync) {
    return showSync('error', 'No Sync SDK', 'Its script did not load: run “npm ci” in the example’s folder.')
  }
  sync ??= new SyncConnection(server, (client) => keeper.attach(client), {
    state: (state) => showSync(state, ...(SYNC_STATES[state] ?? [state, ''])),
    error: showSyncError,
    wanted: (why) => (reason = why),
  })
  sync.use(token)
  showSyncFacts()
}

function showSync(state, title, text) {
  byId('sync').dataset.state = state
  byId('sync-state').textContent = title
  byId('sync-text').textContent = text
  showSyncFacts()
}

function showSyncError({ message, errorCode }) {
  const text = errorCode ? `${message} (Twilio error ${errorCode})` : message
  byId('sync-text').textContent = text
  // One line for a network that is gone, however often the SDK tries.
  if (byId('log').firstElementChild?.lastElementChild.textContent !== text) log('Sync', text, 'bad')
}

function showSyncFacts() {
  const version = globalThis.Twilio?.Sync?.Client.version
  byId('sync-facts').replaceChildren(
    ...facts([
      ['SDK', version && `twilio-sync ${version}`],
      ['Tokens given', sync && String(sync.handed)],
    ]),
  )
}

async function explain({ jwt }) {
  if (!server.inspects) return
  try {
    const { body } = await ask('inspect', 'POST', { token: jwt })
    byId('findings').replaceChildren(...summary(body))
  } catch (error) {
    byId('findings').replaceChildren(element('p', { className: 'muted', text: `Nothing yet. ${error.message}` }))
  }
  byId('findings-card').hidden = false
}

async function refresh() {
  const button = byId('refresh')
  // Not `disabled`: that would take the keyboard focus away.
  if (button.getAttribute('aria-disabled') === 'true') return
  button.setAttribute('aria-disabled', 'true')
  reason = 'By hand'
  await keeper.renew().catch(() => {})
  button.removeAttribute('aria-disabled')
}

function showAccount({ name }) {
  login = name
  // The guide's server has no sessions.
  byId('account').hidden = typeof name !== 'string'
  byId('account-name').textContent = name ?? ''
}

function askForName() {
  showAccount({})
  byId('sign-in-fields').hidden = !server?.demoSignIn
  if (!server?.demoSignIn) {
    byId('sign-in-text').textContent =
      'A stranger gets no token. Sign in where this server’s users do, then load this page again.'
  }
  byId('sign-in').hidden = false
  needSignIn(true)
  showDemo()
}

async function submitName(event) {
  event.preventDefault()
  keeper.stop()
  showNameError('')
  const name = byId('name').value
  if (name.trim() === '') return showNameError('Enter a name.')
  try {
    showAccount((await ask('session', 'POST', { name })).body)
    keep('Signed in')
  } catch (error) {
    if (error.status === 400) return showNameError(error.text)
    reason = 'Sign-in'
    fail(error)
  }
}

function showNameError(text) {
  byId('name-error').textContent = text
  byId('name').setAttribute('aria-invalid', String(text !== ''))
  if (text) byId('name').focus()
}

async function signOut() {
  keeper.stop()
  try {
    await ask('session', 'DELETE')
  } catch (error) {
    reason = 'Sign-out'
    return fail(error)
  }
  sync?.close()
  hideToken()
  byId('problem').hidden = true
  askForName()
  byId('name').focus()
  announce('Signed out.')
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
