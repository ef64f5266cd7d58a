// The package as npm delivers it: it loads from an empty project, or its error names the missing part.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import grantmint from 'grantmint'
import { CREDENTIALS, issuerWith, NOW } from './credentials.mjs'
import { addPlatformPackage, emptyFolder, install } from './packed.mjs'

const require = createRequire(import.meta.url)
const NODE = fileURLToPath(new URL('../../node/', import.meta.url))
const native = require('../../node/lib/native.js')
const manifest = require('../../node/package.json')

const read = (file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

const WASM = !existsSync(path.join(NODE, 'grantmint.wasm')) && 'the WebAssembly module is not built'

/** Returns the output of a program in a new Node process. */
async function run(cwd, program, ...args) {
  return (await start(cwd, program, ...args)).stdout
}

/** Runs a program in a new Node process with the native engine, or with the engine that the environment chooses. */
async function start(cwd, program, ...args) {
  return startWith({ GRANTMINT_ENGINE: 'native' }, cwd, program, ...args)
}

async function startWith(variables, cwd, program, ...args) {
  const env = { ...process.env, ...variables }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...args, '--eval', program], { cwd, env })
  return { stdout: stdout.trim(), stderr }
}

const SAMPLE = `
  const [accountSid, keySid, secret] = ${JSON.stringify(CREDENTIALS)}
  const issuer = new Issuer({ accountSid, keySid, secret, grants: [new VideoGrant()] })
  console.log(issuer.mint('alice', { now: ${NOW} }))`
const EXPECTED = issuerWith().mint('alice', { now: NOW })

/** Tries to load the package, and prints the error as JSON. */
const LOAD = `
  try { require('grantmint'); console.log('{}') }
  catch ({ name, code, message }) { console.log(JSON.stringify({ name, code, message })) }`

