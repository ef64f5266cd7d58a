const hosts = ['localhost', '127.0.0.1', ...(process.env.ALLOWED_HOSTS ?? '').split(',')].filter(Boolean)

/** Returns a JSON response, which no cache may give to the next user. */
export function answer(body, status = 200) {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } })
}

/**
 * Returns the rejection of a request for another host, or `undefined`. Otherwise a page of another site could give its own
 * name this server's address (DNS rebinding), and read the token.
 */
export function otherHost(request) {
  const host = request.headers.get('host')?.replace(/:\d+$/, '')
  return hosts.includes(host) ? undefined : answer({ error: 'This server does not serve that host.' }, 400)
}
