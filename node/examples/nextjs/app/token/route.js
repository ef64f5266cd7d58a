import { cookies } from 'next/headers'
import { getIssuer } from '../../lib/issuer.js'
import { nameIn } from '../../lib/session.js'

// The native module needs it, and it is the default.
export const runtime = 'nodejs'

/** Returns a token for the user who is signed in. */
export async function GET() {
  const identity = nameIn((await cookies()).get('session')?.value)
  // A cache would give the token to the next user.
  const headers = { 'Cache-Control': 'no-store' }
  if (identity === undefined) return Response.json({ error: 'Sign in first.' }, { status: 401, headers })
  const { token, expiresAt, renewAt } = getIssuer().issue(identity)
  return Response.json({ identity, token, expiresAt, renewAt }, { headers })
}
