// The contents of a token are untrusted text: they reach the page as textContent, never as HTML.

export const byId = (id) => document.getElementById(id)

export function element(tag, { text, className = '', ...attributes } = {}, children = []) {
  const node = document.createElement(tag)
  if (text !== undefined) node.textContent = text
  if (className) node.className = className
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.append(...children)
  return node
}

/** Says it to those who do not see the page. */
export function announce(text) {
  byId('announcement').textContent = text
}

/** Returns the rows of a definition list, without absent values. */
export function facts(pairs) {
  return pairs
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      // SIDs and their like are read letter by letter.
      const className = /^\S{20,}$/.test(text) ? 'code' : ''
      return element('div', {}, [element('dt', { text: name }), element('dd', { text, className })])
    })
}

/** Pretty-printed JSON, line by line: JSON.stringify puts every member on a line of its own. */
export function json(value) {
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => {
      const [, indent, name = '', rest] = line.match(/^( *)("(?:[^"\\]|\\.)*"(?=: ))?(.*)$/s)
      return element('span', { className: 'line' }, [
        indent,
        element('span', { text: name, className: 'name' }),
        `${rest}\n`,
      ])
    })
}

export function clock(seconds) {
  const time = new Date(seconds * 1000)
  const today = time.toDateString() === new Date().toDateString()
  // Undefined: in the visitor's own language.
  return time.toLocaleString(undefined, today ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'medium' })
}
