// Starts and ends workers that load the package: `node cycle.cjs <package> <how many> [main]`. With `main`, the main thread
// has loaded it, too; without, every worker may be the one that loads the native module, and the last to leave it.

const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')

const CREDENTIALS = {
  accountSid: `AC${'a0'.repeat(16)}`,
  keySid: `SK${'b1'.repeat(16)}`,
  secret: 'fake-secret-'.repeat(4),
}

if (isMainThread) main(...process.argv.slice(2))
else work(workerData)

function work({ path, turn }) {
  const { Issuer, Verifier, VideoGrant, inspect } = require(path)
  const issuer = new Issuer({ ...CREDENTIALS, grants: [new VideoGrant()] })
  const identity = `user-${turn}`
  const token = issuer.mint(identity)
  const claims = new Verifier({ secret: CREDENTIALS.secret }).verify(token)
  const right = claims.identity === identity && inspect(token).sound
  // Every third is ended with the threads of mintMany at work.
  if (turn % 3 === 0) issuer.mintMany(Array.from({ length: 5000 }, () => identity)).catch(() => {})
  parentPort.postMessage(right ? identity : 'wrong')
}

async function main(path, count, how) {
  if (how === 'main') require(path)
  let turn = 0
  let right = 0
  const next = async () => {
    while (turn < Number(count)) {
      const mine = turn++
      if ((await answer({ path, turn: mine })) === `user-${mine}`) right++
    }
  }
  // Four at a time, so that one loads while another unloads.
  await Promise.all([next(), next(), next(), next()])
  console.log(`${right} of ${count}`)
}

function answer(data) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: data })
    let found
    worker.once('error', reject)
    worker.once('exit', () => resolve(found))
    // Half of them end by themselves.
    worker.once('message', (message) => {
      found = message
      if (data.turn % 2) worker.terminate()
    })
    // Deno's workers do not always say that they have ended.
    if (globalThis.Deno) worker.once('message', () => setTimeout(resolve, 20, found))
  })
}
