'use strict'

// A token server as it should be in production: it knows who is asking before it vouches for anybody.
// Twilio's own guide has a shorter one, which does not: see server-guide.js.

const cookieParser = require('cookie-parser')
const express = require('express')
const { Issuer, SyncGrant, inspect } = require('grantmint')
const { identityOf, randomName } = require('./identity.js')
const { page } = require('./page.js')
const { main } = require('./serve.js')
const { endSession, readSession, startSession } = require('./session.js')

const MAX_NAME_LENGTH = 100

function createApp(settings) {
  const { accountSid, keySid, secret, region, ttl, syncServiceSid } = settings
  // Checked here, once: with credentials that cannot be right the server does not start.
  const grants = [new SyncGrant({ serviceSid: syncServiceSid })]
  const issuer = new Issuer({ accountSid, keySid, secret, region, ttl, grants })

  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', settings.trustProxy)
  app.use(page(settings))
  app.use(noStore, crossOrigin(settings.allowedOrigins), cookieParser(settings.sessionKeys), readSession)

  const startDemo = (req, res, login) => startSession(req, res, login, settings.sessionSeconds)
  // DEMONSTRATION ONLY: a stranger becomes a guest with a random name, as in Twilio's guide.
  const guest = (req, res, next) => {
    if (settings.demoSignIn && !hasCookie(req)) startDemo(req, res, randomName())
    next()
  }

  app.get('/token', guest, signedIn, (req, res) => {
    const { identity, token, expiresAt, renewAt } = issuer.issue(identityOf(req.login))
    res.json({ identity, token, expiresAt, renewAt })
  })

  // The signed-in user and the server's abilities. Always 200: a stranger is not an error here.
  app.get('/session', (req, res) => {
    const { demoCredentials, demoSignIn, twilsockUri } = settings
    res.json({ ...describe(req.login), demoCredentials, demoSignIn, inspects: true, twilsockUri, region })
  })

  // DEMONSTRATION ONLY, and and off with real credentials unless DEMO_SIGN_IN=1: this believes any name. Put your own login in its
  // place; what it must do in the end is startSession().
  app.post('/session', express.json({ limit: '2kb' }), (req, res) => {
    if (!settings.demoSignIn) throw refusal(404, 'There is no sign-in here: this server expects your own.')
    const login = readName(req.body?.name ?? randomName())
    startDemo(req, res, login)
    res.json(describe(login))
  })

  app.delete('/session', (req, res) => {
    endSession(req, res)
    res.json(describe(undefined))
  })

  // The page explains a token by itself; this checks the signature, too, which only this server's own key can have made.
  // The token is neither logged nor kept.
  app.post('/inspect', signedIn, express.json({ limit: '64kb' }), (req, res) => {
    if (req.body?.token === undefined) throw refusal(400, 'Send a JSON object with a member "token".')
    const inspection = inspect(req.body.token)
    res.json(inspection.keySid === keySid ? inspect(req.body.token, { secret }) : inspection)
  })

  app.use((req, res) => res.status(404).json({ error: 'There is nothing here.' }))
  app.use(answerError)
  return app
}

/** Forbids caching: a cache would give the token to the next user. */
function noStore(req, res, next) {
  res.set('Cache-Control', 'no-store')
  next()
}

/** Pages of the listed origins may ask with their visitor's session; no page from elsewhere may change anything. */
function crossOrigin(allowedOrigins) {
  return (req, res, next) => {
    const origin = req.get('Origin')
    res.vary('Origin')

    if (allowedOrigins.has(origin)) {
      res.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true' })
      res.set('Cross-Origin-Resource-Policy', 'cross-origin')
      if (req.method === 'OPTIONS') {
        res.set({ 'Access-Control-Allow-Methods': 'GET, POST, DELETE', 'Access-Control-Allow-Headers': 'Content-Type' })
        return res.set('Access-Control-Max-Age', '600').status(204).end()
      }
    } else if (origin !== undefined && !['GET', 'HEAD'].includes(req.method)) {
      // Browsers name the origin of every such request, and no page can forge it.
      if (origin !== `${req.protocol}://${req.host}`) throw refusal(403, 'This origin is not allowed.')
    }
    next()
  }
}

/** True also for a cookie that was changed, has expired or was signed out: its owner is no new guest. */
function hasCookie(req) {
  return req.cookies.session !== undefined || req.signedCookies.session !== undefined
}

function signedIn(req, res, next) {
  if (req.login === undefined) {
    // The next request of a demonstration's visitor comes without the useless cookie.
    if (hasCookie(req)) res.clearCookie('session')
    throw refusal(401, 'Sign in first.')
  }
  next()
}

function readName(name) {
  const login = typeof name === 'string' ? name.normalize('NFC').trim() : ''
  if (login === '' || login.length > MAX_NAME_LENGTH || !login.isWellFormed() || /\p{Cc}/u.test(login)) {
    throw refusal(400, `A name has 1 to ${MAX_NAME_LENGTH} characters.`)
  }
  return login
}

function describe(login) {
  return login === undefined ? { name: null, identity: null } : { name: login, identity: identityOf(login) }
}

/** An error whose message is for the client. */
function refusal(status, message) {
  return Object.assign(new Error(message), { status, forClient: true })
}

/** Four parameters make it Express's error handler. The reason of a failure belongs on the console, not in the answer. */
function answerError(error, req, res, next) {
  if (res.headersSent) return next(error)
  const status = error.status ?? 500
  if (status >= 500) console.error(`${req.method} ${req.path}: ${error.message}`)
  const words = { 413: 'That is too large.', 500: 'The server failed; its console says why.' }
  // A parser's message may repeat the request.
  res.status(status).json({ error: error.forClient ? error.message : (words[status] ?? 'Bad request.') })
}

if (require.main === module) main(createApp)

module.exports = { createApp }
