'use strict'

// Runs functions/token.js on this machine, in Twilio's own local runtime: http://localhost:3000/token?identity=alice
// Its variables come from .env, or from the file that is named: node local.js other.env

const { readFileSync } = require('node:fs')
const path = require('node:path')
const { parseEnv } = require('node:util')
const { LocalDevelopmentServer } = require('@twilio/runtime-handler/dev')

// Otherwise the runtime's answers to malformed requests contain stack traces.
process.env.NODE_ENV ??= 'production'

const filePath = path.join(__dirname, 'functions', 'token.js')
const token = { name: 'token', path: '/token', access: 'public', content: readFileSync(filePath), filePath }

const port = Number(process.env.PORT || 3000)
const app = new LocalDevelopmentServer(port, {
  baseDir: __dirname,
  env: parseEnv(readFileSync(process.argv[2] ?? path.join(__dirname, '.env'), 'utf8')),
  routes: { functions: [token], assets: [] },
}).getApp()

const server = app.listen(port, 'localhost', () => {
  console.log(`Token function: http://localhost:${server.address().port}/token?identity=alice`)
})

// Once: a second Ctrl+C does not wait.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close())
