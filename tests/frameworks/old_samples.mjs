// How token endpoints of Twilio's public samples make their token, re-enacted: node tests/frameworks/old_samples.mjs
//
// Each function takes a library's exports, as `require('twilio')` has them, and settings. Only the shape is that of the sample.

import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const identityLater = (AccessToken, settings, grant, options) => {
  const token = new AccessToken(settings.account, settings.key, settings.secret, options)
  token.identity = settings.user
  token.addGrant(grant)
  return token.toJwt()
}
const identityFirst = (AccessToken, settings, grant) => {
  const token = new AccessToken(settings.account, settings.key, settings.secret, { identity: settings.user })
  token.addGrant(grant)
  return token.toJwt()
}

export const SAMPLES = {
  'twilio/video-quickstart-js': ({ jwt }, settings) =>
    identityLater(jwt.AccessToken, settings, new jwt.AccessToken.VideoGrant()),
  'twilio/voice-quickstart-server-node': ({ jwt: { AccessToken } }, settings) => {
    const options = { outgoingApplicationSid: settings.app, pushCredentialSid: undefined }
    return identityLater(AccessToken, settings, new AccessToken.VoiceGrant(options))
  },
  'TwilioDevEd/voice-javascript-sdk-quickstart-node': ({ jwt: { AccessToken } }, settings) => {
    const outgoingApplicationParams = { isOutgoing: true }
    const options = { outgoingApplicationSid: settings.app, incomingAllow: true, outgoingApplicationParams }
    return identityLater(AccessToken, settings, new AccessToken.VoiceGrant(options))
  },
  'TwilioDevEd/hangouts-clone-react': ({ AccessToken }, settings) => {
    const grant = new AccessToken.VideoGrant()
    grant.configurationProfileSid = settings.profile
    return identityLater(AccessToken, settings, grant)
  },
  'TwilioDevEd/twiliochat-node': ({ jwt: { AccessToken } }, settings) => {
    const options = { serviceSid: settings.service, endpointId: `TwilioChat:${settings.user}:browser` }
    return identityLater(AccessToken, settings, new AccessToken.IpMessagingGrant(options))
  },
  'TwilioDevEd/api-snippets, voice-example.3.x': ({ jwt: { AccessToken } }, settings) => {
    const options = { outgoingApplicationSid: settings.app, pushCredentialSid: settings.push }
    return identityLater(AccessToken, settings, new AccessToken.VoiceGrant(options))
  },
  'TwilioDevEd/api-snippets, live-example.4.x': ({ jwt: { AccessToken } }, settings) => {
    const token = new AccessToken(settings.account, settings.key, settings.secret)
    token.addGrant(new AccessToken.PlaybackGrant({ grant: { requestCredentials: null } }))
    return token.toJwt()
  },
  'TwilioDevEd/api-snippets, video-example.3.x': ({ jwt: { AccessToken } }, settings) =>
    identityFirst(AccessToken, settings, new AccessToken.VideoGrant({ room: 'cool room' })),
  'TwilioDevEd/api-snippets, sync-example.5.x': ({ jwt: { AccessToken } }, settings) =>
    identityFirst(AccessToken, settings, new AccessToken.SyncGrant({ serviceSid: settings.service })),
  'TwilioDevEd/api-snippets, ip-messaging-example.5.x': ({ jwt: { AccessToken } }, settings) =>
    identityFirst(AccessToken, settings, new AccessToken.ChatGrant({ serviceSid: settings.service })),
}

export const SETTINGS = {
  account: `AC${'a0'.repeat(16)}`,
  key: `SK${'b1'.repeat(16)}`,
  secret: 'fake-secret-0123456789-abcdefghi',
  service: `IS${'c2'.repeat(16)}`,
  app: `AP${'d3'.repeat(16)}`,
  push: `CR${'e4'.repeat(16)}`,
  profile: `VS${'f5'.repeat(16)}`,
  user: 'alice',
}

/** Returns the token of each sample with the library, or the message of its error. */
export function play(library) {
  const attempt = (sample) => {
    try {
      return { token: sample(library, SETTINGS) }
    } catch (error) {
      return { error: error.message }
    }
  }
  return Object.fromEntries(Object.entries(SAMPLES).map(([name, sample]) => [name, attempt(sample)]))
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const require = createRequire(import.meta.url)
  for (const name of ['twilio', 'grantmint']) {
    const results = play(require(name))
    const run = Object.values(results).filter(({ token }) => token).length
    console.log(`${name} ${require(`${name}/package.json`).version}: ${run} of ${Object.keys(results).length} run`)
    for (const [sample, { error = 'runs' }] of Object.entries(results)) console.log(`  ${sample}: ${error}`)
  }
}
