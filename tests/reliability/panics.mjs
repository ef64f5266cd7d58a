// No panic ends the process or prints user data: `make check-panics`. Takes a native module that was built with
// functions that panic, which no released one has.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE = fileURLToPath(new URL('../../node/', import.meta.url))
const LIBC = { linux: '-gnu', win32: '-msvc' }[process.platform] ?? ''

async function program() {
  const assert = require('node:assert/strict')
  const { GrantmintError, Issuer, VideoGrant } = require('./index.js')
  const { unwrap } = require('./lib/errors.js')
  const native = require('./lib/native.js')
  const CANARY = 'fake-canary-that-nobody-may-ever-see'

  const isBug = (error) => {
    assert.deepEqual([error.constructor, error.code], [GrantmintError, 'internal'])
    assert.ok(!`${error.stack} ${JSON.stringify(error)}`.includes('canary'))
    return true
  }
  const { call } = native.panicInFunction()
  for (let times = 0; times < 3; times++) {
    assert.throws(() => unwrap(native.panicInCall(CANARY)), isBug)
    assert.throws(() => unwrap(call(CANARY)), isBug)
    // napi-rs turns a panic outside of the package's own wall into an ordinary error.
    assert.throws(() => native.panicInArgument(CANARY), Error)
    await assert.rejects(async () => unwrap(await native.panicInPool(CANARY)), isBug)
  }
  const issuer = new Issuer({
    accountSid: `AC${'a0'.repeat(16)}`,
    keySid: `SK${'b1'.repeat(16)}`,
    secret: CANARY,
    grants: [new VideoGrant()],
  })
  assert.equal(issuer.mint('alice').split('.').length, 3)
  assert.equal((await issuer.mintMany(['alice', 'bob'])).length, 2)
  console.log('alive')
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'grantmint-'))
try {
  for (const file of ['index.js', 'package.json', 'lib']) {
    cpSync(path.join(PACKAGE, file), path.join(folder, file), { recursive: true })
  }
  copyFileSync(process.argv[2], path.join(folder, `grantmint.${process.platform}-${process.arch}${LIBC}.node`))
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--eval', `(${program})()`], {
    cwd: folder,
    env: { ...process.env, RUST_BACKTRACE: '1' },
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.deepEqual([status, signal, stdout], [0, null, 'alive\n'], stderr)
  const lines = stderr.trim().split('\n')
  // Only the location: neither the panic's message nor a backtrace.
  assert.equal(lines.length, 12, stderr)
  for (const line of lines) assert.match(line, /^grantmint: a bug, at bindings\/node\/src\/panic_test\.rs:/)
  console.log(`Node: ${lines.length} panics, each an ordinary error`)
} finally {
  rmSync(folder, { recursive: true })
}
