// A local stand-in for AWS Lambda and its HTTP API: HTTP requests become events (payload version 2.0), which the function's process
// fetches from the runtime API, https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

import { once } from 'node:events'
import { createServer } from 'node:http'

/** Starts the stand-in. Returns the address of the runtime API, and of the HTTP API with its JWT authorizer. */
export async function standIn(t) {
  const waiting = []
  const events = []
  const pending = new Map()
  const errors = []
  let count = 0

  const give = () => {
    while (waiting.length > 0 && events.length > 0) {
      const { id, event } = events.shift()
      const headers = {
        'Content-Type': 'application/json',
        'Lambda-Runtime-Aws-Request-Id': id,
        'Lambda-Runtime-Deadline-Ms': String(Date.now() + 3000),
        'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:us-east-1:123456789012:function:token',
        'Lambda-Runtime-Trace-Id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
      }
      waiting.shift().writeHead(200, headers).end(JSON.stringify(event))
    }
  }

  const runtime = await listen(t, async (request, response) => {
    const [, id, what] = request.url.match(/^\/2018-06-01\/runtime\/(?:invocation\/([^/]+)|init)(?:\/(\w+))?$/) ?? []
    if (id === 'next' && request.method === 'GET') {
      waiting.push(response)
      return give()
    }
    const body = await read(request)
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}')
    if (what === 'response') return pending.get(id)(JSON.parse(body))
    errors.push(body)
    pending.get(id)?.({ statusCode: 500, body: '{"message":"Internal Server Error"}' })
  })

  const api = await listen(t, async (request, response) => {
    const url = new URL(request.url, 'http://localhost')
    const id = `request-${count++}`
    // The authorizer's verdict; what a client sends cannot reach these claims.
    const sub = request.headers.authorization?.match(/^Bearer (.+)$/)?.[1]
    const event = {
      version: '2.0',
      routeKey: `${request.method} ${url.pathname}`,
      rawPath: url.pathname,
      rawQueryString: url.search.slice(1),
      headers: request.headers,
      requestContext: {
        http: { method: request.method, path: url.pathname, sourceIp: '127.0.0.1' },
        requestId: id,
        ...(sub && { authorizer: { jwt: { claims: { sub: decodeURIComponent(sub) }, scopes: null } } }),
      },
      body: (await read(request)) || undefined,
      isBase64Encoded: false,
    }
    const answered = new Promise((resolve) => pending.set(id, resolve))
    events.push({ id, event })
    give()
    const { statusCode, headers, body } = await answered
    response.writeHead(statusCode, headers).end(body)
  })
  return { runtime: `127.0.0.1:${runtime}`, api, errors }
}

async function listen(t, handle) {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return server.address().port
}

async function read(request) {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}
