// An app in the JavaScript engine of React Native: no window, no document, no BroadcastChannel, no EventTarget. It has
// React Native's polyfills, timers of its own, and an endpoint. native.test.mjs runs it.

import { AbortController, AbortSignal } from 'abort-controller/dist/abort-controller'
import { EventEmitter } from 'events'
import { Headers, Request, Response } from 'whatwg-fetch'

const missing = ['window', 'document', 'BroadcastChannel', 'EventTarget', 'addEventListener', 'navigator', 'location']
for (const name of missing) {
  if (name in globalThis) throw new Error(`${name} exists`)
}
// React Native 0.74 has atob(), and this engine is older.
Object.assign(globalThis, {
  AbortController,
  AbortSignal,
  Headers,
  Request,
  Response,
  atob,
  console: { assert, error: assert },
})
// The engine's own program ignores the delay of a timer. Here, the time of the next timer comes at once.
const timers = new Map()
let serial = 0
let clock = 1_800_000_000_000
globalThis.setTimeout = (callback, delay = 0) => {
  if (timers.size === 0) settle()
  timers.set(++serial, { callback, at: clock + Math.max(1, Math.ceil(delay)) })
  return serial
}
globalThis.clearTimeout = (id) => timers.delete(id)
Date.now = () => clock
globalThis.performance = { now: () => clock }

/** Lets the promises settle before the next timer. */
function settle(turns = 50) {
  setImmediate(() => (turns > 0 ? settle(turns - 1) : runNext()))
}

function runNext() {
  const [next] = [...timers].sort(([, a], [, b]) => a.at - b.at)
  if (!next) return
  const [id, { callback, at }] = next
  clock = at
  callback()
  timers.delete(id)
  if (timers.size > 0) settle()
}

let minted = 0
let status = 200
globalThis.fetch = async (url, { signal }) => {
  if (url !== 'https://app.example.com/token' || signal.aborted) throw new Error(url)
  const now = Math.floor(Date.now() / 1000)
  const claims = JSON.stringify({ jti: `token ${++minted}`, iat: now, exp: now + 3600, grants: { identity: 'alice' } })
  return new Response(JSON.stringify({ token: `${btoa('{}')}.${btoa(claims)}.c2ln` }), { status })
}

class Client extends EventEmitter {
  given = []
  updateToken(token) {
    this.given.push(JSON.parse(atob(token.split('.')[1])).jti)
    return Promise.resolve()
  }
}

export async function run({ keepToken }) {
  const keeper = keepToken('https://app.example.com/token')
  const heard = []
  for (const type of ['token', 'error', 'signedout', 'state']) {
    keeper.addEventListener(type, ({ state, error }) => heard.push([type, state, error?.code].join(' ').trim()))
  }
  const client = new Client()
  await keeper.token()
  keeper.attach(client)
  // The timer renews twice.
  while (client.given.length < 3) await pause(60_000)
  client.emit('tokenAboutToExpire')
  while (client.given.length < 4) await pause(1000)
  status = 401
  await keeper.renew().catch(() => {})
  await pause(1000)
  keeper.stop()
  await pause(1000)
  print(JSON.stringify({ given: client.given, heard, listeners: client.eventNames() }))
}

function assert(right) {
  if (right !== true) throw new Error('the console was used')
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function btoa(text) {
  const bits = [...text].map((character) => character.charCodeAt(0).toString(2).padStart(8, '0')).join('')
  return bits.replace(/.{1,6}/g, (six) => ALPHABET[Number.parseInt(six.padEnd(6, '0'), 2)])
}

function atob(text) {
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(6, '0')).join('')
  return bits.replace(/.{1,8}/g, (byte) => (byte.length < 8 ? '' : String.fromCharCode(Number.parseInt(byte, 2))))
}
