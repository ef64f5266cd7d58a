// The types of grantmint/keeper.

import * as everything from 'grantmint/keeper'
import { type Keeper, type KeeperError, type KeeperState, keepToken, type TokenClient } from 'grantmint/keeper'
import { type Equal, holds } from './equal.mjs'

holds<Equal<Exclude<keyof typeof everything, 'default' | 'module.exports'>, 'keepToken'>>()

const keeper = keepToken('/token')
holds<Equal<typeof keeper, Keeper>>()
keepToken({ fetch: async ({ signal }) => ({ token: String(signal.aborted) }) })
keepToken({ fetch: async () => ({ token: 'a.b.c', expiresAt: 2, renewAt: null, now: 1 }), share: 'alice' })

holds<Equal<ReturnType<Keeper['token']>, Promise<string>>>()
holds<Equal<Keeper['state'], KeeperState>>()
keeper.addEventListener('token', ({ token, expiresIn }) => {
  holds<Equal<typeof token, string>>()
  holds<Equal<typeof expiresIn, number>>()
})
keeper.addEventListener('error', ({ error, retryIn }) => {
  holds<Equal<typeof error, KeeperError>>()
  holds<Equal<typeof retryIn, number | undefined>>()
})
keeper.addEventListener('state', ({ state }) => holds<Equal<typeof state, KeeperState>>())

declare const client: TokenClient
const detach = keeper.attach(client)
holds<Equal<typeof detach, () => void>>()

// @ts-expect-error an address or a function
keepToken(7)
// @ts-expect-error an unknown option
keepToken({ fetch: async () => ({ token: 'a.b.c' }), retries: 3 })
// @ts-expect-error a function that returns no token
keepToken({ fetch: async () => ({}) })
// @ts-expect-error an unknown event
keeper.addEventListener('tokens', () => {})
// @ts-expect-error no options
keeper.addEventListener('token', () => {}, { once: true })
// @ts-expect-error a client of Video has no updateToken()
keeper.attach({ on() {}, removeListener() {} })
// @ts-expect-error only the keeper changes its state
keeper.state = 'fresh'