test('the packed package works in an empty project', async (t) => {
  const { project, files, installed } = install(t)

  await t.test('it holds what it needs and nothing else', () => {
    for (const file of ['index.js', 'index.mjs', 'index.d.ts', 'index.d.mts', 'keeper/keeper.js', 'package.json'])
      assert.ok(files.includes(file), file)
    for (const file of files) {
      assert.match(
        file,
        /^(cli\.js|index\.(js|mjs|d\.ts|d\.mts)|load\.js|(load|wasm)\.d\.m?ts|edge\/[\w-]+\.[cm]js|grantmint\.wasm|lib\/\w+\.js|keeper\/(keeper\.(js|d\.ts)|package\.json)|package\.json|README\.md|LICENSE(-\w+)?)$/,
      )
    }
    // The WebAssembly module is most of it, and everyone downloads it.
    const [tarball] = readdirSync(project).filter((name) => name.endsWith('.tgz'))
    assert.ok(statSync(path.join(project, tarball)).size <= 260 * 1024)
    const library = readdirSync(path.join(NODE, 'lib')).map((name) => `lib/${name}`)
    assert.deepEqual(
      files.filter((file) => file.startsWith('lib/')),
      library.sort(),
    )
    assert.deepEqual(
      readdirSync(path.join(project, 'node_modules')).filter((name) => !name.startsWith('.')),
      ['grantmint'],
    )
  })

  await t.test('without its native module, the error names the platform and the packages', async () => {
    const { name, code, message } = JSON.parse(await run(project, LOAD))
    assert.deepEqual([name, code], ['Error', 'native_module_missing'])
    assert.ok(message.includes(`${process.platform} ${process.arch}`), message)
    assert.match(message, new RegExp(`packages: grantmint-${process.platform}-${process.arch}`))
  })

  await t.test('without its native module, it runs as WebAssembly and warns once', { skip: WASM }, async () => {
    const engine = { GRANTMINT_ENGINE: '' }
    const program = `const { Issuer, VideoGrant } = require('grantmint'); require('grantmint')${SAMPLE}`
    const { stdout, stderr } = await startWith(engine, project, program)
    assert.equal(stdout, EXPECTED)
    assert.equal(stderr.match(/GRANTMINT_WASM/g).length, 1, stderr)
    assert.match(stderr, /--omit=optional/)
    assert.match(stderr, /Set GRANTMINT_ENGINE=wasm/)
    assert.deepEqual(await startWith({ GRANTMINT_ENGINE: 'wasm' }, project, program), { stdout, stderr: '' })
    const esm = `import { Issuer, VideoGrant } from 'grantmint'${SAMPLE}`
    assert.equal((await startWith(engine, project, esm, '--input-type=module')).stdout, EXPECTED)
  })

  await t.test('packages of another platform beside it are named', { skip: WASM }, async (t) => {
    const folder = path.join(project, 'node_modules', 'grantmint-darwin-arm64')
    mkdirSync(folder)
    t.after(() => rmSync(folder, { recursive: true }))
    const { stderr } = await startWith({ GRANTMINT_ENGINE: '' }, project, `require('grantmint')`)
    assert.match(stderr, /node_modules contains grantmint-darwin-arm64: it was installed on another platform/)
  })

  await t.test('a copy of a file tracer is recognized', { skip: WASM }, async (t) => {
    const readme = path.join(installed, 'README.md')
    const text = readFileSync(readme)
    rmSync(readme)
    t.after(() => writeFileSync(readme, text))
    const { stderr } = await startWith({ GRANTMINT_ENGINE: '' }, project, `require('grantmint')`)
    assert.match(stderr, /a copy without its native module.*outputFileTracingIncludes/s)
  })

  await t.test('without both engines, the error names them', { skip: WASM }, async (t) => {
    const wasm = path.join(installed, 'grantmint.wasm')
    const bytes = readFileSync(wasm)
    rmSync(wasm)
    t.after(() => writeFileSync(wasm, bytes))
    const { code, message } = JSON.parse((await startWith({ GRANTMINT_ENGINE: '' }, project, LOAD)).stdout)
    assert.equal(code, 'native_module_missing')
    assert.match(message, /--omit=optional.* WebAssembly cannot take its place: ENOENT/s)
  })

  await t.test('outside of the package, a bundle is named with the settings that leave it out', async (t) => {
    const folder = emptyFolder(t)
    copyFileSync(path.join(installed, 'lib', 'native.js'), path.join(folder, 'bundle.js'))
    const { code, message } = JSON.parse(
      await run(folder, LOAD.replace("require('grantmint')", `require('./bundle.js')`)),
    )
    assert.equal(code, 'native_module_missing')
    assert.match(message, /was bundled.*--external:grantmint \(esbuild.*serverExternalPackages \(Next\.js\)/s)
  })

  await t.test('an unknown engine is rejected', async () => {
    const { stdout } = await startWith({ GRANTMINT_ENGINE: 'asm' }, project, LOAD)
    const { code, message } = JSON.parse(stdout)
    assert.equal(code, 'unknown_engine')
    assert.equal(message, 'GRANTMINT_ENGINE is unknown; expected native or wasm, got "asm"')
  })

  await t.test('with the platform package, require and import work', async () => {
    addPlatformPackage(project, manifest.version)
    assert.equal(await run(project, `const { Issuer, VideoGrant } = require('grantmint')${SAMPLE}`), EXPECTED)
    const named = `import { Issuer, VideoGrant } from 'grantmint'${SAMPLE}`
    assert.equal(await run(project, named, '--input-type=module'), EXPECTED)
    const whole = `import grantmint from 'grantmint'\nconst { Issuer, VideoGrant } = grantmint${SAMPLE}`
    assert.equal(await run(project, whole, '--input-type=module'), EXPECTED)
    const dynamic = `import('grantmint').then(({ Issuer, VideoGrant }) => {${SAMPLE}})`
    assert.equal(await run(project, dynamic), EXPECTED)
  })

  await t.test('the keeper is a module of its own, which needs no native module', async () => {
    const program = `import { keepToken } from 'grantmint/keeper'\nconsole.log(typeof keepToken)`
    assert.equal(await run(install(t).project, program, '--input-type=module'), 'function')
  })

  await t.test('its version can be read, its insides cannot', async () => {
    assert.equal(await run(project, `console.log(require('grantmint/package.json').version)`), manifest.version)
    const inside = `try { require('grantmint/lib/native.js') } catch ({ code }) { console.log(code) }`
    assert.equal(await run(project, inside), 'ERR_PACKAGE_PATH_NOT_EXPORTED')
  })

  await t.test('a native module that does not load says why', async () => {
    const { folder, file, name } = addPlatformPackage(install(t).project, manifest.version)
    writeFileSync(path.join(folder, file), 'not a library')
    const { code, message } = JSON.parse(await run(path.dirname(path.dirname(folder)), LOAD))
    assert.equal(code, 'native_module_missing')
    assert.ok(message.includes(`\n  ${name}: `), message)
  })

  await t.test('too old a C library is named with the version that it should have', async (t) => {
    const other = install(t)
    const { folder, file } = addPlatformPackage(other.project, manifest.version)
    // A folder instead of the module: its program has the loader's message.
    rmSync(path.join(folder, file))
    mkdirSync(path.join(folder, file))
    writeFileSync(
      path.join(folder, file, 'index.js'),
      'throw new Error("/lib/libc.so.6: version `GLIBC_2.17\' not found (required by grantmint.node)")',
    )
    const { message } = JSON.parse(await run(other.project, LOAD))
    assert.match(message, /C library of this system is too old: \S+ needs GLIBC 2\.17 or later/)
  })

  await t.test('with --no-addons, it runs as WebAssembly', { skip: WASM }, async () => {
    const program = `const { Issuer, VideoGrant } = require('grantmint')${SAMPLE}`
    const { stdout, stderr } = await startWith({ GRANTMINT_ENGINE: '' }, project, program, '--no-addons')
    assert.equal(stdout, EXPECTED)
    assert.match(stderr, /started with --no-addons/)
  })

  await t.test('a native module in the package itself is taken first', async () => {
    const other = install(t)
    const { folder, file } = addPlatformPackage(other.project, manifest.version)
    writeFileSync(path.join(other.installed, file), readFileSync(path.join(folder, file)))
    writeFileSync(path.join(folder, file), 'not a library')
    assert.equal(await run(other.project, `const { Issuer, VideoGrant } = require('grantmint')${SAMPLE}`), EXPECTED)
  })

  assert.ok(readdirSync(installed).length > 0)
})

test('the loader names a platform that it does not know', async () => {
  const platforms = [
    ['sunos', 'x64'],
    ['linux', 'mips'],
    ['freebsd', 'arm64'],
    ['win32', 'ia32'],
  ]
  for (const [platform, arch] of platforms) {
    const pretend = `
      Object.defineProperty(process, 'platform', { value: '${platform}' })
      Object.defineProperty(process, 'arch', { value: '${arch}' })`
    const { code, message } = JSON.parse(await run(fileURLToPath(new URL('..', import.meta.url)), pretend + LOAD))
    assert.equal(code, 'native_module_missing')
    assert.ok(
      message.startsWith(`grantmint has no native module for ${platform} ${arch} here (packages: none exists)`),
      message,
    )
  }
})

test('the loader asks for the packages of each platform that there is', async () => {
  const known = { linux: ['x64', 'arm64'], darwin: ['x64', 'arm64'], win32: ['x64', 'arm64'] }
  for (const [platform, arches] of Object.entries(known)) {
    for (const arch of arches.filter((arch) => platform !== process.platform || arch !== process.arch)) {
      const pretend = `
        Object.defineProperty(process, 'platform', { value: '${platform}' })
        Object.defineProperty(process, 'arch', { value: '${arch}' })`
      const { message } = JSON.parse(await run(fileURLToPath(new URL('..', import.meta.url)), pretend + LOAD))
      const kinds = { linux: ['-gnu', '-musl'], darwin: [''], win32: ['-msvc'] }[platform]
      const packages = kinds.map((kind) => `grantmint-${platform}-${arch}${kind}`).join(', ')
      assert.ok(message.includes(`for ${platform} ${arch} here (packages: ${packages})`), message)
    }
  }
})

test('it depends on nothing', () => {
  for (const kind of ['dependencies', 'peerDependencies', 'bundleDependencies', 'bundledDependencies']) {
    assert.equal(manifest[kind], undefined, kind)
  }
  // The platform packages, at most.
  for (const name of Object.keys(manifest.optionalDependencies ?? {})) assert.match(name, /^grantmint-/)
  for (const script of ['preinstall', 'install', 'postinstall']) assert.equal(manifest.scripts?.[script], undefined)
})

test('its version is a placeholder, which a release replaces with the one in Cargo.toml', () => {
  assert.equal(manifest.version, '0.0.0')
})

test('the classes agree with the core', () => {
  const { products, defaultTtl } = JSON.parse(native.contract())
  for (const { class: name, key } of products) {
    const parts = [
      ['node/lib/grants.js', new RegExp(`class ${name} `)],
      ['node/lib/grants.js', new RegExp(`product\\(\\s*${name},\\s*'${key}',`)],
      ['node/lib/grants.js', new RegExp(`module\\.exports = {[^}]*\\b${name}\\b`)],
      ['node/lib/access_token.js', new RegExp(`\\b${name}\\b`)],
      ['node/index.js', new RegExp(`exports\\.${name} = `)],
      ['node/index.mjs', new RegExp(`\\b${name}\\b`)],
    ]
    for (const [file, pattern] of parts) assert.ok(pattern.test(read(file)), `${file} lacks ${pattern}`)
  }
  assert.deepEqual(
    products.map(({ class: name }) => name).sort(),
    Object.keys(grantmint)
      .filter((name) => /.Grant$/.test(name))
      .sort(),
  )
  for (const { class: name, key, fields } of products) {
    const grant = new grantmint[name]()
    assert.equal(grant.key, key)
    assert.deepEqual(Object.keys(grant), ['key', ...fields])
    assert.deepEqual(
      Object.keys(new grantmint.AccessToken[name](Object.fromEntries(fields.map((field) => [field, null])))),
      ['key', ...fields],
    )
  }
  assert.equal(new grantmint.AccessToken(...CREDENTIALS).ttl, defaultTtl)
})

test('the native module cannot panic on demand, as the one of `make check-panics` can', () => {
  assert.deepEqual(
    Object.keys(native).filter((name) => /panic/i.test(name)),
    [],
  )
})

test('each field of each class reaches its own place in the core', () => {
  const { products } = JSON.parse(native.contract())
  for (const { class: name, fields } of products) {
    for (const field of fields) {
      // A symbol is always wrong, so the error shows how the core read it.
      const grant = new grantmint[name]({ [field]: Symbol('wrong') })
      assert.throws(() => grant.toPayload(), {
        code: 'wrong_type',
        field,
        message: new RegExp(`^${name}\\.${field} must be `),
      })
    }
  }
})

test('the types name every product of the core, with its fields', () => {
  const types = read('node/index.d.ts')
  for (const { class: name, key, fields } of JSON.parse(native.contract()).products) {
    for (const text of [
      `export import ${name} = AccessToken.${name}\n`,
      `extends Grant<${name}Options, ${name}Payload, '${key}'>`,
      `interface ${name}Options {\n`,
    ])
      assert.ok(types.includes(text), `node/index.d.ts lacks: ${text}`)
    const [body] = types.split(`interface ${name}Options {\n`)[1].split('\n  }')
    assert.deepEqual(
      [...body.matchAll(/^ {4}(\w+)\?:/gm)].map(([, field]) => field),
      fields,
      `the options of ${name} in node/index.d.ts`,
    )
  }
})
