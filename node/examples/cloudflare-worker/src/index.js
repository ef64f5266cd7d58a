// A token server on Cloudflare Workers: POST /login signs in, GET /token returns a token for the signed-in user.
//
// The sign-in is a demonstration: it believes any name. Replace it with your own.

import { Issuer, VideoGrant } from 'grantmint'
import { nameIn, sign } from './session.js'

const SESSION_SECONDS = 8 * 3600
const MAX_BODY = 4096

// A cache would give the token to the next user.
const headers = { 'Cache-Control': 'no-store' }

export default {
  async fetch(request, env) {
    const { hostname, pathname } = new URL(request.url)
    if (!hostsOf(env).includes(hostname)) return refuse(400, 'This server does not serve that host.')
    if (request.method === 'POST' && pathname === '/login') return login(request, env)
    if (request.method === 'GET' && pathname === '/token') return token(request, env)
    return refuse(404, 'There is nothing here.')
  },
}

/** Other hosts are rejected. Otherwise a page of another site could send its visitors here under its own name. */
function hostsOf(env) {
  return ['localhost', '127.0.0.1', ...(env.ALLOWED_HOSTS ?? '').split(',')]
}

function refuse(status, error) {
  return Response.json({ error }, { status, headers })
}

async function login(request, env) {
  if (env.DEMO_SIGN_IN !== '1') {
    return refuse(404, 'There is no sign-in here: add your own, or set DEMO_SIGN_IN=1 to try this one.')
  }
  // A form of another site cannot send this type.
  const isJson = request.headers.get('Content-Type')?.startsWith('application/json')
  if (!isJson) return refuse(415, 'Send JSON.')
  const body = await readBody(request)
  if (body === undefined) return refuse(413, 'That is too large.')
  const name = nameOf(body)
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) return refuse(400, 'Send {"name": "..."}.')
  const seconds = Number(env.SESSION_SECONDS || SESSION_SECONDS)
  const session = await sign(env.SESSION_SECRET, name, seconds)
  const cookie = `session=${session}; HttpOnly; Max-Age=${seconds}; Path=/; SameSite=Lax; Secure`
  return new Response(null, { status: 204, headers: { ...headers, 'Set-Cookie': cookie } })
}

/** Returns the body as text, or `undefined` if it is too large. */
async function readBody(request) {
  const decoder = new TextDecoder()
  let [size, text] = [0, '']
  for await (const chunk of request.body ?? []) {
    size += chunk.length
    if (size > MAX_BODY) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}

function nameOf(body) {
  try {
    return JSON.parse(body).name
  } catch {
    return undefined
  }
}

async function token(request, env) {
  const [, session] = request.headers.get('Cookie')?.match(/(?:^|; )session=([^;]+)/) ?? []
  const identity = await nameIn(env.SESSION_SECRET, session)
  if (identity === undefined) return refuse(401, 'Sign in first.')
  const { token, expiresAt, renewAt } = issuerOf(env).issue(identity)
  return Response.json({ identity, token, expiresAt, renewAt }, { headers })
}

let issuer

/** Returns the issuer of this isolate. Bindings exist only in a request, and so does the clock. */
function issuerOf(env) {
  issuer ??= new Issuer({
    accountSid: env.TWILIO_ACCOUNT_SID,
    keySid: env.TWILIO_API_KEY,
    secret: env.TWILIO_API_SECRET,
    grants: [new VideoGrant({ room: 'daily' })],
  })
  return issuer
}
