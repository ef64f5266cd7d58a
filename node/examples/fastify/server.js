'use strict'

// A token server with Fastify: POST /login signs in, GET /token returns a token for the signed-in user.
//
// The sign-in is a demonstration: it believes any name. Put your own in its place.

const { setTimeout } = require('node:timers/promises')
const cookie = require('@fastify/cookie')
const Fastify = require('fastify')
const { Issuer, SyncGrant } = require('grantmint')

const SESSION_SECONDS = Number(process.env.SESSION_SECONDS || 8 * 3600)

const hex = '0123456789abcdef'.repeat(2)
const fakes = {
  TWILIO_ACCOUNT_SID: `AC${hex}`,
  TWILIO_API_KEY: `SK${hex}`,
  TWILIO_API_SECRET: 'fake-secret-for-demonstration-only-0000',
  TWILIO_SYNC_SERVICE_SID: `IS${hex}`,
  SESSION_SECRET: 'fake-session-secret-for-demonstration-only',
}

// All or none: a real SID beside a fake secret would look right until Twilio refuses the token.
const names = Object.keys(fakes)
const missing = names.filter((name) => !process.env[name])
const demo = missing.length === names.length
if (missing.length > 0 && !demo) {
  console.error(`Not set: ${missing.join(', ')}. Set all of them, or none for a demonstration.`)
  process.exit(1)
}
if (demo) console.log('Fake credentials, as none are set: Twilio will not accept these tokens.')

if (!demo && process.env.SESSION_SECRET.length < 32) {
  console.error('SESSION_SECRET must have at least 32 characters.')
  process.exit(1)
}

// The sign-in below believes any name. With real credentials, it works only if it is asked for.
const demoSignIn = demo || process.env.DEMO_SIGN_IN === '1'

// Other hosts are rejected. Otherwise a page of another site could give its own name this server's address (DNS
// rebinding), and read the token.
const hosts = ['localhost', '127.0.0.1', ...(process.env.ALLOWED_HOSTS ?? '').split(',')].filter(Boolean)

const settings = demo ? fakes : process.env
const issuer = new Issuer({
  accountSid: settings.TWILIO_ACCOUNT_SID,
  keySid: settings.TWILIO_API_KEY,
  secret: settings.TWILIO_API_SECRET,
  grants: [new SyncGrant({ serviceSid: settings.TWILIO_SYNC_SERVICE_SID })],
})

const app = Fastify({
  bodyLimit: 4096,
  // A name that is a number is no name.
  ajv: { customOptions: { coerceTypes: false } },
  return503OnClosing: false,
})
app.register(cookie, { secret: settings.SESSION_SECRET })

// A cache would give the token to the next user.
app.addHook('onRequest', async (request, reply) => {
  reply.header('Cache-Control', 'no-store')
  if (!hosts.includes(request.hostname)) return reply.code(400).send({ error: 'This server does not serve that host.' })
})

app.setNotFoundHandler((request, reply) => reply.code(404).send({ error: 'There is nothing here.' }))
app.setErrorHandler((error, request, reply) => {
  const status = error.statusCode ?? 500
  if (status >= 500) console.error(error)
  // A parser's message may repeat the request.
  return reply.code(status).send({ error: status >= 500 ? 'The server failed.' : 'Bad request.' })
})

// A JSON object alone, which no other site can make a browser send: a form cannot, and before a script does, the
// browser asks this server (CORS), which does not agree. Twilio reserves most punctuation in an identity.
const name = { type: 'string', pattern: '^[\\p{L}\\p{N}_.-]{1,64}$' }
const body = { type: 'object', required: ['name'], properties: { name } }

app.post('/login', { schema: { body } }, async (request, reply) => {
  if (!demoSignIn) {
    const error = 'There is no sign-in here: add your own, or set DEMO_SIGN_IN=1 to try this one.'
    return reply.code(404).send({ error })
  }
  // The expiry is under the signature too: a stolen cookie does not live on.
  const expires = nowInSeconds() + SESSION_SECONDS
  reply.setCookie('session', `${expires}:${request.body.name}`, {
    httpOnly: true,
    maxAge: SESSION_SECONDS,
    path: '/',
    sameSite: 'lax',
    // The demonstration is served without TLS.
    secure: !demo,
    signed: true,
  })
  return reply.code(204).send()
})

app.get('/token', async (request, reply) => {
  const identity = signedIn(request)
  if (!identity) return reply.code(401).send({ error: 'Sign in first.' })
  const { token, expiresAt, renewAt } = issuer.issue(identity)
  return { identity, token, expiresAt, renewAt }
})

/** The name in the session, if there is one, it is ours, and its time is not over. */
function signedIn(request) {
  const { valid, value } = request.unsignCookie(request.cookies.session ?? '')
  if (!valid) return undefined
  const [, expires, name] = value.match(/^(\d+):(.+)$/)
  return nowInSeconds() < Number(expires) ? name : undefined
}

function nowInSeconds() {
  return Math.floor(Date.now() / 1000)
}

// Closing ends idle connections at once, also those on which a request is on its way. For one second before that, each
// connection gets one more answer, with `Connection: close`.
app.addHook('preClose', () => setTimeout(1000))

// Once: a second Ctrl+C does not wait.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close())

app.listen({ port: Number(process.env.PORT || 3000), host: process.env.HOST || 'localhost' }).then(
  (address) => console.log(`Token server: ${address}/`),
  (error) => {
    console.error(`The server could not start: ${error.message}`)
    process.exitCode = 1
  },
)
