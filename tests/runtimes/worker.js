// Mints in a worker, and in the main thread at the same time: both load the native module.

const { Worker, isMainThread, parentPort } = require('node:worker_threads')
const { AccessToken, Issuer, VideoGrant } = require('grantmint')

const NOW = 1_700_000_000
const credentials = {
  accountSid: `AC${'a0'.repeat(16)}`,
  keySid: `SK${'b1'.repeat(16)}`,
  secret: 'fake-secret-'.repeat(4),
}
const issuer = new Issuer({ ...credentials, grants: [new VideoGrant({ room: 'daily' })] })

async function mint() {
  const identities = Array.from({ length: 1000 }, (_, number) => `user-${number}`)
  const many = await issuer.mintMany(identities, { now: NOW })
  const refused = codeOf(() => new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice', ttl: 0 }).toJwt())
  const wrong = many.filter((token, number) => token !== issuer.mint(`user-${number}`, { now: NOW }))
  return { tokens: many, wrong: wrong.length, refused }
}

function codeOf(call) {
  try {
    call()
  } catch (error) {
    return error.code
  }
  return 'nothing was thrown'
}

if (isMainThread) main()
else mint().then((result) => parentPort.postMessage(result))

async function main() {
  const workers = Array.from({ length: 3 }, inWorker)
  const own = await mint()
  const results = [own, ...(await Promise.all(workers))]
  const right = results.every(
    ({ tokens, wrong, refused }) => String(tokens) === String(own.tokens) && wrong === 0 && refused === 'out_of_range',
  )
  console.log(right ? 'the same tokens' : JSON.stringify(results.map(({ wrong, refused }) => ({ wrong, refused }))))
}

function inWorker() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename)
    worker.once('message', (result) => worker.terminate().then(() => resolve(result)))
    worker.once('error', reject)
  })
}
