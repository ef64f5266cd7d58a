// A headless Firefox, by WebDriver BiDi: https://w3c.github.io/webdriver-bidi/

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { WebSocket } from 'ws'

const executable = process.env.FIREFOX || onPath('firefox-esr', 'firefox')

/** Why the tests that need Firefox are skipped, or false. */
export const skip = !executable && 'Firefox is missing: install firefox-esr, or name one in the variable FIREFOX'

/** Starts Firefox with a profile of its own. It ends with the test `t`. */
export async function launch(t) {
  const profile = mkdtempSync(path.join(tmpdir(), 'grantmint-firefox-'))
  const options = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank']
  const child = spawn(executable, options, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile },
  })
  const exited = once(child, 'close')
  t.after(async () => {
    child.kill('SIGKILL')
    await exited
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  })

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
  return async function open(url) {
    const { context } = await send('browsingContext.create', { type: 'tab' })
    await send('browsingContext.navigate', { context, url, wait: 'complete' })
    return async function evaluate(run, ...parameters) {
      const expression = `(async () => JSON.stringify(await (${run})(...${JSON.stringify(parameters)})))()`
      const outcome = await send('script.evaluate', { expression, target: { context }, awaitPromise: true })
      if (outcome.type === 'exception') throw new Error(outcome.exceptionDetails.text)
      return outcome.result.value === undefined ? undefined : JSON.parse(outcome.result.value)
    }
  }
}

function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)
  return names
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
