// node node/arrivals.mjs <url> <requests a second> <seconds>: requests that arrive at a constant rate, whether the
// earlier ones are answered or not. A latency is counted from the time at which its request was due, so a request that
// has to wait for a slow one counts as slow, too. There are as many connections as needed, up to those of a balancer.

import net from 'node:net'
import { identities } from './workload.mjs'

// Latencies are counted in classes, each a tenth of a power of ten wide, from 0.1 ms to 100 s.
const CLASSES = 60
const SMALLEST = 0.1
const MOST_CONNECTIONS = 256

const [url, rate, seconds] = process.argv.slice(2)
const { hostname, port } = new URL(url)
const requests = identities.map(
  (identity) => `GET /token?identity=${identity} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`,
)
const total = Math.round(Number(rate) * Number(seconds))
const latencies = []
const idle = []
const waiting = []
let connections = 0
let sent = 0
let failed = 0

const start = performance.now()
while (sent < total) {
  const now = performance.now()
  const due = (number) => start + (number * 1000) / Number(rate)
  for (; sent < total && due(sent) <= now; sent++) waiting.push({ number: sent, due: due(sent) })
  sendWaiting()
  // Reads what has arrived, without a timer's millisecond.
  await new Promise(setImmediate)
}
// A request without an answer ten seconds later is lost.
for (const end = performance.now() + 10_000; latencies.length + failed < total && performance.now() < end; ) {
  await new Promise((resolve) => setTimeout(resolve, 10))
}
report()
process.exit()

function sendWaiting() {
  let next = 0
  for (; next < waiting.length && (idle.length > 0 || connections < MOST_CONNECTIONS); next++) {
    const connection = idle.pop() ?? connect()
    connection.due = waiting[next].due
    connection.socket.write(requests[waiting[next].number % requests.length])
  }
  waiting.splice(0, next)
}

function connect() {
  const connection = { socket: net.connect(Number(port), hostname).setNoDelay(), due: undefined, text: '' }
  connections++
  connection.socket.setEncoding('latin1')
  connection.socket.on('data', (text) => {
    connection.text += text
    const body = connection.text.indexOf('\r\n\r\n') + 4
    if (body < 4) return
    const length = Number(connection.text.slice(0, body).match(/\r\ncontent-length: (\d+)\r\n/i)[1])
    if (connection.text.length < body + length) return
    if (!connection.text.startsWith('HTTP/1.1 200 ')) failed++
    else latencies.push(performance.now() - connection.due)
    connection.text = ''
    connection.due = undefined
    idle.push(connection)
    sendWaiting()
  })
  connection.socket.on('error', () => {})
  connection.socket.on('close', () => {
    // One that is closed between two requests loses none.
    connections--
    if (connection.due !== undefined) failed++
    else idle.splice(idle.indexOf(connection), 1)
  })
  return connection
}

function report() {
  latencies.sort((one, other) => one - other)
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))]
  const classes = Array(CLASSES).fill(0)
  for (const latency of latencies) {
    const place = Math.floor(10 * Math.log10(latency / SMALLEST))
    classes[Math.min(CLASSES - 1, Math.max(0, place))]++
  }
  const [p50, p99, p999, longest] = [at(0.5), at(0.99), at(0.999), at(1)]
  const lost = total - latencies.length - failed
  console.log(JSON.stringify({ total, failed: failed + lost, connections, p50, p99, p999, longest, classes }))
}
