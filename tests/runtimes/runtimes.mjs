// The runtimes that this machine has, and the names of those that it has not. npm installs them in this folder.

import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGES = fileURLToPath(new URL('node_modules/', import.meta.url))
const NODES = ['20', '22', '24', 'newest']
const EXE = process.platform === 'win32' ? '.exe' : ''

/** Each with its name, and either its command or `missing`, the package that there would have to be. */
export const runtimes = [...NODES.map(node), bun(), deno()]

function node(version) {
  const folder = `node-${version}-${process.platform}-${process.arch}`
  return runtime(`Node ${version}`, path.join(folder, 'bin', `node${EXE}`))
}

function bun() {
  return runtime('Bun', platformPackage('@oven', /^bun-/, path.join('bin', `bun${EXE}`)))
}

function deno() {
  // The permissions of the migration guide, and the files that the programs here read.
  const flags = ['run', '--no-prompt', '--allow-ffi', '--allow-read', '--allow-env']
  return { ...runtime('Deno', platformPackage('@deno', /^/, `deno${EXE}`)), flags }
}

/** npm installs the one package of a scope that is for this platform. */
function platformPackage(scope, name, file) {
  const folder = path.join(PACKAGES, scope)
  const found = existsSync(folder) && readdirSync(folder).find((entry) => name.test(entry))
  return path.join(scope, found || `(none for ${process.platform} ${process.arch})`, file)
}

function runtime(name, file) {
  const command = path.join(PACKAGES, file)
  return existsSync(command) ? { name, command, flags: [] } : { name, missing: file }
}
