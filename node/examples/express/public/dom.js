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

const TIMES = new Set(['"iat"', '"nbf"', '"exp"'])

/** Pretty-printed JSON, line by line: JSON.stringify puts every member on a line of its own. */
export function json(value) {
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => {
      const [, indent, name = '', rest] = line.match(/^( *)("(?:[^"\\]|\\.)*"(?=: ))?(.*)$/s)
      // Beside the text, which stays JSON.
      const seconds = indent.length === 2 && TIMES.has(name) && rest.match(/^: (\d{1,11}),?$/)?.[1]
      return element('span', { className: 'line' }, [
        indent,
        element('span', { text: name, className: 'name' }),
        seconds ? element('span', { text: rest, 'data-time': dateAndClock(Number(seconds)) }) : rest,
        '\n',
      ])
    })
}

/** Returns a time in UTC, as the findings of `inspect` have it: "13:00:00 UTC" today, with the date on another day. */
export function clock(seconds) {
  const text = dateAndClock(seconds)
  const today = `${new Date().toISOString().slice(0, 10)} `
  return text.startsWith(today) ? text.slice(today.length) : text
}

export function dateAndClock(seconds) {
  const time = new Date(seconds * 1000)
  return Number.isNaN(time.getTime()) ? 'no time' : `${time.toISOString().slice(0, -5).replace('T', ' ')} UTC`
}

/** "3 min", "1 h 4 min" or "2 days". */
export function span(seconds) {
  const [days, hours, minutes] = [86_400, 3600, 60].map((unit) => Math.floor(seconds / unit))
  if (days >= 2) return `${days} days`
  if (hours > 0) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`
}

/** Text in which `code` is set as code. */
export function prose(text) {
  return text.split('`').map((part, index) => (index % 2 ? element('code', { text: part }) : part))
}
