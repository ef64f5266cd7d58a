// Builds the native module for this machine, and puts it where lib/native.js looks for it.

import { spawnSync } from 'node:child_process'
import { copyFileSync, renameSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const LIBRARIES = { darwin: 'libgrantmint_node.dylib', win32: 'grantmint_node.dll' }
const library = LIBRARIES[process.platform] ?? 'libgrantmint_node.so'

// Cargo's own messages name the file that it made, wherever that is configured to be.
const { status, stdout } = spawnSync(
  'cargo',
  ['build', '--release', '--locked', '--package', 'grantmint-node', '--message-format', 'json-render-diagnostics'],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 26 }
)
if (status !== 0) process.exit(status ?? 1)
const built = stdout
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .flatMap((line) => JSON.parse(line).filenames ?? [])
  .find((file) => file.endsWith(library))

// A process that has the old module loaded keeps it: the new one takes its name, not its place.
const libc = { linux: '-gnu', win32: '-msvc' }[process.platform] ?? ''
const name = `grantmint.${process.platform}-${process.arch}${libc}.node`
const file = fileURLToPath(new URL(name, import.meta.url))
copyFileSync(built, `${file}.new`)
renameSync(`${file}.new`, file)
console.log(file)
