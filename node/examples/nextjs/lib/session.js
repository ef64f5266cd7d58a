import { createHmac, timingSafeEqual } from 'node:crypto'

/** Returns the value of a session cookie: the expiry and the name with their signature. */
export function sign(name, seconds) {
  const session = `${nowInSeconds() + seconds}:${name}`
  return `${session}.${signatureOf(session)}`
}

/** Returns the name in a session cookie, or `undefined` unless it is signed and has not expired. */
export function nameIn(cookie = '') {
  const [, session, signature] = cookie.match(/^(.+)\.([^.]+)$/) ?? []
  if (session === undefined) return undefined
  const [given, expected] = [Buffer.from(signature), Buffer.from(signatureOf(session))]
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const [, expires, name] = session.match(/^(\d+):(.+)$/)
  return nowInSeconds() < Number(expires) ? name : undefined
}

function signatureOf(session) {
  const secret = process.env.SESSION_SECRET
  if (!secret) throw new Error('the environment variable SESSION_SECRET is not set')
  if (secret.length < 32) throw new Error('SESSION_SECRET must have at least 32 characters')
  return createHmac('sha256', secret).update(session).digest('base64url')
}

function nowInSeconds() {
  return Math.floor(Date.now() / 1000)
}
