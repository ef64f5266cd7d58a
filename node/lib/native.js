'use strict'

// The engine: the native module for this platform, or else WebAssembly, which runs everywhere.

const fs = require('node:fs')
const path = require('node:path')

const TARGETS = {
  'linux-x64': ['linux-x64-gnu', 'linux-x64-musl'],
  'linux-arm64': ['linux-arm64-gnu', 'linux-arm64-musl'],
  'darwin-x64': ['darwin-x64'],
  'darwin-arm64': ['darwin-arm64'],
  'win32-x64': ['win32-x64-msvc'],
  'win32-arm64': ['win32-arm64-msvc'],
}

const PACKAGE = path.join(__dirname, '..')
// Why modules did not load, in the order of the attempts.
const seen = []

module.exports = choose(process.env.GRANTMINT_ENGINE)

function choose(engine) {
  switch (engine) {
    case 'wasm':
      return openWasm()
    case 'native':
    case '':
    case undefined:
      return loadNative() ?? withoutNative(engine)
    default:
      throw failed(
        'unknown_engine',
        `GRANTMINT_ENGINE is unknown; expected native or wasm, got ${JSON.stringify(engine)}`,
      )
  }
}

/** Loads the native module: from this folder in a checkout, otherwise from its own package. */
function loadNative() {
  for (const target of targets()) {
    const native = load(target)
    if (native !== undefined) return native
  }
  return undefined
}

function targets() {
  return TARGETS[`${process.platform}-${process.arch}`] ?? []
}

function load(target) {
  // File tracers and bundlers follow only literal names, and bundlers accept a missing file only inside of `try`. With the
  // file's name, a bundler's setting for *.node applies.
  try {
    const native = loadFromCheckout(target)
    if (native !== undefined) return native
    switch (target) {
      case 'linux-x64-gnu':
        return require('grantmint-linux-x64-gnu/grantmint.linux-x64-gnu.node')
      case 'linux-x64-musl':
        return require('grantmint-linux-x64-musl/grantmint.linux-x64-musl.node')
      case 'linux-arm64-gnu':
        return require('grantmint-linux-arm64-gnu/grantmint.linux-arm64-gnu.node')
      case 'linux-arm64-musl':
        return require('grantmint-linux-arm64-musl/grantmint.linux-arm64-musl.node')
      case 'darwin-x64':
        return require('grantmint-darwin-x64/grantmint.darwin-x64.node')
      case 'darwin-arm64':
        return require('grantmint-darwin-arm64/grantmint.darwin-arm64.node')
      case 'win32-x64-msvc':
        return require('grantmint-win32-x64-msvc/grantmint.win32-x64-msvc.node')
      case 'win32-arm64-msvc':
        return require('grantmint-win32-arm64-msvc/grantmint.win32-arm64-msvc.node')
    }
  } catch (error) {
    seen.push({ target, error })
  }
  return undefined
}

/** Loads the module that `make build-node` leaves in this folder. Bundlers do not follow this path. */
function loadFromCheckout(target) {
  const file = path.join(PACKAGE, `grantmint.${target}.node`)
  if (!fs.existsSync(file)) return undefined
  const module = { exports: {} }
  process.dlopen(module, file)
  return module.exports
}

/** Returns the WebAssembly engine. */
function openWasm() {
  const bytes = fs.readFileSync(path.join(__dirname, '..', 'grantmint.wasm'))
  return require('./wasm.js').engine(new WebAssembly.Module(bytes))
}

/** Falls back to WebAssembly and warns once, or throws an error. Both say why no native module was loaded. */
function withoutNative(engine) {
  const { platform, arch } = process
  const reason = diagnose()
  const packages = targets().map((target) => `grantmint-${target}`)
  const start = `grantmint has no native module for ${platform} ${arch} here (packages: ${packages.join(', ') || 'none exists'}). `
  if (engine === 'native') throw failed('native_module_missing', `${start}${reason}${details()}`)
  let wasm
  try {
    wasm = openWasm()
  } catch (error) {
    const message = `${start}${reason} WebAssembly cannot take its place: ${error.message}${details()}`
    throw failed('native_module_missing', message)
  }
  process.emitWarning(
    `${start}It runs as WebAssembly, which is slower. ${reason} Set GRANTMINT_ENGINE=wasm to use WebAssembly without this warning.`,
    { code: 'GRANTMINT_WASM', detail: details().trim() || undefined },
  )
  return wasm
}

