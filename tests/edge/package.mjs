// The packed package in a project, and programs that play the shared vectors, for the runtimes of this folder.

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { addPlatformPackage, emptyFolder, npm, pack } from '../node/packed.mjs'

export const HERE = fileURLToPath(new URL('.', import.meta.url))
export const NODE = path.join(HERE, '..', '..', 'node')
export const WASM = path.join(NODE, 'grantmint.wasm')

/** Why the tests of the WebAssembly engine are skipped, or false. */
export const skip = !existsSync(WASM) && 'the WebAssembly module is not built'

/** Returns a project with the package in it, without a native module. It is removed with the test `t`. */
export function project(t, type = 'module') {
  const folder = emptyFolder(t, HERE)
  const { tarball } = pack(folder)
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'project', private: true, type }))
  npm(folder, 'install', tarball)
  rmSync(tarball)
  return folder
}

export { addPlatformPackage }

/** Returns the path of the packed package. */
export function packed(t) {
  return pack(emptyFolder(t, HERE)).tarball
}

/** Returns an empty folder outside of the project. It is removed with the test `t`. */
export function emptyFolderIn(t) {
  return emptyFolder(t, HERE)
}

/** Adds the files with which a program plays the vectors: play.mjs, player.mjs and vectors.mjs. */
export function addVectors(folder) {
  const vectors = path.join(HERE, '..', 'vectors')
  const read = (file) => JSON.parse(readFileSync(path.join(vectors, file), 'utf8'))
  const all = {
    tokens: read('tokens.json').cases,
    errors: read('errors.json').cases,
    surrogates: read('errors_surrogates.json').cases,
    hostile: read('hostile.json'),
    inspections: read('inspections.json').cases,
  }
  mkdirSync(folder, { recursive: true })
  // In a string, since `__proto__` is a name like any other in JSON alone.
  writeFileSync(path.join(folder, 'vectors.mjs'), `export default JSON.parse(${JSON.stringify(JSON.stringify(all))})\n`)
  const player = readFileSync(path.join(vectors, 'player.cjs'), 'utf8')
  writeFileSync(
    path.join(folder, 'player.mjs'),
    `const module = {}\nconst require = () => ({})\n${player}\nexport default module.exports\n`,
  )
  copyFileSync(path.join(HERE, 'play.mjs'), path.join(folder, 'play.mjs'))
}

/** Runs a command to its end. */
export function run(cwd, command, args, variables = {}) {
  const env = { ...process.env, NO_COLOR: '1', ...variables }
  // `node --test` marks its children as tests, which changes their output.
  delete env.NODE_TEST_CONTEXT
  const { status, signal, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: 300_000 })
  return { status, signal, stdout, stderr }
}
