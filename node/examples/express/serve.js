'use strict'

// Starts a server, alone or as several processes, says where it is, and stops it without dropping a request.

const cluster = require('node:cluster')
const net = require('node:net')
const path = require('node:path')
const { GrantmintError } = require('grantmint')
const { EVERYWHERE, SettingsError, readSettings } = require('./settings.js')

/** How long a request may still take once the server was asked to stop, in milliseconds. */
const GRACE = 10_000

/** How long a connection without a request stays open then: its client may be sending one, and would not repeat it. */
const LINGER = 1000

function main(createApp, { guide = false } = {}) {
  // The environment takes precedence over the file.
  require('dotenv').config({ path: path.join(__dirname, '.env'), quiet: true })
  try {
    const settings = { ...readSettings(process.env), guide }
    // Also in the process that only leads the others: bad credentials are found before there is any worker.
    const app = createApp(settings)
    if (settings.workers > 1 && cluster.isPrimary) startWorkers(settings)
    else startServer(app, settings)
  } catch (error) {
    if (error instanceof SettingsError) return refuse(error.message)
    // These messages name the credential that is wrong, and never repeat a secret.
    if (error instanceof GrantmintError) return refuse(`The credentials cannot be used: ${error.message}.`)
    throw error
  }
}

function startServer(app, settings) {
  const { port, host } = settings
  const server = app.listen(port, host, (error) => {
    if (error?.code === 'EADDRINUSE') return refuse(`Port ${port} is already in use: choose another one with PORT.`)
    if (error) return refuse(`The server could not start: ${error.message}.`)
    if (cluster.isPrimary) announce(settings, server.address().port)
  })

  const stop = stopper(server)
  // Once: a second Ctrl+C does not wait.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)
}

/** Accepts no new connection, answers what the others ask meanwhile, each for a last time, then closes idle ones. */
function stopper(server) {
  let inFlight = 0
  let stopping = false
  let lingering = true
  const closeIfIdle = () => stopping && !lingering && inFlight === 0 && server.closeAllConnections()

  server.prependListener('request', (req, res) => {
    inFlight++
    // The client sends its next request to another process.
    if (stopping) res.setHeader('Connection', 'close')
    res.once('close', () => {
      inFlight--
      // Not before the last bytes have left.
      setImmediate(closeIfIdle)
    })
  })

  return () => {
    if (stopping) return
    stopping = true
    // The method of http.Server would close idle connections at once, and lose requests that are on their way.
    net.Server.prototype.close.call(server, () => cluster.worker?.disconnect())
    setTimeout(() => {
      lingering = false
      closeIfIdle()
    }, LINGER).unref()
    setTimeout(() => server.closeAllConnections(), GRACE).unref()
  }
}

/** Several processes share the port. One that dies is replaced; if the first one cannot start, none will. */
function startWorkers(settings) {
  let stopping = false
  let listening = 0
  let ended = []
  // All of them must read the cookies that any of them signed.
  const fork = () => cluster.fork({ SESSION_SECRET: settings.sessionKeys.join(',') })

  cluster.on('listening', (worker, { port }) => {
    listening++
    if (listening === 1) for (let count = 1; count < settings.workers; count++) fork()
    // Not before all are there: a port that was chosen by the system lives as long as one of them holds it.
    if (listening !== settings.workers) return
    console.log(`${settings.workers} processes share the work.\n`)
    announce(settings, port)
  })

  // A session that one of them ended is over for all, later ones included.
  cluster.on('message', (from, message) => {
    if (!message?.ended) return
    ended = [...ended.filter(({ until }) => until > Date.now() / 1000), ...message.ended]
    for (const worker of Object.values(cluster.workers)) if (worker !== from) worker.send(message)
  })
  cluster.on('online', (worker) => ended.length > 0 && worker.send({ ended }))

  cluster.on('exit', (worker, code, signal) => {
    if (stopping) return
    if (listening === 0) return void (process.exitCode = code || 1)
    console.error(`A worker ended (${signal ?? `exit code ${code}`}). Another one takes its place.`)
    // A second apart, should it die again and again.
    setTimeout(() => stopping || fork(), 1000)
  })

  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      stopping = true
      // Never SIGINT: a terminal's Ctrl+C reaches the workers too, and they take a second one for impatience.
      for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM')
    })
  }
  fork()
}

function refuse(sentence) {
  console.error(sentence)
  process.exitCode = 1
  // A worker would otherwise wait for its leader's messages.
  cluster.worker?.disconnect()
}

async function announce(settings, port) {
  const { host, production } = settings
  const address = addressOf(host, port)
  // A log is no place for a token that opens something.
  if (production) return console.log(`Token server: ${address}`)
  console.log(welcome(settings, address))

  // Fetched over HTTP, so that the printed token is the one that a client receives.
  try {
    const { identity, token, error } = await (await fetch(`${address}token`)).json()
    console.log(token ? `A token for ${identity}:\n${token}` : `No token: ${error}`)
  } catch (error) {
    console.error(`The server does not reach itself: ${error.cause?.message ?? error.message}`)
  }
}

/** Returns the text for a newcomer: the address first, the details below. */
function welcome({ missing, demoSignIn, guide, port: asked }, address) {
  const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[22m` : text)
  const anybody = 'Demonstration only: this server gives a token to anybody, as the guest of a random name.'
  const lines = [
    '',
    `  ${bold(`Open this: ${address}`)}`,
    '',
    `  In a terminal:  curl ${address}token`,
    `  To stop:        Ctrl+C. ${asked === 3000 ? 'PORT=8080 chooses another port.' : 'PORT chooses the port.'}`,
    `  Settings:       ${path.join(__dirname, '.env.example')} describes them; copy it to .env.`,
    guide
      ? '  For production: npm start (make demo) starts server.js, which asks who is there first.'
      : '  Also:           npm run guide (make demo-guide) starts the short server of Twilio’s guide.',
    '',
  ]
  if (missing.length > 0) {
    lines.push(`Not set: ${missing.join(', ')}.`)
    lines.push('Using fake credentials for everything: Twilio will not accept these tokens.')
  }
  if (demoSignIn || guide) lines.push(`${anybody} A real one decides who is asking first.`)
  else lines.push('The credentials are real, so nobody can sign in yet: add your own login, or set DEMO_SIGN_IN=1.')
  return [...lines, ''].join('\n')
}

/** The address to open in a browser on this machine; with PORT=0 only the server knows its port. */
function addressOf(host, port) {
  const name = EVERYWHERE.has(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}/`
}

module.exports = { main }
