// Builds the native module: for this machine into this folder, where lib/native.js looks first, or for a release:
//   node build.mjs [<Rust target> <folder>]

import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe } from './targets.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const [, host] = execFileSync('rustc', ['-vV'], { encoding: 'utf8' }).match(/^host: (.+)$/m)

const [triple, folder = fileURLToPath(new URL('.', import.meta.url))] = process.argv.slice(2)
const { library, module } = describe(triple ?? host)

// Zig links for a glibc older than this machine's: the oldest that Rust itself runs on.
const zig = triple?.includes('linux')
const target = triple ? ['--target', triple.endsWith('gnu') ? `${triple}.2.17` : triple] : []
// Cargo's own messages name the file that it made, wherever that is configured to be.
const messages = ['--message-format', 'json-render-diagnostics']
const { status, stdout, error } = spawnSync(
  'cargo',
  [zig ? 'zigbuild' : 'build', '--release', '--locked', '--package', 'grantmint-node', ...target, ...messages],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 26 },
)
if (error) throw error
if (status !== 0) process.exit(status ?? 1)
const built = stdout
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .flatMap((line) => JSON.parse(line).filenames ?? [])
  .find((file) => file.endsWith(library))

// A process that has the old module loaded keeps it: the new one takes its name, not its place.
const file = path.resolve(folder, module)
mkdirSync(path.dirname(file), { recursive: true })
copyFileSync(built, `${file}.new`)
renameSync(`${file}.new`, file)
console.log(file)
