import { cookies } from 'next/headers'
import { sign } from '../../lib/session.js'

const SECONDS = 12 * 3600

/** Signs a user in. It believes any name: replace it with your own sign-in. */
export async function POST(request) {
  // A form of another site cannot send this type.
  if (!request.headers.get('content-type')?.startsWith('application/json')) return new Response(null, { status: 415 })
  const { name } = await request.json().catch(() => ({}))
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) return new Response(null, { status: 400 })
  const options = { httpOnly: true, maxAge: SECONDS, path: '/', sameSite: 'lax', secure: true }
  ;(await cookies()).set('session', sign(name, SECONDS), options)
  return new Response(null, { status: 204 })
}
