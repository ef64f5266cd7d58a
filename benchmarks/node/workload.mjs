// One contender in one process, driven by benchmarks/run.py: the first line on standard input is the workload; each
// line after it is a number of milliseconds to mint or to verify for, and is answered by a line of JSON.

import { createInterface } from 'node:readline'

// A power of two, so that going round costs nothing.
const IDENTITIES = 1024

export const identities = Array.from({ length: IDENTITIES }, (_, number) => `user-${number}`)

/** Serves the runs that are asked for. `prepare(workload)` answers with `run(milliseconds)`. */
export async function serve(prepare) {
  let run
  for await (const line of createInterface({ input: process.stdin })) {
    if (run === undefined) run = await prepare(JSON.parse(line))
    else console.log(JSON.stringify(await run(Number(line))))
  }
}

/**
 * Mints for some milliseconds, in batches: reading the clock must not cost more than it measures. There is a power of
 * two of inputs, which are identities, or tokens to verify.
 */
export function loop(mint, inputs = identities) {
  let batch = 1
  while (mintBatch(mint, batch, inputs).nanoseconds < 1e6) batch *= 2
  return (milliseconds) => {
    let tokens = 0
    let nanoseconds = 0
    let token
    while (nanoseconds < milliseconds * 1e6) {
      const done = mintBatch(mint, batch, inputs)
      nanoseconds += done.nanoseconds
      tokens += batch
      token = done.token
    }
    return { tokens, nanoseconds, token, identity: inputs[(batch - 1) % inputs.length] }
  }
}

function mintBatch(mint, batch, inputs) {
  let token
  const last = inputs.length - 1
  const start = process.hrtime.bigint()
  for (let number = 0; number < batch; number++) token = mint(inputs[number & last])
  return { nanoseconds: Number(process.hrtime.bigint() - start), token }
}

/** The same for those who answer with a Promise. */
export async function loopAsync(mint, inputs = identities) {
  let batch = 1
  while ((await mintBatchAsync(mint, batch, inputs)).nanoseconds < 1e6) batch *= 2
  return async (milliseconds) => {
    let tokens = 0
    let nanoseconds = 0
    let token
    while (nanoseconds < milliseconds * 1e6) {
      const done = await mintBatchAsync(mint, batch, inputs)
      nanoseconds += done.nanoseconds
      tokens += batch
      token = done.token
    }
    return { tokens, nanoseconds, token, identity: inputs[(batch - 1) % inputs.length] }
  }
}

async function mintBatchAsync(mint, batch, inputs) {
  let token
  const last = inputs.length - 1
  const start = process.hrtime.bigint()
  for (let number = 0; number < batch; number++) token = await mint(inputs[number & last])
  return { nanoseconds: Number(process.hrtime.bigint() - start), token }
}
