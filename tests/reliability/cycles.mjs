// A thousand starts and ends of a worker that loads the package, on every runtime that is here: `node cycles.mjs [count]`.

import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runtimes } from '../runtimes/runtimes.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const PACKAGE = path.join(HERE, '..', '..', 'node', 'index.js')
const count = process.argv[2] ?? '1000'

for (const { name, command, flags, missing } of runtimes) {
  if (missing) {
    console.log(`${name}: not here`)
    continue
  }
  for (const how of ['workers', 'main']) {
    const args = [...flags, path.join(HERE, 'cycle.cjs'), PACKAGE, count, how]
    const { status, signal, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 900_000 })
    const right = status === 0 && stdout === `${count} of ${count}\n` && stderr === ''
    console.log(
      `${name}, ${how === 'main' ? 'loaded in the main thread too' : 'loaded in workers alone'}:`,
      stdout.trim(),
    )
    if (!right) {
      process.exitCode = 1
      console.log(`  exit code ${status}, signal ${signal}\n${stderr.slice(0, 2000)}`)
    }
  }
}
