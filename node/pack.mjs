// Packs the npm packages: the main one, and one for each platform whose native module is in <folder>/native.
//   node pack.mjs <folder> [--all]        --all: it is an error if a platform is missing
// GRANTMINT_REPOSITORY, the repository's address, goes into each; npm's provenance asks for it.

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe } from './targets.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
// The crates inside the native module, as packaging/sbom.py lists them.
const SBOM = 'sbom.cdx.json'
const LICENSES = ['LICENSE-APACHE', 'LICENSE-MIT']

const [folder, all] = process.argv.slice(2)
const out = path.resolve(folder)
const stage = path.join(out, 'stage')
const { scripts, napi, ...rest } = JSON.parse(readFileSync(path.join(HERE, 'package.json'), 'utf8'))
// Cargo.toml has the version of every package. The one in package.json is a placeholder, which `npm pack` requires.
const cargo = readFileSync(path.join(HERE, '../Cargo.toml'), 'utf8')
const [, version] = cargo.match(/^\[workspace\.package\]\nversion = "(.+)"$/m)
const manifest = { ...rest, version }
if (process.env.GRANTMINT_REPOSITORY)
  manifest.repository = { type: 'git', url: `git+${process.env.GRANTMINT_REPOSITORY}.git`, directory: 'node' }

const platforms = napi.targets.map((triple) => ({ triple, ...describe(triple) }))

rmSync(stage, { recursive: true, force: true })
for (const platform of platforms) {
  const native = path.join(out, 'native', platform.module)
  const files = { [platform.module]: native, [SBOM]: path.join(out, 'native', `${platform.triple}.cdx.json`) }
  if (existsSync(native)) pack(platform.package, files, platformManifest(platform))
  else if (all) throw new Error(`${native} is missing`)
}
const main = Object.fromEntries([...manifest.files, 'README.md'].map((file) => [file, path.join(HERE, file)]))
main[SBOM] = path.join(out, 'native', 'wasm32-unknown-unknown.cdx.json')
pack('grantmint', main, {
  ...manifest,
  files: [...manifest.files, SBOM, ...LICENSES],
  optionalDependencies: Object.fromEntries(platforms.map(({ package: name }) => [name, manifest.version])),
})
rmSync(stage, { recursive: true })

function platformManifest({ triple, package: name, module, os, cpu, libc }) {
  const { version, license, author, engines, repository } = manifest
  return {
    name,
    version,
    description: `The native module of grantmint for ${triple}`,
    license,
    author,
    engines,
    repository,
    main: module,
    files: [module, SBOM, ...LICENSES],
    os: [os],
    cpu: [cpu],
    libc: libc && [libc],
  }
}

function pack(name, files, contents) {
  const root = path.join(stage, name)
  mkdirSync(root, { recursive: true })
  for (const [file, from] of Object.entries(files)) cpSync(from, path.join(root, file), { recursive: true })
  for (const file of LICENSES) cpSync(path.join(HERE, '..', file), path.join(root, file))
  writeFileSync(path.join(root, 'package.json'), `${JSON.stringify(contents, null, 2)}\n`)
  if (!files['README.md']) {
    const readme = `# ${name}\n\n${contents.description}. It is installed by [grantmint](https://www.npmjs.com/package/grantmint).\n`
    writeFileSync(path.join(root, 'README.md'), readme)
  }
  // Readable for everybody, regardless of the umask; npm makes the commands of package.json executable.
  for (const file of readdirSync(root, { recursive: true }).map((name) => path.join(root, name)))
    if (statSync(file).isFile()) chmodSync(file, 0o644)
  const settings = ['--ignore-scripts', '--silent', '--pack-destination', out]
  // npm is a script for the shell on Windows.
  execFileSync('npm', ['pack', ...settings], { cwd: root, shell: process.platform === 'win32', stdio: 'inherit' })
}
