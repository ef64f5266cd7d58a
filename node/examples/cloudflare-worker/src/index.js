// A token server on Cloudflare Workers: POST /login signs in, GET /token returns a token for the signed-in user.
//
// The sign-in is a demonstration: it believes any name. Replace it with your own.

import { Issuer, VideoGrant } from 'grantmint'
import { nameIn, sign } from './session.js'

const SESSION_SECONDS = 12 * 3600

// A cache would give the token to the next user.
const headers = { 'Cache-Control': 'no-store' }

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url)
    if (request.method === 'POST' && pathname === '/login') return login(request, env)
    if (request.method === 'GET' && pathname === '/token') return token(request, env)
    return new Response(null, { status: 404, headers })
  },
}

async function login(request, env) {
  // A form of another site cannot send this type.
  const isJson = request.headers.get('Content-Type')?.startsWith('application/json')
  if (!isJson) return new Response(null, { status: 415, headers })
  const { name } = await request.json().catch(() => ({}))
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) return new Response(null, { status: 400, headers })
  const session = await sign(env.SESSION_SECRET, name, SESSION_SECONDS)
  const cookie = `session=${session}; HttpOnly; Max-Age=${SESSION_SECONDS}; Path=/; SameSite=Lax; Secure`
  return new Response(null, { status: 204, headers: { ...headers, 'Set-Cookie': cookie } })
}

async function token(request, env) {
  const [, session] = request.headers.get('Cookie')?.match(/(?:^|; )session=([^;]+)/) ?? []
  const identity = await nameIn(env.SESSION_SECRET, session)
  if (identity === undefined) return Response.json({ error: 'Sign in first.' }, { status: 401, headers })
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
