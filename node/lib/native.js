'use strict'

// The native module for this platform: from this folder in a checkout, otherwise from its own npm package.

const TARGETS = {
  'linux-x64': ['linux-x64-gnu', 'linux-x64-musl'],
  'linux-arm64': ['linux-arm64-gnu', 'linux-arm64-musl'],
  'darwin-x64': ['darwin-x64'],
  'darwin-arm64': ['darwin-arm64'],
  'win32-x64': ['win32-x64-msvc'],
  'win32-arm64': ['win32-arm64-msvc'],
}

module.exports = load(TARGETS[`${process.platform}-${process.arch}`] ?? [])

function load(targets) {
  const reasons = []
  for (const target of targets) {
    for (const file of [`../grantmint.${target}.node`, `grantmint-${target}`]) {
      try {
        return require(file)
      } catch (error) {
        // Most of them are not installed. A binary that does not load has a reason, such as an old glibc.
        if (error.code !== 'MODULE_NOT_FOUND') reasons.push(`${file}: ${error.message}`)
      }
    }
  }
  const tried = targets.length > 0 ? targets.map((target) => `grantmint-${target}`).join(', ') : 'none exists'
  const error = new Error(
    `grantmint has no native module for ${process.platform} ${process.arch} here (packages: ${tried}). ` +
      'Was it installed on another platform, or with --omit=optional?' +
      reasons.map((reason) => `\n  ${reason}`).join(''),
  )
  error.code = 'native_module_missing'
  throw error
}
