// node node/mint_many.mjs loop|many <identities>: a list of tokens, in one call or in a loop of mint.

import { issuerItself } from './contenders.mjs'
import { serve } from './workload.mjs'

await serve(async (work) => {
  const [kind, count] = process.argv.slice(2)
  const issuer = await issuerItself(work)
  const identities = Array.from({ length: Number(count) }, (_, number) => `user-${number}`)
  const make = {
    loop: () => identities.map((identity) => issuer.mint(identity)),
    many: () => issuer.mintMany(identities),
  }[kind]
  return async (milliseconds) => {
    let tokens = 0
    let nanoseconds = 0
    let last
    while (nanoseconds < milliseconds * 1e6) {
      const start = process.hrtime.bigint()
      const made = await make()
      nanoseconds += Number(process.hrtime.bigint() - start)
      tokens += made.length
      last = made.at(-1)
    }
    return { tokens, nanoseconds, token: last, identity: identities.at(-1) }
  }
})
