// node node/in_worker.mjs <contender>: mints in a process of workerd, and measures whole requests, each of many tokens.

import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { serve } from './workload.mjs'

const { default: workerd } = createRequire(import.meta.url)('workerd')
const [contender] = process.argv.slice(2)
const address = await start()

await serve(async (work) => {
  // A request itself takes less than a millisecond, but the first ones start the Worker.
  for (let request = 0; request < 3; request++) await mint(work, 1)
  let tokens = 1024
  while ((await mint(work, tokens)).nanoseconds < 25e6) tokens *= 2
  return async (milliseconds) => {
    const done = { tokens: 0, nanoseconds: 0 }
    while (done.nanoseconds < milliseconds * 1e6) {
      const { nanoseconds, ...answer } = await mint(work, tokens)
      Object.assign(done, answer, { tokens: done.tokens + tokens, nanoseconds: done.nanoseconds + nanoseconds })
    }
    return done
  }
})

async function mint(work, tokens) {
  const body = JSON.stringify({ contender, tokens, work })
  const start = process.hrtime.bigint()
  const response = await fetch(address, { method: 'POST', body })
  const answer = await response.json()
  return { ...answer, nanoseconds: Number(process.hrtime.bigint() - start) }
}

/** Starts workerd, which ends with this process. Returns its address. */
async function start() {
  const config = fileURLToPath(new URL('worker.capnp', import.meta.url))
  const child = spawn(workerd, ['serve', '--control-fd=1', config], { stdio: ['ignore', 'pipe', 'inherit'] })
  process.on('exit', () => child.kill())
  child.unref()
  let printed = ''
  for await (const text of child.stdout.setEncoding('utf8')) {
    printed += text
    const [, port] = printed.match(/"port":\s*(\d+)/) ?? []
    if (port) return `http://127.0.0.1:${port}/`
  }
  throw new Error('workerd did not start')
}
