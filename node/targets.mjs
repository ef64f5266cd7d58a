// The Node names of a Rust target: its native module, its npm package, and the platforms that npm installs it on.

const CPUS = { x86_64: 'x64', aarch64: 'arm64' }
const SYSTEMS = {
  'unknown-linux-gnu': { os: 'linux', libc: 'glibc', suffix: '-gnu', library: 'libgrantmint_node.so' },
  'unknown-linux-musl': { os: 'linux', libc: 'musl', suffix: '-musl', library: 'libgrantmint_node.so' },
  'apple-darwin': { os: 'darwin', suffix: '', library: 'libgrantmint_node.dylib' },
  'pc-windows-msvc': { os: 'win32', suffix: '-msvc', library: 'grantmint_node.dll' },
}

export function describe(triple) {
  const [, processor, rest] = triple.match(/^([^-]+)-(.+)$/)
  const cpu = CPUS[processor]
  const { os, libc, suffix, library } = SYSTEMS[rest] ?? {}
  if (!cpu || !os) throw new Error(`no native module is made for ${triple}`)
  const name = `${os}-${cpu}${suffix}`
  return { name, os, cpu, libc, library, module: `grantmint.${name}.node`, package: `grantmint-${name}` }
}
