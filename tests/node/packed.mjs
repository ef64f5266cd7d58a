// The npm package as it is published, and the platform package that goes with it.

import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE = fileURLToPath(new URL('../../node/', import.meta.url))

/** An empty folder that is removed with the test `t`. */
export function emptyFolder(t, parent = tmpdir()) {
  const folder = mkdtempSync(path.join(parent, 'grantmint-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs npm, without the network. */
export function npm(cwd, ...args) {
  const quiet = ['--offline', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  const shell = process.platform === 'win32'
  return execFileSync('npm', [...args, ...quiet], {
    cwd,
    encoding: 'utf8',
    shell,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Packs the package into a folder: the path of the tarball, and the names of the files in it. */
export function pack(folder) {
  const [{ filename, files }] = JSON.parse(
    npm(NODE, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
  )
  return { tarball: path.join(folder, filename), files: files.map(({ path }) => path).sort() }
}

/** A new project with the packed package in it, without a native module. */
export function install(t) {
  const project = emptyFolder(t)
  const { tarball, files } = pack(project)
  writeFileSync(path.join(project, 'package.json'), '{ "name": "project", "private": true }\n')
  npm(project, 'install', tarball)
  return { project, files, installed: path.join(project, 'node_modules', 'grantmint') }
}

/** Adds the native module of this machine as the platform package that npm would install beside. */
export function addPlatformPackage(project, version) {
  const file = readdirSync(NODE).find((name) => /^grantmint\..*\.node$/.test(name))
  if (!file) throw new Error('The native module is not built: run "make build-node" first.')
  const name = `grantmint-${file.split('.')[1]}`
  const folder = path.join(project, 'node_modules', name)
  mkdirSync(folder)
  copyFileSync(path.join(NODE, file), path.join(folder, file))
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, version, main: file }))
  return { name, folder, file }
}
