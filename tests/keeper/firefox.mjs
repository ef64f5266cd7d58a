// A headless Firefox, by WebDriver BiDi: https://w3c.github.io/webdriver-bidi/

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { WebSocket } from 'ws'
import { onPath } from '../web/browser.mjs'

const executable = process.env.FIREFOX || onPath('firefox-esr', 'firefox')

/** Why the tests that need Firefox are skipped, or false. */
export const skip = !executable && 'Firefox is missing: install firefox-esr, or name one in the variable FIREFOX'

/** Starts Firefox with a profile of its own. Returns `open`, which opens a page, and `close`. */
export async function launch() {
  const profile = mkdtempSync(path.join(tmpdir(), 'grantmint-firefox-'))
  const options = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank']
  const child = spawn(executable, options, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile },
    // A process group, since Firefox has many processes.
    detached: true,
  })
  const exited = once(child, 'close')
  const signal = (name) => process.kill(-child.pid, name)
  async function close() {
    signal('SIGKILL')
    await exited
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }

  let printed = ''
  const address = await new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      printed += text
      const [, found] = printed.match(/WebDriver BiDi listening on (ws:\S+)/) ?? []
      if (found) resolve(found)
    })
    exited.then(() => reject(new Error(`Firefox ended: ${printed}`)))
  })
  const socket = new WebSocket(`${address}/session`)
  await once(socket, 'open')
  const pending = new Map()
  socket.on('message', (data) => {
    const { id, result, error, message } = JSON.parse(data)
    const { resolve, reject } = pending.get(id) ?? {}
    if (error) reject?.(new Error(`${error}: ${message}`))
    else resolve?.(result)
  })
  let serial = 0
  const send = (method, params) =>
    new Promise((resolve, reject) => {
      pending.set(++serial, { resolve, reject })
      socket.send(JSON.stringify({ id: serial, method, params }))
    })
  await send('session.new', { capabilities: {} })

  /** Opens a tab. `evaluate` runs a function there, and returns its result by way of JSON. */
  async function open(t, url) {
    const { context } = await send('browsingContext.create', { type: 'tab' })
    t.after(() => send('browsingContext.close', { context }))
    await send('browsingContext.navigate', { context, url, wait: 'complete' })
    return {
      async evaluate(run, argument = null) {
        const expression = `(async () => JSON.stringify(await (${run})(${JSON.stringify(argument)})))()`
        const outcome = await send('script.evaluate', { expression, target: { context }, awaitPromise: true })
        if (outcome.type === 'exception') throw new Error(outcome.exceptionDetails.text)
        return outcome.result.value === undefined ? undefined : JSON.parse(outcome.result.value)
      },
      async offline(on) {
        const networkConditions = on ? { type: 'offline' } : null
        try {
          await send('emulation.setNetworkConditions', { networkConditions, contexts: [context] })
          return true
        } catch (error) {
          // Older ones do not have it.
          if (/^unknown command/.test(error.message)) return false
          throw error
        }
      },
      async pause(milliseconds, meanwhile) {
        signal('SIGSTOP')
        await new Promise((resolve) => setTimeout(resolve, milliseconds))
        meanwhile()
        signal('SIGCONT')
      },
      sibling: (url) => open(t, url),
    }
  }
  return { open, close }
}
