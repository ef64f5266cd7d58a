// serverless-esbuild with its defaults, and with the documented setting: the archive of a function that mints a token.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import jsonwebtoken from 'jsonwebtoken'
import { emptyFolder, npm } from '../node/packed.mjs'
import { addPlatformPackage, emptyFolderIn, HERE, run, skip } from './package.mjs'
import { install, SECRET, VARIABLES } from './serve.mjs'

const missing =
  !existsSync(path.join(HERE, 'node_modules', 'serverless-esbuild')) && 'serverless-esbuild is not installed'

const HANDLER = `const { Issuer, VideoGrant } = require('grantmint')

let issuer

exports.token = async () => {
  issuer ??= Issuer.fromEnv({ grants: [new VideoGrant({ room: 'daily' })] })
  return { statusCode: 200, body: JSON.stringify(issuer.issue('alice')) }
}
`

test('serverless-esbuild', { skip: skip || missing, timeout: 240_000 }, async (t) => {
  const folder = project(t)
  const package_ = (options) =>
    run(folder, process.execPath, [path.join(HERE, 'serverless.cjs'), JSON.stringify(options)], {
      npm_config_offline: 'true',
    })
  const invoke = (place) => {
    const program = "require('./handler.js').token().then(({ body }) => console.log(body))"
    const { stdout, stderr } = run(place, process.execPath, ['-e', program], VARIABLES)
    assert.equal(stderr, '')
    const { token } = JSON.parse(stdout)
    assert.deepEqual(jsonwebtoken.verify(token, SECRET).grants, { identity: 'alice', video: { room: 'daily' } })
  }

  await t.test('with its defaults names the native module', () => {
    const { status, stderr } = package_({})
    assert.equal(status, 1)
    assert.match(stderr, /No loader is configured for "\.node" files: \S+grantmint-\S+\.node\n/)
  })

  await t.test('with the documented setting, it installs the package beside the function', (t) => {
    const page = readFileSync(new URL('../../docs/migration.md', import.meta.url), 'utf8')
    assert.match(page, /^\| serverless-esbuild \| `external: \['grantmint'\]` under `custom\.esbuild`/m)
    const { status, stderr } = package_({ external: ['grantmint'] })
    assert.equal(status, 0, stderr)
    // Outside of every package, as in the cloud.
    const place = emptyFolder(t)
    execFileSync('python3', ['-m', 'zipfile', '-e', path.join(folder, '.serverless', 'token.zip'), place])
    assert.equal(readdirSync(path.join(place, 'node_modules')).filter((name) => /^grantmint-/.test(name)).length, 1)
    invoke(place)
  })
})

/** Returns a project that depends on the package, which depends on its native module, as released packages do. */
function project(t) {
  const folder = emptyFolderIn(t)
  const source = path.join(folder, 'packages')
  install(source, t)
  const native = addPlatformPackage(source, '0.0.0')
  const tarball = (name) => {
    const file = path.join(folder, `${name}.tgz`)
    execFileSync('tar', ['-czf', file, '-C', path.join(source, 'node_modules'), name])
    return `file:${file}`
  }
  const manifest = path.join(source, 'node_modules', 'grantmint', 'package.json')
  const optionalDependencies = { [native.name]: tarball(native.name) }
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), optionalDependencies }))

  const app = path.join(folder, 'app')
  mkdirSync(app)
  const dependencies = { grantmint: tarball('grantmint') }
  writeFileSync(path.join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, dependencies }))
  writeFileSync(path.join(app, 'handler.js'), HANDLER)
  npm(app, 'install')
  return app
}