/** Says why no native module was loaded, from what is on the disk, and how to change that. */
function diagnose() {
  const loaded = seen.find(({ error }) => error.code !== 'MODULE_NOT_FOUND')
  if (loaded !== undefined) return diagnoseFailure(loaded)
  if (seen.length === 0) return 'No package is published for this platform.'
  if (!isPackage()) {
    return `The package was bundled, and the native module was left behind. ${leaveOut()}`
  }
  const [other] = siblings()
  if (other !== undefined) {
    return `node_modules contains ${other}: it was installed on another platform. Run npm install on this one.`
  }
  if (!fs.existsSync(inPackage('README.md'))) {
    return (
      'The package is a copy without its native module, as a file tracer makes it. Add ' +
      `node_modules/grantmint-${seen[0].target}/** to the traced files: outputFileTracingIncludes (Next.js).`
    )
  }
  return 'It was installed with --omit=optional, or from a lock file of another platform. Run npm install without it.'
}

/** Names the setting that leaves the package out of a bundle, of the bundler that made this one if that can be seen. */
function leaveOut() {
  // Only Next.js sets the variable, and only webpack has the function.
  if (process.env.NEXT_RUNTIME !== undefined) {
    return "Set serverExternalPackages: ['grantmint'] in next.config.js (Next.js)."
  }
  if (typeof __webpack_require__ === 'function') {
    return "Set externals: { grantmint: 'commonjs grantmint' } in webpack.config.js (webpack)."
  }
  return (
    "Leave grantmint out of the bundle, and install it beside it: --external:grantmint (esbuild), external: ['grantmint'] " +
    '(Rollup; serverless-esbuild, under custom.esbuild, where the packager installs it), ssr.external (Vite), externals ' +
    '(webpack), serverExternalPackages (Next.js).'
  )
}

/** Says why a native module that is there did not load. */
function diagnoseFailure({ target, error }) {
  if (error.code === 'ERR_DLOPEN_DISABLED' || /loading addons is disabled/.test(error.message)) {
    return 'Node was started with --no-addons, or without --allow-addons.'
  }
  const [needed] = error.message.match(/GLIBC_[\d.]+/) ?? []
  if (needed !== undefined) {
    return `The C library of this system is too old: grantmint-${target} needs ${needed.replace('_', ' ')} or later.`
  }
  return `The native module of grantmint-${target} does not load.`
}

/** Returns a path in this package. Tracers copy what `path.join` or `readdir` names, up to all of node_modules. */
function inPackage(file) {
  return PACKAGE.concat(path.sep, file)
}

/** Returns whether this file is still in its package. A bundle has another `package.json` above it, or none. */
function isPackage() {
  try {
    return JSON.parse(fs.readFileSync(path.join(PACKAGE, 'package.json'), 'utf8')).name === 'grantmint'
  } catch {
    return false
  }
}

/** Returns the platform packages that are installed beside this package. */
function siblings() {
  const names = Object.values(TARGETS).flatMap((all) => all.map((target) => `grantmint-${target}`))
  return names.filter((name) => fs.existsSync(inPackage(`..${path.sep}${name}`)))
}

/** Returns the messages of modules that are there but did not load. */
function details() {
  const failures = seen.filter(({ error }) => error.code !== 'MODULE_NOT_FOUND')
  return failures.map(({ target, error }) => `\n  grantmint-${target}: ${error.message}`).join('')
}

function failed(code, message) {
  return Object.assign(new Error(message), { code })
}
