// A project with the npm package in it as it is published, the native module as a package of its own beside it.

import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { addPlatformPackage, emptyFolder, npm, pack } from '../node/packed.mjs'

/** A new project of the given type in `parent`; it is removed with the test `t`. */
export function project(t, parent, type = 'commonjs') {
  const folder = emptyFolder(t, parent)
  const { tarball } = pack(folder)
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'project', private: true, type }))
  npm(folder, 'install', tarball)
  addPlatformPackage(folder, '0.0.0')
  return folder
}
