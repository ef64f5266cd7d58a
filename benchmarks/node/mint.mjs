// node node/mint.mjs <contender>

import * as contenders from './contenders.mjs'
import { identities, loop, loopAsync, serve } from './workload.mjs'

await serve(async (work) => {
  const mint = await contenders[process.argv[2]](work)
  return mint(identities[0]) instanceof Promise ? loopAsync(mint) : loop(mint)
})
