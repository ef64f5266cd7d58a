'use strict'

// The token server of Twilio's Sync guide, with grantmint in the place of Twilio's helper library.
//
// DEMONSTRATION ONLY: like the guide's server, it makes up an identity and gives a token to anybody who asks. server.js
// beside it decides who is asking first.

const express = require('express')
const { AccessToken } = require('grantmint')
const { randomName } = require('./identity.js')
const { page } = require('./page.js')
const { main } = require('./serve.js')
const { SettingsError } = require('./settings.js')

function createApp(settings) {
  if (settings.production)
    throw new SettingsError('This server is for demonstration only. Use server.js in production.')

  const app = express()
  app.disable('x-powered-by')
  app.use(page(settings))

  app.get('/token', (req, res) => {
    const identity = randomName()

    const token = new AccessToken(settings.accountSid, settings.keySid, settings.secret)
    token.addGrant(new AccessToken.SyncGrant({ serviceSid: settings.syncServiceSid }))
    token.identity = identity

    // A cache would give the token to the next user.
    res.set('Cache-Control', 'no-store').json({ identity, token: token.toJwt() })
  })

  // The page asks for the server's abilities, and says when its token is only for show.
  app.get('/session', (req, res) => {
    res.set('Cache-Control', 'no-store')
    res.json({ demoCredentials: settings.demoCredentials, twilsockUri: settings.twilsockUri })
  })

  app.use((req, res) => res.status(404).json({ error: 'There is nothing here.' }))

  // Four parameters make it Express's error handler. The reason belongs on the server's console, not in the answer.
  app.use((error, req, res, next) => {
    if (res.headersSent) return next(error)
    const status = error.status ?? 500
    if (status >= 500) console.error(`${req.method} ${req.path}: ${error.message}`)
    const text = status >= 500 ? 'The server failed; its console says why.' : 'Bad request.'
    res.status(status).json({ error: error.forClient ? error.message : text })
  })

  return app
}

if (require.main === module) main(createApp, { guide: true })

module.exports = { createApp }
