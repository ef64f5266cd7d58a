// A substitute for the endpoint of Twilio's Sync SDK, with the part of its protocol that concerns tokens.
//
// A message is one binary WebSocket frame: "TWILSOCK V3.0 <bytes of the header>\r\n", a JSON header, "\r\n", a payload.
// The client opens with `init`, which carries its token, and hands a new one over with `update`; each gets a `reply` with a
// status. The server warns with `client_update`, and ends a session with `close`: status 410 says that the token expired.
// (From the sources of the npm package twilsock 1.0: parser, packetinterface, twilsock.)

import { once } from 'node:events'
import { errors, jwtVerify } from 'jose'
import { WebSocketServer } from 'ws'

/**
 * Listens on a free port of this machine until the test `t` ends. Accepts the tokens that `secret` signed.
 * `respond({ method, path, params, body })` answers the requests that the SDK sends over its connection, and
 * returns `{ body, then }`: `then()` runs after the answer was sent. It returns undefined for a resource that is missing.
 */
export async function standIn(t, secret, respond = () => undefined) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const key = new TextEncoder().encode(secret)

  const twilio = {
    uri: `ws://127.0.0.1:${server.address().port}/v3/wsconnect`,
    /** One entry per WebSocket, in order: its socket, and the headers of the received messages. */
    connections: [],
    /** The tokens that were presented, each with the method that carried it and the status that it got. */
    presented: [],
    /** The status for every token, regardless of its signature. */
    verdict: undefined,

    aboutToExpire: () => twilio.send({ method: 'client_update', client_update_type: 'token_about_to_expire' }),
    expired: () => twilio.send({ method: 'close', status: { code: 410, status: 'TOKEN_EXPIRED' } }),
    send(header, payload) {
      const { socket } = twilio.connections.at(-1)
      socket.send(packet({ id: `TM${crypto.randomUUID()}`, ...header }, payload))
    },
  }

  server.on('connection', (socket) => {
    const received = []
    twilio.connections.push({ socket, received })
    socket.on('message', async (data, isBinary) => {
      const { header, payload } = (isBinary && parse(data)) || {}
      if (!header) return socket.close(1003)
      received.push(header)

      if (header.method === 'close') return socket.close()
      if (header.method === 'message') return answer(socket, header, respond({ ...header.http_request, body: payload }))
      if (header.method !== 'init' && header.method !== 'update') return
      const { id, method, token } = header
      const status = twilio.verdict ?? (await judge(token, key))
      twilio.presented.push({ method, token, code: status.code })
      const capabilities = ['client_update']
      // Where the SDKs cache: without a place for it, Sync does without a cache, and Conversations logs a warning.
      const offline_storage = { ip_messaging: { storage_id: 'OS0' } }
      socket.send(packet({ method: 'reply', id, status, capabilities, continuation_token: 'none', offline_storage }))
    })
  })

  t.after(() => {
    for (const socket of server.clients) socket.terminate()
    return new Promise((resolve) => server.close(resolve))
  })
  return twilio
}

/** As Twilio would: 20104 for a token that expired, 20107 for a wrong signature, 20101 for anything else. */
async function judge(token, key) {
  try {
    await jwtVerify(token, key, { algorithms: ['HS256'], requiredClaims: ['iss', 'sub', 'exp', 'grants'] })
    return { code: 200, status: 'OK' }
  } catch (error) {
    const errorCode = [
      [errors.JWTExpired, 20104],
      [errors.JWSSignatureVerificationFailed, 20107],
    ].find(([type]) => error instanceof type)
    return {
      code: 401,
      status: 'UNAUTHORIZED',
      errorCode: errorCode?.[1] ?? 20101,
      description: 'Invalid Access Token',
    }
  }
}

/** Answers a request for a resource. The envelope arrived, whatever is inside. */
function answer(socket, { id }, found) {
  const http_status = found ? { code: 200, status: 'OK' } : { code: 404, status: 'NOT_FOUND' }
  socket.send(packet({ method: 'reply', id, status: { code: 200, status: 'OK' }, http_status }, found?.body ?? {}))
  found?.then?.()
}

function packet(header, payload) {
  const body = payload === undefined ? '' : JSON.stringify(payload)
  const type = body && { payload_type: 'application/json' }
  const json = JSON.stringify({ ...header, ...type, payload_size: Buffer.byteLength(body) })
  return Buffer.from(`TWILSOCK V3.0 ${Buffer.byteLength(json)}\r\n${json}\r\n${body}`)
}

/** The header and the payload, or undefined if these are not the protocol's bytes. */
function parse(data) {
  const text = data.toString('utf8')
  const [magic, length] = text.match(/^TWILSOCK V3\.0 (\d+)\r\n/) ?? []
  if (!magic) return undefined
  const rest = data.subarray(magic.length)
  const header = JSON.parse(rest.subarray(0, Number(length)).toString('utf8'))
  const payload = rest.subarray(Number(length) + 2).toString('utf8')
  return header.payload_size === Buffer.byteLength(payload)
    ? { header, payload: payload && JSON.parse(payload) }
    : undefined
}
