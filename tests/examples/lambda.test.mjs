// The Lambda functions of both languages, over HTTP. The Python function runs in AWS's own runtime client.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import jsonwebtoken from 'jsonwebtoken'
import { standIn } from './lambda.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PYTHON = path.join(ROOT, '.venv', 'bin', 'python')
const SECRET = 'fake-secret-0123456789-abcdefghi'
const VARIABLES = {
  TWILIO_ACCOUNT_SID: `AC${'a0'.repeat(16)}`,
  TWILIO_API_KEY: `SK${'b1'.repeat(16)}`,
  TWILIO_API_SECRET: SECRET,
  TWILIO_SYNC_SERVICE_SID: `IS${'c2'.repeat(16)}`,
}
const FUNCTIONS = {
  Node: {
    folder: 'node/examples/aws-lambda',
    command: [process.execPath, path.join(ROOT, 'tests/examples/lambda_runtime.mjs'), 'index.mjs'],
    missing: () =>
      !existsSync(path.join(ROOT, 'node/examples/aws-lambda/node_modules')) &&
      'run "npm ci" in node/examples/aws-lambda',
  },
  Python: {
    folder: 'python/examples/aws-lambda',
    command: [PYTHON, '-m', 'awslambdaric', 'app.handler'],
    missing: () => {
      if (!existsSync(PYTHON)) return 'the Python package is not built: run "make build-python"'
      const found = spawnSync(PYTHON, ['-c', 'import awslambdaric'])
      return found.status !== 0 && 'awslambdaric has no wheel for this platform'
    },
  },
}

for (const [language, { folder, command, missing }] of Object.entries(FUNCTIONS)) {
  const skip = missing()

  async function start(t, variables) {
    const lambda = await standIn(t)
    const env = { ...process.env, ...variables, AWS_LAMBDA_RUNTIME_API: lambda.runtime, PYTHONDONTWRITEBYTECODE: '1' }
    const child = spawn(command[0], command.slice(1), { cwd: path.join(ROOT, folder), env })
    const ended = once(child, 'close')
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    t.after(() => {
      child.kill('SIGKILL')
      return ended
    })
    const ask = (headers) =>
      fetch(`http://127.0.0.1:${lambda.api}/token`, { headers, signal: AbortSignal.timeout(60_000) })
    return { ...lambda, ask, ended, output: () => output }
  }

  test(`a Lambda function in ${language}`, { skip }, async (t) => {
    const { ask, errors, output } = await start(t, VARIABLES)
    const response = await ask({ authorization: 'Bearer alice' })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.match(response.headers.get('content-type'), /^application\/json/)
    const { identity, token, expiresAt, renewAt } = await response.json()
    const claims = jsonwebtoken.verify(token, SECRET, { issuer: VARIABLES.TWILIO_API_KEY })
    const sync = { service_sid: VARIABLES.TWILIO_SYNC_SERVICE_SID }
    assert.deepEqual([identity, claims.grants], ['alice', { identity: 'alice', data_sync: sync }])
    assert.deepEqual([expiresAt, renewAt], [claims.exp, claims.exp - 180])

    // No authorizer, or a user that cannot be an identity.
    for (const headers of [
      {},
      { authorization: 'Basic alice' },
      { authorization: 'Bearer a%0Ab' },
      { identity: 'alice' },
    ]) {
      const refused = await ask(headers)
      assert.equal(refused.status, 401)
      assert.deepEqual(await refused.json(), { error: 'Sign in first.' })
    }
    const names = Array.from({ length: 50 }, (_, index) => `user${index}`)
    for (const name of names) {
      const answer = await (await ask({ authorization: `Bearer ${name}` })).json()
      assert.equal(jsonwebtoken.verify(answer.token, SECRET).grants.identity, name)
    }
    assert.deepEqual(errors, [])
    assert.ok(!output().includes(SECRET))
  })

  for (const name of Object.keys(VARIABLES)) {
    test(`a Lambda function in ${language} without ${name} does not start`, { skip }, async (t) => {
      const { errors, ended, output } = await start(t, { ...VARIABLES, [name]: '' })
      await ended
      // The log of the function.
      const text = output() + errors.join()
      assert.match(text, name === 'TWILIO_SYNC_SERVICE_SID' ? /service_?sid/i : new RegExp(name))
      assert.ok(!text.includes(SECRET))
    })
  }
}
