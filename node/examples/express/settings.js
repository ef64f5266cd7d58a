'use strict'

// The settings from the environment, checked once at the start. `.env.example` describes each variable.

const { randomBytes } = require('node:crypto')

/** Addresses that mean every network of this machine. */
const EVERYWHERE = new Set(['0.0.0.0', '::'])

class SettingsError extends Error {}

function readSettings(env) {
  const { credentials, missing } = readCredentials(env)
  const production = env.NODE_ENV === 'production'
  if (production && missing.length > 0) {
    throw new SettingsError(`Not set: ${missing.join(', ')}. Fake credentials are no use in production.`)
  }

  const demoCredentials = missing.length > 0
  const asked = integer(env, 'DEMO_SIGN_IN', 0, 0, 1) === 1
  if (production && asked) throw new SettingsError('DEMO_SIGN_IN=1 gives a token to anybody: not in production.')

  return {
    ...credentials,
    missing,
    demoCredentials,
    // The sign-in of this example believes any name: good for trying it out, and for nothing else.
    demoSignIn: demoCredentials || asked,
    production,
    region: matching(env, 'TWILIO_REGION', /^[a-z]{2}\d$/, 'a region such as ie1'),
    ttl: integer(env, 'TOKEN_TTL', 3600, 1, 86_400),
    sessionKeys: readSessionKeys(env, production),
    sessionSeconds: integer(env, 'SESSION_SECONDS', 8 * 3600, 1, 86_400),
    allowedHosts: readAllowedHosts(env),
    allowedOrigins: new Set(list(env.ALLOWED_ORIGINS).map(origin)),
    trustProxy: integer(env, 'TRUST_PROXY', 0, 0, 9),
    twilsockUri: matching(env, 'SYNC_TWILSOCK_URI', /^wss?:\/\/[\w.:[\]-]+(\/[\w./-]*)?$/, 'a WebSocket address'),
    port: integer(env, 'PORT', 3000, 0, 65_535),
    host: env.HOST || 'localhost',
    workers: integer(env, 'WORKERS', 1, 1, 256),
  }
}

function readCredentials(env) {
  const names = ['TWILIO_ACCOUNT_SID', 'TWILIO_API_KEY', 'TWILIO_API_SECRET', 'TWILIO_SYNC_SERVICE_SID']
  const missing = names.filter((name) => !env[name])

  // All or none: a real SID beside a fake secret would look right until Twilio refuses the token.
  const hex = '0123456789abcdef'.repeat(2)
  const fakes = [`AC${hex}`, `SK${hex}`, 'fake-secret-for-demonstration-only-0000', `IS${hex}`]
  const [accountSid, keySid, secret, syncServiceSid] = missing.length ? fakes : names.map((name) => env[name])

  return { credentials: { accountSid, keySid, secret, syncServiceSid }, missing }
}

/** The first key signs cookies, the others are still accepted: so a key can be changed without signing everybody out. */
function readSessionKeys(env, production) {
  const keys = list(env.SESSION_SECRET)
  if (keys.some((key) => key.length < 32)) throw new SettingsError('SESSION_SECRET must have at least 32 characters.')
  if (keys.length === 0 && production)
    throw new SettingsError('SESSION_SECRET is not set: sessions could not be signed.')
  return keys.length > 0 ? keys : [randomBytes(32).toString('base64url')]
}

/** This machine, the address that the server listens on, and the names that others know it by. */
function readAllowedHosts(env) {
  const hosts = ['localhost', '127.0.0.1', '[::1]', ...list(env.ALLOWED_HOSTS)]
  if (env.HOST && !EVERYWHERE.has(env.HOST)) hosts.push(env.HOST.includes(':') ? `[${env.HOST}]` : env.HOST)
  for (const host of hosts) {
    if (/^([\w.-]+|\[[\da-f:.]+\])$/i.test(host)) continue
    throw new SettingsError(`ALLOWED_HOSTS must list hosts such as api.example.com, without a port, not "${host}".`)
  }
  return new Set(hosts.map((host) => host.toLowerCase()))
}

function list(text = '') {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}

function origin(text) {
  // Only a value that a browser sends in its Origin header can match.
  if (URL.canParse(text) && new URL(text).origin === text) return text
  throw new SettingsError(`ALLOWED_ORIGINS must list origins such as https://app.example.com, not "${text}".`)
}

function integer(env, name, fallback, least, most) {
  const text = env[name] || String(fallback)
  if (/^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text)
  throw new SettingsError(`${name} must be ${least} to ${most}, not "${text}".`)
}

function matching(env, name, pattern, meaning) {
  const text = env[name]
  if (!text) return undefined
  if (pattern.test(text)) return text
  throw new SettingsError(`${name} must be ${meaning}, not "${text}".`)
}

module.exports = { EVERYWHERE, SettingsError, readSettings }
