// node node/verify.mjs <contender>
//
// Verifies good tokens, or refuses hostile ones if the workload has some. With each answer go the claims of a good token
// and the errors of the bad ones, which benchmarks/harness/verifying.py checks.

import * as verifiers from './verifiers.mjs'
import { loop, loopAsync, serve } from './workload.mjs'

await serve(async (work) => {
  const { verify, claims } = await verifiers[process.argv[2]](work)
  const isAsync = verify(work.tokens[0]) instanceof Promise
  const { hostile } = work
  const run = hostile.length ? loop(refusing(verify), hostile) : await (isAsync ? loopAsync : loop)(verify, work.tokens)
  const refusal = async (token) => {
    try {
      claims(await verify(token))
    } catch (error) {
      return String(error) || 'refused'
    }
  }
  let turn = 0
  return async (milliseconds) => {
    const { tokens, nanoseconds } = await run(milliseconds)
    const place = turn++ % work.tokens.length
    const refusals = {}
    for (const [kind, token] of Object.entries(work.bad)) refusals[kind] = await refusal(token)
    if (hostile.length) refusals.hostile = await refusal(hostile[0])
    return { tokens, nanoseconds, place, claims: claims(await verify(work.tokens[place])), refusals }
  }
})

function refusing(verify) {
  return (token) => {
    try {
      verify(token)
    } catch (error) {
      return error
    }
    throw new Error('a hostile token was accepted')
  }
}
