// Sessions in a cookie: the expiry and the name, signed with HMAC.

const encoder = new TextEncoder()
const ALGORITHM = { name: 'HMAC', hash: 'SHA-256' }

/** Returns the value of a session cookie. */
export async function sign(secret, name, seconds) {
  const session = `${nowInSeconds() + seconds}:${name}`
  const signature = await crypto.subtle.sign('HMAC', await keyOf(secret), encoder.encode(session))
  return `${session}.${toHex(new Uint8Array(signature))}`
}

/** Returns the name in a session cookie, or `undefined` unless it is signed and has not expired. */
export async function nameIn(secret, cookie = '') {
  const [, session, signature] = cookie.match(/^(\d+:[\w-]+)\.([0-9a-f]{64})$/) ?? []
  if (session === undefined) return undefined
  const isSigned = await crypto.subtle.verify('HMAC', await keyOf(secret), fromHex(signature), encoder.encode(session))
  const [expires, name] = session.split(':')
  return isSigned && nowInSeconds() < Number(expires) ? name : undefined
}

function keyOf(secret) {
  // Without this check, an unset binding would be the text "undefined".
  if (typeof secret !== 'string') throw new Error('the secret SESSION_SECRET is not set')
  if (secret.length < 32) throw new Error('the secret SESSION_SECRET must have at least 32 characters')
  return crypto.subtle.importKey('raw', encoder.encode(secret), ALGORITHM, false, ['sign', 'verify'])
}

function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function fromHex(text) {
  return Uint8Array.from(text.match(/../g), (byte) => Number.parseInt(byte, 16))
}

function nowInSeconds() {
  return Math.floor(Date.now() / 1000)
}
