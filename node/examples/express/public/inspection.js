// The server's inspection of a token, and the form for a pasted one.

import { ask } from './api.js'
import { byId, clock, element, facts, json } from './dom.js'
import { encode, shownToken } from './token.js'

const KINDS = {
  access_token: 'Access Token',
  capability_token: 'Capability Token',
  task_router_capability_token: 'TaskRouter Capability Token',
  client_validation_token: 'Client Validation Token',
  unknown: 'Not a token that Twilio knows',
}

const SIGNATURES = {
  valid: 'Valid, by this server’s key',
  invalid: 'Not by this server’s key',
  not_checked: 'Not checked: that takes its key’s secret',
}

export function prepareInspection() {
  byId('inspect').addEventListener('submit', (event) => {
    event.preventDefault()
    inspect(byId('pasted').value)
  })
  byId('pasted').addEventListener('paste', () => setTimeout(() => byId('inspect').requestSubmit()))
  for (const kind of ['own', 'edited', 'cut']) byId(`try-${kind}`).addEventListener('click', () => tryToken(kind))
}

async function inspect(token) {
  if (token === '') return byId('pasted').focus()
  const view = byId('inspection')
  try {
    view.replaceChildren(...details((await ask('inspect', 'POST', { token })).body))
  } catch (error) {
    const words = error.status === 413 ? ['Too long', 'No token is that long.'] : [error.message, error.text]
    view.replaceChildren(headline('bad', ...words))
  }
  view.hidden = false
}

/** Tokens to try it with. */
function tryToken(kind) {
  const token = shownToken()
  if (!token) return
  const { header, claims, signature } = token.segments
  const edited = encode({ ...token.claims, grants: { ...token.claims.grants, identity: 'admin' } })
  byId('pasted').value = {
    own: token.jwt,
    edited: `${header}.${edited}.${signature}`,
    cut: `Bearer ${header}.${claims.slice(0, -9)}`,
  }[kind]
  byId('inspect').requestSubmit()
}

/** Returns the verdict, the findings, and the facts that the token itself does not show. */
export function summary(inspection) {
  const { findings, sound, kind, signature } = inspection
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors
  const words = [count(errors, 'error'), count(warnings, 'warning')].filter(Boolean).join(', ')
  const state = !sound ? 'bad' : warnings ? 'fair' : 'good'

  return [
    headline(state, sound ? 'Sound' : 'Twilio would refuse it', words || 'Nothing to complain about'),
    element('ul', { className: 'findings' }, findings.map(finding)),
    element(
      'dl',
      { className: 'facts' },
      facts([
        ['Kind', KINDS[kind] ?? kind],
        ['Signature', SIGNATURES[signature] ?? signature],
      ]),
    ),
  ]
}

/** All of it, for a token that is not shown elsewhere on the page. */
function details(inspection) {
  const { identity, accountSid, keySid, issuedAt, notBefore, expiresAt, header, claims } = inspection
  const time = (seconds) => (Number.isFinite(seconds) ? clock(seconds) : undefined)
  const nodes = summary(inspection)
  nodes.at(-1).append(
    ...facts([
      ['Identity', identity],
      ['Account', accountSid],
      ['API key', keySid],
      ['Issued', time(issuedAt)],
      ['Not before', time(notBefore)],
      ['Expires', time(expiresAt)],
    ]),
  )
  const segments = [
    ['Header', 'header', header],
    ['Claims', 'claims', claims],
  ]
    .filter(([, , value]) => value)
    .map(([title, className, value]) =>
      element('div', {}, [
        element('h3', { text: title, className }),
        element('pre', { className: 'code' }, json(value)),
      ]),
    )

  return [...nodes, element('div', { className: 'segments' }, segments)]
}

function headline(state, title, text) {
  return element('p', { className: `verdict ${state}` }, [
    element('span', { className: 'mark', 'aria-hidden': 'true' }),
    element('strong', { text: title }),
    element('span', { text }),
  ])
}

function finding({ severity, code, twilioCodes = [], message, advice }) {
  const codes = twilioCodes.length ? ` · Twilio ${twilioCodes.join(', ')}` : ''
  return element('li', { className: severity }, [
    element('p', {}, [element('span', { className: 'chip', text: severity }), element('strong', { text: message })]),
    element('p', { text: advice }),
    element('p', { className: 'muted codes', text: `${code}${codes}` }),
  ])
}

function count(number, noun) {
  return number && `${number} ${noun}${number === 1 ? '' : 's'}`
}
