// The two views, as tabs: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/

import { byId } from './dom.js'

export function prepareTabs() {
  const list = byId('tabs')
  list.addEventListener('click', ({ target }) => target.role === 'tab' && select(target, true))
  list.addEventListener('keydown', move)
  addEventListener('hashchange', followHash)
}

/** An address that ends in #inspect opens the second view. */
export function followHash() {
  select(byId(location.hash === '#inspect' && !byId('tabs').hidden ? 'tab-inspect' : 'tab-token'))
}

function select(tab, remember = false) {
  for (const other of byId('tabs').children) {
    const selected = other === tab
    other.setAttribute('aria-selected', selected)
    other.tabIndex = selected ? 0 : -1
    byId(other.getAttribute('aria-controls')).hidden = !selected
  }
  if (remember) history.replaceState(null, '', tab.id === 'tab-inspect' ? '#inspect' : location.pathname)
}

function move(event) {
  const tabs = [...byId('tabs').children]
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  if (!step) return
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length]
  select(next, true)
  next.focus()
  event.preventDefault()
}
