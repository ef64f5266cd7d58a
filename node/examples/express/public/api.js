// The page's requests to its server.

/** A failure with words for the visitor. */
export class Problem extends Error {
  constructor(title, text, status) {
    super(title)
    this.text = text
    this.status = status
  }
}

/** The answer's body, and the server's clock. */
export async function ask(path, method = 'GET', body) {
  const request = { method, cache: 'no-store', signal: AbortSignal.timeout(10_000) }
  if (body !== undefined) {
    request.headers = { 'Content-Type': 'application/json' }
    request.body = JSON.stringify(body)
  }

  let response
  try {
    response = await fetch(path, request)
  } catch {
    throw new Problem('The server does not answer.', 'Is it still running?')
  }
  if (response.status === 401) throw signedOut()
  if (!response.ok) {
    const reason = response.status < 500 && (await response.json().catch(() => undefined))?.error
    throw new Problem(
      `The server answered with status ${response.status}.`,
      reason || 'Its console says why.',
      response.status,
    )
  }
  try {
    return { body: await response.json(), date: Date.parse(response.headers.get('date')) }
  } catch {
    throw unreadable()
  }
}

export function signedOut() {
  // The code by which the keeper knows that only a sign-in helps.
  return Object.assign(new Problem('You are signed out.', 'Sign in to get a token.', 401), { code: 'signed_out' })
}

export function unreadable() {
  return new Problem(
    'The answer is not an Access Token.',
    'The page expected an identity and a token from this server.',
  )
}
