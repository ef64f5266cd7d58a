'use strict'

// The session: a signed cookie with the user's login, its own expiry and an id, so that signing out can end it.

const { randomUUID } = require('node:crypto')

/** Ids of sessions that were signed out before their expiry, with that expiry. A restart forgets them. */
const ended = new Map()

// With several processes, serve.js passes on what the others report.
process.on('message', (message) => message?.ended?.forEach(remember))

/** Sets `req.session` and `req.login` for a valid session. */
function readSession(req, res, next) {
  // False if the cookie was changed, undefined if there is none.
  const session = req.signedCookies.session
  if (session && session.until > now() && session.id && !ended.has(session.id)) {
    req.session = session
    req.login = session.login
  }
  next()
}

/** Signs `login` in, for `seconds` at most. */
function startSession(req, res, login, seconds) {
  req.session = { id: randomUUID(), login, until: now() + seconds }
  req.login = login
  // Lax: another site's page cannot ask in the visitor's name. Secure wherever HTTPS brought the request.
  const options = { httpOnly: true, sameSite: 'lax', secure: req.secure, signed: true }
  res.cookie('session', req.session, { ...options, maxAge: seconds * 1000 })
}

/** Signs out: clears the cookie, and rejects every copy of it from now on. */
function endSession(req, res) {
  if (req.session) {
    const { id, until } = req.session
    remember({ id, until })
    process.send?.({ ended: [{ id, until }] })
  }
  req.session = req.login = undefined
  res.clearCookie('session')
}

function remember({ id, until }) {
  for (const [other, expiry] of ended) if (expiry <= now()) ended.delete(other)
  ended.set(id, until)
}

function now() {
  return Date.now() / 1000
}

module.exports = { endSession, readSession, startSession }
