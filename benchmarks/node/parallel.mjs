// node node/parallel.mjs threads|cluster <workers>: an Issuer in each worker thread, or in each process of a cluster.

import cluster from 'node:cluster'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { issuer } from './contenders.mjs'
import { identities, serve } from './workload.mjs'

if (!isMainThread) {
  const mint = await issuer(workerData)
  parentPort.on('message', (milliseconds) => parentPort.postMessage(mintFor(mint, milliseconds)))
} else if (cluster.isWorker) {
  const mint = await issuer(JSON.parse(process.env.WORKLOAD))
  process.on('message', (milliseconds) => process.send(mintFor(mint, milliseconds)))
  process.send('ready')
} else {
  await serve(async (work) => {
    const [kind, count] = process.argv.slice(2)
    const start = { threads: startThread, cluster: startProcess }[kind]
    const workers = await Promise.all(Array.from({ length: Number(count) }, () => start(work)))
    const mint = await issuer(work)
    return async (milliseconds) => {
      const start = process.hrtime.bigint()
      const answers = await Promise.all(workers.map((ask) => ask(milliseconds)))
      const nanoseconds = Number(process.hrtime.bigint() - start)
      const tokens = answers.reduce((sum, tokens) => sum + tokens, 0)
      return { tokens, nanoseconds, token: mint(identities[0]), identity: identities[0] }
    }
  })
  process.exit()
}

function mintFor(mint, milliseconds) {
  const end = performance.now() + milliseconds
  let tokens = 0
  while (performance.now() < end) {
    for (const identity of identities) mint(identity)
    tokens += identities.length
  }
  return tokens
}

async function startThread(work) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: work })
  await once(worker, 'online')
  return async (milliseconds) => {
    worker.postMessage(milliseconds)
    const [tokens] = await once(worker, 'message')
    return tokens
  }
}

async function startProcess(work) {
  const worker = cluster.fork({ WORKLOAD: JSON.stringify(work) })
  await once(worker, 'message')
  return async (milliseconds) => {
    worker.send(milliseconds)
    const [tokens] = await once(worker, 'message')
    return tokens
  }
}
