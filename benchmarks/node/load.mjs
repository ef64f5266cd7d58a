// node node/load.mjs <url> <connections> <seconds>: requests for many identities' tokens, as fast as they are answered.

import autocannon from 'autocannon'
import { identities } from './workload.mjs'

const [url, connections, duration] = process.argv.slice(2)
const { requests, latency, errors, timeouts, non2xx } = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(duration),
  requests: identities.map((identity) => ({ path: `/token?identity=${identity}` })),
})
const failed = errors + timeouts + non2xx
console.log(JSON.stringify({ requests: requests.total / duration, p50: latency.p50, p99: latency.p99, failed }))
