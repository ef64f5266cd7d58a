// An npm registry on loopback that serves the tarballs of a folder: enough for `install` of any package manager.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe } from '../../node/targets.mjs'

/** Serves until the test `t` ends: the address, the main package's manifest, and the paths that were asked for. */
export async function serve(t, folder) {
  const packages = new Map()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.tgz'))) {
    const tarball = readFileSync(path.join(folder, file))
    const manifest = manifestOf(tarball)
    packages.set(manifest.name, { manifest, tarball })
  }
  const { manifest } = packages.get('grantmint') ?? {}
  if (!manifest) throw new Error(`no package is in ${folder}: run "make dist" first`)
  addMissing(packages, manifest)

  const asked = []
  const server = createServer((request, response) => {
    const [, name, file] = decodeURIComponent(request.url).match(/^\/([^/]+)(?:\/-\/(.+\.tgz))?$/) ?? []
    asked.push(request.url)
    const found = packages.get(name)
    if (!found) return response.writeHead(404).end('{}')
    if (file) return response.end(found.tarball)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(packument(found, url)))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${server.address().port}`
  return { url, manifest, asked }
}

function packument({ manifest, tarball }, url) {
  const { name, version } = manifest
  const dist = {
    tarball: `${url}/${name}/-/${name}-${version}.tgz`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
  }
  const time = { [version]: '2026-01-01T00:00:00.000Z' }
  return { name, 'dist-tags': { latest: version }, time, versions: { [version]: { ...manifest, dist } } }
}

/** The platforms that were not built here get a package without a native module: Yarn 1 fetches those of all platforms. */
function addMissing(packages, { version, optionalDependencies }) {
  const { napi } = JSON.parse(readFileSync(new URL('../../node/package.json', import.meta.url), 'utf8'))
  for (const { package: name, os, cpu, libc } of napi.targets.map(describe)) {
    if (!(name in optionalDependencies)) throw new Error(`${name} is not an optional dependency`)
    const manifest = { name, version, os: [os], cpu: [cpu], libc: libc && [libc] }
    if (!packages.has(name)) packages.set(name, { manifest, tarball: tarballOf(manifest) })
  }
}

// A tar archive is blocks of 512 bytes: for each file a header, then its contents. The fields that matter here:
const NAME = 0
const MODE = 100
const SIZE = 124
const CHECKSUM = 148

function manifestOf(tarball) {
  const archive = gunzipSync(tarball)
  for (let at = 0; at < archive.length; ) {
    const name = archive.toString('latin1', at + NAME, archive.indexOf(0, at))
    const size = parseInt(archive.toString('latin1', at + SIZE, at + SIZE + 12), 8)
    if (name === 'package/package.json') return JSON.parse(archive.toString('utf8', at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  throw new Error('no package.json')
}

function tarballOf(manifest) {
  const contents = Buffer.from(JSON.stringify(manifest))
  const header = Buffer.alloc(512)
  header.write('package/package.json', NAME)
  header.write('0000644', MODE)
  header.write(contents.length.toString(8).padStart(11, '0'), SIZE)
  header.write('        ', CHECKSUM)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM)
  const padding = Buffer.alloc((512 - (contents.length % 512)) % 512)
  return gzipSync(Buffer.concat([header, contents, padding, Buffer.alloc(1024)]))
}
