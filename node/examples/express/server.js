'use strict'

// The token server of Twilio's Sync guide, with grantmint in the place of Twilio's helper library.
//
// DEMONSTRATION ONLY: like the guide's server, it makes up an identity and gives a token to anybody who asks. A real
// server decides who is asking first (a session, a login) and puts that user's own identity into the token.

const { randomInt } = require('node:crypto')
const path = require('node:path')
const express = require('express')
const { AccessToken } = require('grantmint')

// What is set in the environment wins over the file.
require('dotenv').config({ path: path.join(__dirname, '.env'), quiet: true })

const { credentials, missing } = readCredentials(process.env)
const app = express()
app.disable('x-powered-by')
app.use(securityHeaders)
app.use(express.static(path.join(__dirname, 'public')))

app.get('/token', (req, res) => {
  // A token in a cache is a token for whoever asks next.
  res.set('Cache-Control', 'no-store')

  // A real server answers 401 here unless it knows who is asking; `identity` is then that user's, not a random one.
  const identity = randomIdentity()

  const token = new AccessToken(credentials.accountSid, credentials.keySid, credentials.secret)
  token.addGrant(new AccessToken.SyncGrant({ serviceSid: credentials.syncServiceSid }))
  token.identity = identity

  res.json({ identity, token: token.toJwt() })
})

// The page says so when its token is only for show.
app.get('/status', (req, res) => {
  res.set('Cache-Control', 'no-store').json({ demoCredentials: missing.length > 0 })
})

// Four parameters make it Express's error handler. The reason belongs on the server's console, not in the answer.
app.use((error, req, res, next) => {
  if (res.headersSent) return next(error)
  const status = error.status ?? 500
  if (status >= 500) console.error(`${req.method} ${req.path}: ${error.message}`)
  res.status(status).json({ error: status >= 500 ? 'The server failed; its console says why.' : 'Bad request.' })
})

if (require.main === module) start(process.env.PORT || '3000', process.env.HOST || 'localhost')

function readCredentials(env) {
  const names = ['TWILIO_ACCOUNT_SID', 'TWILIO_API_KEY', 'TWILIO_API_SECRET', 'TWILIO_SYNC_SERVICE_SID']
  const missing = names.filter((name) => !env[name])

  // All or none: a real SID beside a fake secret would look right until Twilio refuses the token.
  const hex = '0123456789abcdef'.repeat(2)
  const fakes = [`AC${hex}`, `SK${hex}`, 'fake-secret-for-demonstration-only-0000', `IS${hex}`]
  const [accountSid, keySid, secret, syncServiceSid] = missing.length ? fakes : names.map((name) => env[name])

  return { credentials: { accountSid, keySid, secret, syncServiceSid }, missing }
}

function securityHeaders(req, res, next) {
  res.set({
    // The page needs its own script, style, icon and fetch(), and nothing else from anywhere.
    'Content-Security-Policy': [
      "default-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "object-src 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  })
  next()
}

/** A friendly name such as "QuietOtter4821". The digits make it unlikely that two visitors share one. */
function randomIdentity() {
  const moods = ['Brave', 'Calm', 'Clever', 'Gentle', 'Jolly', 'Lucky', 'Nimble', 'Proud', 'Quiet', 'Sunny', 'Witty']
  const animals = ['Badger', 'Falcon', 'Heron', 'Lynx', 'Marten', 'Otter', 'Panda', 'Robin', 'Seal', 'Tapir', 'Wren']
  const pick = (list) => list[randomInt(list.length)]
  return pick(moods) + pick(animals) + randomInt(1000, 10000)
}

function start(port, host) {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) return refuse(`PORT must be 0 to 65535, not "${port}".`)

  const server = app.listen(Number(port), host, (error) => {
    if (error?.code === 'EADDRINUSE') return refuse(`Port ${port} is already in use: choose another one with PORT.`)
    if (error) return refuse(`The server could not start: ${error.message}.`)
    announce(addressOf(server, host))
  })

  // Once: a second Ctrl+C does not wait.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop(server))
}

function refuse(sentence) {
  console.error(sentence)
  process.exitCode = 1
}

/** The address to open in a browser on this machine; with PORT=0 only the server knows its port. */
function addressOf(server, host) {
  const everywhere = host === '0.0.0.0' || host === '::'
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${server.address().port}/`
}

async function announce(address) {
  if (missing.length > 0) {
    console.log(`Not set: ${missing.join(', ')}.`)
    console.log('Using fake credentials for everything: Twilio will not accept these tokens. See .env.example.\n')
  }
  console.log('Demonstration only: this server gives a token to anybody. A real one decides who is asking first.\n')
  console.log(`Token server: ${address}`)

  // Over HTTP like any client, so that what is printed is what a client gets.
  try {
    const response = await fetch(`${address}token`)
    const { identity, token, error } = await response.json()
    console.log(response.ok ? `\nA token for ${identity}:\n${token}` : `\nNo token: ${error}`)
  } catch (error) {
    console.error(`\nThe server does not reach itself: ${error.cause?.message ?? error.message}`)
  }
}

function stop(server) {
  server.close()
  // Browsers keep spare connections open that would hold the server up.
  setTimeout(() => server.closeAllConnections(), 1000).unref()
}
