import { cookies } from 'next/headers'
import { answer, otherHost } from '../../lib/answers.js'
import { getIssuer } from '../../lib/issuer.js'
import { nameIn } from '../../lib/session.js'

// The native module needs it, and it is the default.
export const runtime = 'nodejs'

/** Returns a token for the user who is signed in. */
export async function GET(request) {
  const refused = otherHost(request)
  if (refused) return refused
  const identity = nameIn((await cookies()).get('session')?.value)
  if (identity === undefined) return answer({ error: 'Sign in first.' }, 401)
  const { token, expiresAt, renewAt } = getIssuer().issue(identity)
  return answer({ identity, token, expiresAt, renewAt })
}
