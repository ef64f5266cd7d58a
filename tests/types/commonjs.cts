// What a CommonJS module gets, by each way of importing.

import grantmint, { AccessToken, Issuer, jwt } from 'grantmint'
import all = require('grantmint')
import type { Equal } from './equal.mjs' with { 'resolution-mode': 'import' }

const equal = <_Condition extends true>(): void => {}

equal<Equal<typeof all.AccessToken, typeof AccessToken>>()
equal<Equal<typeof grantmint.AccessToken, typeof AccessToken>>()
equal<Equal<all.AccessToken, AccessToken>>()
equal<Equal<all.SyncGrant, AccessToken.SyncGrant>>()
equal<Equal<typeof jwt.AccessToken, typeof AccessToken>>()
equal<Equal<Exclude<keyof typeof all, 'default'>, Exclude<keyof typeof import('grantmint'), 'default'>>>()

const token: jwt.AccessToken = new all.jwt.AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice' })
const options: all.Issuer.IssuerOptions = { accountSid: 'AC', keySid: 'SK', secret: 'fake-secret' }
export const jwts: string[] = [token.toJwt(), new Issuer(options).mint('alice')]

// @ts-expect-error a misspelt option here too
new all.SyncGrant({ servicesid: 'IS123' })
