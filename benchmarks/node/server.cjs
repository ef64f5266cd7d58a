// node node/server.cjs <contender>: an Express server whose /token mints in the way of a contender. The workload comes
// on standard input; the port goes to standard output.

const contender = process.argv[2]
const work = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
const express = require('express')

// A token is for one answer: nobody caches it, so nobody needs its hash.
const app = express().disable('etag').disable('x-powered-by')
const mint = minters()[contender]()
app.get('/token', (request, response) => {
  const { identity } = request.query
  response.json({ identity, token: mint(identity) })
})
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port))

// Loaded by `require`, and each only where it is used: this process's memory is measured as well.
function minters() {
  return {
    // Signs nothing: one token for everybody.
    nothing: () => {
      const token = process.env.TOKEN
      return () => token
    },
    twilio: () => dropIn(require('twilio').jwt.AccessToken),
    access_token: () => dropIn(require('grantmint').AccessToken),
    issuer: () => {
      const { Issuer, ChatGrant, VideoGrant } = require('grantmint')
      const grants = [new ChatGrant({ serviceSid: work.service_sid }), new VideoGrant({ room: work.room })]
      const issuer = new Issuer({ accountSid: work.account_sid, keySid: work.key_sid, secret: work.secret, grants })
      return (identity) => issuer.mint(identity)
    },
  }
}

function dropIn(AccessToken) {
  const { ChatGrant, VideoGrant } = AccessToken
  return (identity) => {
    const token = new AccessToken(work.account_sid, work.key_sid, work.secret, { identity })
    token.addGrant(new ChatGrant({ serviceSid: work.service_sid }))
    token.addGrant(new VideoGrant({ room: work.room }))
    return token.toJwt()
  }
}
