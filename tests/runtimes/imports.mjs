// The same classes by `import`, by name or as a whole, and by `require`.

import { createRequire } from 'node:module'
import grantmint, * as names from 'grantmint'
import { AccessToken, SyncGrant } from 'grantmint'

const required = createRequire(import.meta.url)('grantmint')
const token = new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice' })
token.addGrant(new SyncGrant({ serviceSid: 'IS123' }))

// In Deno, `import` has an entry of its own, which needs no permission; `require` has that of Node.
const sameRequired =
  globalThis.Deno !== undefined || Object.keys(required).every((name) => required[name] === names[name])
const same = sameRequired && Object.keys(required).every((name) => names[name] === grantmint[name])
console.log(same && token.toJwt().split('.').length === 3 ? 'the same' : 'not the same')
