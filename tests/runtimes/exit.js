// Ends the process right after minting, and while the threads of mintMany are still at work.

const { Issuer, VideoGrant } = require('grantmint')

const credentials = {
  accountSid: `AC${'a0'.repeat(16)}`,
  keySid: `SK${'b1'.repeat(16)}`,
  secret: 'fake-secret-'.repeat(4),
}
const issuer = new Issuer({ ...credentials, grants: [new VideoGrant()] })
console.log(issuer.mint('alice').split('.').length === 3 ? 'minted' : 'not minted')
issuer.mintMany(Array.from({ length: 200_000 }, (_, number) => `user-${number}`))
process.exit(0)
