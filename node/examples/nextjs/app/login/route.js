import { cookies } from 'next/headers'
import { answer, otherHost } from '../../lib/answers.js'
import { sign } from '../../lib/session.js'

const SECONDS = Number(process.env.SESSION_SECONDS || 8 * 3600)
const MAX_BODY = 4096

/** Signs a user in. It believes any name: replace it with your own sign-in. */
export async function POST(request) {
  const refused = otherHost(request)
  if (refused) return refused
  if (process.env.DEMO_SIGN_IN !== '1') {
    return answer({ error: 'There is no sign-in here: add your own, or set DEMO_SIGN_IN=1 to try this one.' }, 404)
  }
  // A form of another site cannot send this type.
  if (!request.headers.get('content-type')?.startsWith('application/json')) return answer({ error: 'Send JSON.' }, 415)
  const body = await readBody(request)
  if (body === undefined) return answer({ error: 'That is too large.' }, 413)
  const name = nameOf(body)
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) return answer({ error: 'Send {"name": "..."}.' }, 400)
  const options = { httpOnly: true, maxAge: SECONDS, path: '/', sameSite: 'lax', secure: true }
  ;(await cookies()).set('session', sign(name, SECONDS), options)
  return new Response(null, { status: 204 })
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
