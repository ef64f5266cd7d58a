// Mistakes that the compiler rejects. An expected error that does not occur is an error.

import {
  AccessToken,
  Grant,
  GrantmintError,
  InputError,
  Issuer,
  inspect,
  SyncGrant,
  Verifier,
  VideoGrant,
  VoiceGrant,
} from 'grantmint'

// @ts-expect-error a secret is missing
new AccessToken('AC123', 'SK123')
// @ts-expect-error a SID is a string
new AccessToken(123, 'SK123', 'fake-secret')
// @ts-expect-error a secret is a string or bytes
new AccessToken('AC123', 'SK123', 5)
// @ts-expect-error no array of numbers
new AccessToken('AC123', 'SK123', [1, 2, 3])
// @ts-expect-error options without an identity
new AccessToken('AC123', 'SK123', 'fake-secret', { ttl: 60 })
// @ts-expect-error options without an identity
new AccessToken('AC123', 'SK123', 'fake-secret', {})
// @ts-expect-error options that are null
new AccessToken('AC123', 'SK123', 'fake-secret', null)
// @ts-expect-error an identity that may be missing
new AccessToken('AC123', 'SK123', 'fake-secret', { identity: process.env['USER_NAME'] })
// @ts-expect-error a misspelt option
new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice', tll: 60 })
// @ts-expect-error Python's spelling
new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice', valid_until: 60 })
// @ts-expect-error seconds are a number
new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice', ttl: '60' })
// @ts-expect-error a time is no Date
new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice', nbf: new Date() })
// @ts-expect-error a region is a string
new AccessToken('AC123', 'SK123', 'fake-secret', { identity: 'alice', region: {} })

const token = new AccessToken('AC123', 'SK123', 'fake-secret')
// @ts-expect-error an identity is a string or an integer
token.identity = true
// @ts-expect-error a lifetime is a number
token.ttl = '60'
// @ts-expect-error there is no such property
token.identiy = 'alice'
// @ts-expect-error another algorithm
token.toJwt('RS256')
// @ts-expect-error no algorithm at all
token.toJwt('none')
// @ts-expect-error now is a number
token.toJwt('HS256', { now: new Date() })
// @ts-expect-error a misspelt option
token.toJwt('HS256', { at: 1 })
// @ts-expect-error the options of a grant are no grant
token.addGrant({ serviceSid: 'IS123' })
// @ts-expect-error a class is no grant
token.addGrant(SyncGrant)
// @ts-expect-error a grant has a key
token.addGrant({ toPayload: () => ({}) })
// @ts-expect-error a key is a string
token.addGrant({ key: 5, toPayload: () => ({}) })
// @ts-expect-error a payload is an object
token.addGrant({ key: 'fleet', toPayload: () => 'text' })
// @ts-expect-error a token is a string
const length: number = token.toJwt()
void length

// @ts-expect-error a misspelt field
new SyncGrant({ servicesid: 'IS123' })
// @ts-expect-error a field of another grant
new VideoGrant({ serviceSid: 'IS123' })
// @ts-expect-error a room is a string
new VideoGrant({ room: 5 })
// @ts-expect-error a flag is a boolean
new VoiceGrant({ incomingAllow: 'true' })
// @ts-expect-error parameters are an object
new VoiceGrant({ outgoingApplicationParams: 'a=1' })
// @ts-expect-error a key is fixed
new SyncGrant().key = 'chat'
// @ts-expect-error an abstract class
new Grant('fleet')
// @ts-expect-error without a payload
class NoPayload extends Grant<object, object, 'fleet'> {}
void NoPayload

// @ts-expect-error an issuer has credentials
new Issuer({ grants: [new SyncGrant()] })
// @ts-expect-error no positional arguments
new Issuer('AC123', 'SK123', 'fake-secret')
// @ts-expect-error the identity is no option of an issuer
new Issuer({ accountSid: 'AC', keySid: 'SK', secret: 'fake', identity: 'alice' })
// @ts-expect-error another algorithm
Issuer.fromEnv({ algorithm: 'RS256' })
// @ts-expect-error the environment holds the credentials
Issuer.fromEnv({ secret: 'fake-secret' })
const issuer = Issuer.fromEnv()
// @ts-expect-error its credentials are fixed
issuer.accountSid = 'AC123'
// @ts-expect-error its secret cannot be read
void issuer.secret
// @ts-expect-error an identity is needed
issuer.mint()
// @ts-expect-error an identity that may be missing
issuer.mint(process.env['USER_NAME'])
// @ts-expect-error no option of one token
issuer.mint('alice', { region: 'ie1' })
// @ts-expect-error a list
void issuer.mintMany('alice')
// @ts-expect-error one jti for many tokens would be no identifier
void issuer.mintMany(['alice'], { jti: 'x' })
// @ts-expect-error a promise
const tokens: string[] = issuer.mintMany(['alice'])
void tokens

// @ts-expect-error nobody else makes these
new InputError('message', 'required')
// @ts-expect-error nobody else makes these
new GrantmintError('message', 'internal')

// Verifier and inspect.
// @ts-expect-error an object
new Verifier('fake-secret')
// @ts-expect-error a misspelt option
new Verifier({ key: { SK123: 'fake-secret' } })
// @ts-expect-error an algorithm of another family
new Verifier({ secret: 'fake-secret', algorithm: 'RS256' })
// @ts-expect-error a token
new Verifier({ secret: 'fake-secret' }).verify(undefined)
// @ts-expect-error an object
inspect('token', 'fake-secret')
