// The module as a project uses it: its size, its bundles, its types and its place in the package.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'
import { build } from 'vite'
import { emptyFolder } from '../node/packed.mjs'
import { draw, peaks } from './simulation.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const FILE = fileURLToPath(new URL('../../node/keeper/keeper.js', import.meta.url))
const ENTRY = "import { keepToken } from 'grantmint/keeper'\nglobalThis.keepToken = keepToken\n"

/** Returns a file that imports the module by its name. */
function entry(t) {
  const file = path.join(emptyFolder(t, HERE), 'entry.js')
  writeFileSync(file, ENTRY)
  return file
}

test('minified and gzipped, it has at most 2.5 KB', async () => {
  const { outputFiles } = await esbuild.build({
    entryPoints: [FILE],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  })
  const size = gzipSync(outputFiles[0].contents, { level: 9 }).length
  assert.ok(size > 1000 && size <= 2500, `${size} bytes`)
})

test('a bundle of esbuild contains this file and nothing else', async (t) => {
  const file = entry(t)
  const options = { entryPoints: [file], bundle: true, write: false, metafile: true, format: 'esm', logLevel: 'silent' }
  for (const platform of ['browser', 'neutral']) {
    const { metafile, warnings } = await esbuild.build({ ...options, platform, absWorkingDir: HERE })
    const inputs = Object.keys(metafile.inputs).map((name) => path.resolve(HERE, name))
    assert.deepEqual(inputs.sort(), [FILE, file].sort())
    assert.deepEqual(
      Object.values(metafile.inputs)
        .flatMap(({ imports }) => imports)
        .map(({ kind }) => kind),
      ['import-statement'],
    )
    assert.deepEqual(warnings, [])
  }
})

test('a bundle of Vite contains this file and nothing else', async (t) => {
  const file = entry(t)
  const html = path.join(path.dirname(file), 'index.html')
  writeFileSync(html, '<!doctype html><title>A page</title><script type="module" src="./entry.js"></script>')
  const { output } = await build({
    root: path.dirname(file),
    configFile: false,
    logLevel: 'error',
    // The helper for old browsers is Vite's own.
    build: { write: false, modulePreload: false },
  })
  const modules = output.filter(({ type }) => type === 'chunk').flatMap(({ moduleIds }) => moduleIds)
  const files = modules.map((id) => id.split('?')[0]).filter((id) => path.extname(id) === '.js')
  assert.deepEqual(files.sort(), [FILE, file].sort())
  assert.ok(!output.some(({ code = '' }) => /\brequire\(|\.node"|WebAssembly/.test(code)))
})

test('its types take the clients of Twilio’s SDKs, and refuse Video', () => {
  const compiler = createRequire(new URL('../', import.meta.url)).resolve('typescript/package.json')
  const { bin } = JSON.parse(readFileSync(compiler, 'utf8'))
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--lib', 'es2022,dom']
  const tsc = path.join(path.dirname(compiler), bin.tsc)
  const { stdout, status } = spawnSync(process.execPath, [tsc, ...options, 'sdks.mts'], { cwd: HERE, encoding: 'utf8' })
  assert.deepEqual([status, stdout], [0, ''])
})

test('it needs no import, so that a page can load the file as it is', () => {
  const source = readFileSync(FILE, 'utf8')
  assert.doesNotMatch(source, /^\s*(import|export .* from)\b|\bimport\(|\brequire\(/m)
  assert.deepEqual(source.match(/^export .*$/gm), ['export function keepToken(...source) {'])
})

test('the simulation’s chart and figures are those of docs/running-many.md', () => {
  const read = (name) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
  assert.equal(read('images/renewals.svg'), draw(), 'stale: run node tests/keeper/simulation.mjs')
  const row = (spread) =>
    `| ${peaks(spread)
      .map((rate) => rate.toLocaleString('en'))
      .join(' | ')} |`
  const page = read('running-many.md')
  assert.ok(page.includes(`without the spread ${row(0)}`), row(0))
  assert.ok(page.includes(`with the spread ${row(360)}`), row(360))
})
