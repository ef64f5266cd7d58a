// Workers and child processes: every token is right, and everybody comes back.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const PACKAGE = fileURLToPath(new URL('../../node/index.js', import.meta.url))
const CYCLE = fileURLToPath(new URL('../reliability/cycle.cjs', import.meta.url))

const PREPARED = `
  const { createHash } = require('node:crypto')
  const { Issuer, AccessToken, Verifier, VideoGrant, inspect } = require(${JSON.stringify(PACKAGE)})
  const credentials = {
    accountSid: 'AC' + 'a0'.repeat(16), keySid: 'SK' + 'b1'.repeat(16), secret: 'fake-secret-'.repeat(4),
  }
  const now = 1_700_000_000
  const { accountSid, keySid, secret } = credentials
  const issuer = new Issuer({ ...credentials, grants: [new VideoGrant({ room: 'daily' })] })
  const verifier = new Verifier({ keys: { [keySid]: secret } })

  // Some calls of each kind; the result is a digest of all tokens.
  async function mintAndVerify(name, count) {
    const names = Array.from({ length: count }, (_, number) => name + '-' + number)
    const tokens = names.map((name) => issuer.mint(name, { now }))
    const many = await issuer.mintMany(names, { now })
    const digest = createHash('sha256')
    names.forEach((identity, place) => {
      const token = new AccessToken(accountSid, keySid, secret, { identity })
      token.addGrant(new VideoGrant({ room: 'daily' }))
      const right =
        tokens[place] === many[place] &&
        tokens[place] === token.toJwt('HS256', { now }) &&
        verifier.verify(tokens[place], { now }).identity === identity &&
        inspect(tokens[place], { secret, now }).sound
      if (!right) throw new Error('wrong: ' + identity)
      digest.update(tokens[place])
    })
    return digest.digest('hex')
  }
`

/** Returns the output of a program in a new Node process. */
function run(program, ...args) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--eval', program, ...args], {
    // `node --test` marks its children as tests, which changes their output.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    encoding: 'utf8',
    timeout: 120_000,
  })
  assert.deepEqual([status, signal, stderr], [0, null, ''])
  return stdout.trim()
}

test('sixteen workers and the main thread at the same time', () => {
  const printed = run(`${PREPARED}
    const { Worker } = require('node:worker_threads')
    const source = ${JSON.stringify(PREPARED)} + \`
      const { parentPort, workerData } = require('node:worker_threads')
      mintAndVerify(workerData, 300).then((digest) => parentPort.postMessage(digest))\`
    const inWorker = (_, name) => new Promise((resolve, reject) => {
      const worker = new Worker(source, { eval: true, workerData: name })
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    async function main() {
      const found = Promise.all(Array.from({ length: 16 }, inWorker))
      const expected = []
      for (let name = 0; name < 16; name++) expected.push(await mintAndVerify(name, 300))
      console.log(String(await found) === String(expected) && new Set(expected).size === 16)
    }
    main()`)
  assert.equal(printed, 'true')
})

test('sixty-four processes of a cluster', () => {
  const program = `${PREPARED}
    const cluster = require('node:cluster')
    async function main() {
      if (cluster.isWorker) {
        process.send(await mintAndVerify(process.env.NAME, 20))
        return process.disconnect()
      }
      let right = 0
      const one = async (name) => {
        const child = cluster.fork({ NAME: String(name) })
        const [digest, code] = await Promise.all([
          new Promise((resolve) => child.once('message', resolve)),
          new Promise((resolve) => child.once('exit', resolve)),
        ])
        if (code === 0 && digest === (await mintAndVerify(name, 20))) right++
      }
      const names = Array.from({ length: 64 }, (_, name) => name)
      const next = async () => { while (names.length) await one(names.pop()) }
      await Promise.all(Array.from({ length: 8 }, next))
      console.log(right)
    }
    main()`
  // A cluster starts its own file again: --eval has none.
  const source = `
    const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
    const folder = mkdtempSync(require('node:path').join(require('node:os').tmpdir(), 'grantmint-'))
    const file = folder + '/cluster.cjs'
    writeFileSync(file, ${JSON.stringify(program)})
    const { status, stdout, stderr } = require('node:child_process').spawnSync(process.execPath, [file])
    rmSync(folder, { recursive: true })
    process.stdout.write(stdout)
    process.stderr.write(stderr)
    process.exitCode = status`
  assert.equal(run(source), '64')
})

// A thousand, on every runtime: `make cycles`.
for (const how of ['alone', 'main']) {
  test(`workers that come and go, ${how === 'main' ? 'with' : 'without'} the module in the main thread`, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CYCLE, PACKAGE, '30', how], {
      encoding: 'utf8',
    })
    assert.deepEqual([status, stdout, stderr], [0, '30 of 30\n', ''])
  })
}

test('a signal while mintMany is at work', { skip: process.platform === 'win32' && 'no signals' }, () => {
  const printed = run(`${PREPARED}
    let signals = 0
    process.on('SIGUSR2', () => signals++)
    const names = Array.from({ length: 200_000 }, (_, number) => 'user-' + number)
    const minted = issuer.mintMany(names, { now })
    process.kill(process.pid, 'SIGUSR2')
    minted.then((tokens) => {
      const right = tokens.every((token, place) => place % 997 || token === issuer.mint(names[place], { now }))
      setTimeout(() => console.log(right, tokens.length, signals), 10)
    })`)
  assert.equal(printed, 'true 200000 1')
})
