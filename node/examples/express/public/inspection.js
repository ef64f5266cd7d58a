// The form for a token, which the page explains by itself, and the server's check of a signature.

import { ask } from './api.js'
import { announce, byId, clock, element, facts, json, prose, span } from './dom.js'
import { encode, products, shownToken } from './token.js'

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
  not_checked: 'Not checked: this server does not have its key’s secret',
}

const HERE = 'Not checked: that needs the secret of its key'

/** Errors of the text around a token, which leave the token itself alone. */
const AROUND = new Set(['bearer_prefix', 'quoted', 'json_wrapped', 'stray_text', 'stray_whitespace'])

export function prepareInspection() {
  byId('inspect').addEventListener('submit', (event) => {
    event.preventDefault()
    inspect(byId('pasted').value)
  })
  byId('pasted').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) byId('inspect').requestSubmit()
  })
  byId('pasted').addEventListener('input', () => {
    // A verdict without its token misleads.
    if (byId('pasted').value.trim() === '') forget()
  })
  byId('pasted').addEventListener('paste', () => setTimeout(() => byId('inspect').requestSubmit()))
  for (const kind of ['own', 'edited', 'cut']) byId(`try-${kind}`).addEventListener('click', () => tryToken(kind))
}

/** grantmint's module for pages, which is loaded when it is first needed. */
let grantmint
/** Counts the inspections: the answer to an earlier one is not shown any more. */
let turns = 0

/** Explains a token in this page: nothing is sent. */
async function inspect(token) {
  if (token.trim() === '') {
    forget()
    return byId('pasted').focus()
  }
  const turn = ++turns
  try {
    grantmint ??= await import('./grantmint/edge/browser.mjs')
    const inspection = grantmint.inspect(token)
    show(turn, [...details(inspection, HERE), ...signatureStep(inspection, token)])
  } catch {
    show(turn, [headline('bad', 'Not explained', 'The module is missing. In a checkout, “make build-wasm” builds it.')])
  }
}

/** Sends a token to this page's server, which checks the signature by its own key. */
async function checkSignature(token) {
  const turn = ++turns
  try {
    show(turn, details((await ask('inspect', 'POST', { token })).body))
  } catch (error) {
    show(turn, [headline('bad', error.message, error.text)])
  }
}

/** Returns the second step: a button, or what a stranger needs before it. */
function signatureStep(inspection, token) {
  if (!hasSignature(inspection)) return []
  const text = element('span', {
    className: 'muted',
    text: shownToken()
      ? 'This sends the token to this page’s own server, which neither logs nor keeps it.'
      : 'This server checks signatures for its own users only: sign in first, under “Your token”.',
  })
  const button = element('button', { type: 'button', className: 'small', id: 'check-signature' }, [
    'Check the signature',
  ])
  button.addEventListener('click', () => checkSignature(token))
  return [element('div', { className: 'row' }, shownToken() ? [button, text] : [text])]
}

function show(turn, nodes) {
  if (turn !== turns) return
  const view = byId('inspection')
  view.replaceChildren(...nodes)
  view.hidden = false
  announce(view.querySelector('.verdict').textContent)
  // On a phone, the verdict is below the fold.
  view.scrollIntoView({ block: 'nearest' })
}

function forget() {
  turns++
  byId('inspection').hidden = true
  byId('inspection').replaceChildren()
}

/** Without a token of the visitor, there is none to try it with. */
export function needSignIn(needed) {
  byId('tries').hidden = needed
  if (needed) forget()
}

/** Tokens to try it with. */
function tryToken(kind) {
  const token = shownToken()
  if (!token) return
  const { header, claims, signature } = token.segments
  const edited = encode({ ...token.claims, grants: { ...token.claims.grants, identity: 'admin' } })
  const tried = {
    own: token.jwt,
    edited: `${header}.${edited}.${signature}`,
    cut: `Bearer ${header}.${claims.slice(0, -9)}`,
  }[kind]
  byId('pasted').value = tried
  if (kind === 'cut') return inspect(tried)
  // The server has made both, but for the name.
  return checkSignature(tried)
}

/** Returns the verdict, the findings, and the facts that the token itself does not show. */
export function summary(inspection, unchecked = SIGNATURES.not_checked) {
  const { findings, sound, kind, signature } = inspection
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  const words = [count(errors, 'error'), count(warnings, 'warning')].filter(Boolean).join(', ')
  const state = !sound ? 'bad' : warnings ? 'fair' : 'good'
  const onlyAround = errors > 0 && findings.every(({ severity, code }) => severity !== 'error' || AROUND.has(code))
  const inside = onlyAround ? '. The token inside is sound' : ''
  const good =
    unchecked === HERE ? 'Nothing to complain about; the signature is not checked' : 'Nothing to complain about'

  return [
    headline(state, sound ? 'Sound' : 'Twilio would refuse it', sound && !words ? good : words + inside),
    element('ul', { className: 'findings' }, findings.map(finding)),
    element(
      'dl',
      { className: 'facts' },
      facts([
        ['Kind', KINDS[kind] ?? kind],
        // What is no token, or lacks a signature, has none to check.
        [
          'Signature',
          hasSignature(inspection) ? ({ ...SIGNATURES, not_checked: unchecked }[signature] ?? signature) : undefined,
        ],
      ]),
    ),
  ]
}

/** All of it, for a token that is not shown elsewhere on the page. */
function details(inspection, unchecked) {
  const { identity, accountSid, keySid, issuedAt, notBefore, expiresAt, expiresIn, header, claims } = inspection
  const swapped = inspection.findings.some(({ code }) => code === 'issuer_and_subject_swapped')
  const left = expiresIn > 0 ? `in ${span(expiresIn)}` : `${span(-expiresIn)} ago`
  const time = (seconds) => (Number.isFinite(seconds) ? clock(seconds) : undefined)
  const nodes = summary(inspection, unchecked)
  nodes.at(-1).append(
    ...facts([
      ['Identity', identity],
      [swapped ? 'sub, a key' : 'Account', accountSid],
      [swapped ? 'iss, an account' : 'API key', keySid],
      ['Issued', time(issuedAt)],
      ['Not before', time(notBefore)],
      ['Expires', Number.isFinite(expiresAt) ? `${clock(expiresAt)}, ${left}` : undefined],
    ]),
  )
  if (inspection.grants) {
    nodes.push(
      element('div', {}, [
        element('h3', { text: 'Products granted' }),
        element('ul', { className: 'products' }, products(inspection.grants)),
      ]),
    )
  }
  const wide = matchMedia('(min-width: 36rem)').matches
  const segments = [
    ['Header', 'header', header],
    ['Claims', 'claims', claims],
  ]
    .filter(([, , value]) => value)
    .map(([title, className, value]) =>
      element('details', wide ? { open: '' } : {}, [
        element('summary', { text: title, className }),
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
    element('p', {}, [element('span', { className: 'chip', text: severity }), element('strong', {}, prose(message))]),
    element('p', {}, prose(advice)),
    element('p', { className: 'muted codes', text: `${code}${codes}` }),
  ])
}

function hasSignature({ kind, signature, findings }) {
  const broken = new Set(['unsigned', 'not_compact', 'not_base64url', 'encrypted', 'json_serialization'])
  return signature !== 'not_checked' || (kind !== 'unknown' && !findings.some(({ code }) => broken.has(code)))
}

function count(number, noun) {
  return number && `${number} ${noun}${number === 1 ? '' : 's'}`
}
