// Two servers behind nginx are restarted one by one, with a new key, and lose nothing: see tests/reliability/rolling.mjs.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { missing, SERVERS } from './servers.mjs'

const SCRIPT = fileURLToPath(new URL('../reliability/rolling.mjs', import.meta.url))

for (const name of ['Express', 'FastAPI']) {
  test(`${name}: a restart with a new key behind nginx loses no request, and no token is refused`, {
    skip: spawnSync('nginx', ['-v']).error ? 'nginx is not installed' : missing(SERVERS[name]),
    timeout: 300_000,
  }, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, name.toLowerCase(), '50', '2'], {
      encoding: 'utf8',
      timeout: 240_000,
    })
    assert.equal(status, 0, stdout + stderr)
  })
}
