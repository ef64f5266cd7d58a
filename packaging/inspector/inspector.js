// Explains a token by the package's WebAssembly module. The only requests are those for this page's own files.

import { inspect } from './edge/browser.mjs'

const [token, state, report, findings, codes, share] = ['token', 'state', 'report', 'findings', 'codes', 'share'].map(
  (id) => document.getElementById(id),
)

token.disabled = false
token.addEventListener('input', explain)
showShared()

/** Shows the report of the token in the text field. */
function explain() {
  const text = token.value.trim()
  if (text === '') return show('', [], 'Paste a token.')
  const inspection = inspect(text)
  const all = inspection.findings.map(({ code }) => code)
  show(String(inspection), all, all.length === 0 ? 'No problem found.' : `${all.length} found.`)
}

function show(text, all, status) {
  report.textContent = text
  state.textContent = status
  codes.replaceChildren(...all.map(item))
  share.href = `#${[...new Set(all)].join(',')}`
  findings.hidden = all.length === 0
}

function item(code) {
  const line = document.createElement('li')
  const link = document.createElement('a')
  link.href = `../errors.html#${code}`
  link.textContent = code
  line.append(link)
  return line
}

/** Shows the codes in the address, which a link to findings contains. Anything else there is ignored. */
function showShared() {
  const shared = location.hash
    .slice(1)
    .split(',')
    .filter((code) => /^[a-z0-9_]{3,40}$/.test(code))
  show('', shared, shared.length === 0 ? 'Paste a token.' : 'Findings of a token that somebody else inspected:')
}
