// AddressSanitizer and LeakSanitizer over the Node module: `make asan`. Takes a module built for them, with functions that do
// what they are there to find.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const PACKAGE = path.join(HERE, '..', '..', 'node')
const FOUND = 99

// Node itself was not built for it, so the runtime is preloaded. GCC's runtime works for code compiled by LLVM.
const runtime = execFileSync('gcc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim()

// The known leaks of a worker that is terminated while Node rejects its calls: the eight bytes of a promise's other end,
// a closure, and its contents after the secret was taken out.
const UNAVOIDABLE =
  /leak of \d{1,3} byte[^]*(napi_create_promise|create_function_from_closure|bindings\/node\/src\/held\.rs:\d+)/

/** Returns a program's result and the reports about the module: a Node that ends early leaks blocks of its own. */
function run(folder, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    env: {
      ...process.env,
      LD_PRELOAD: runtime,
      ASAN_OPTIONS: `detect_leaks=1:exitcode=${FOUND}:detect_stack_use_after_return=1`,
    },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 900_000,
  })
  const isOurs = (part) => /\.node\b|bindings\/node|crates\//.test(part) && !UNAVOIDABLE.test(part)
  const reports = stderr.split('\n\n').filter(isOurs)
  if (/ERROR: AddressSanitizer/.test(stderr)) reports.unshift(stderr)
  return { status, stdout, stderr, found: reports.join('\n\n').slice(0, 20_000) }
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'grantmint-'))
try {
  const modules = path.join(folder, 'node_modules', 'grantmint')
  mkdirSync(modules, { recursive: true })
  for (const file of ['index.js', 'package.json', 'lib']) {
    cpSync(path.join(PACKAGE, file), path.join(modules, file), { recursive: true })
  }
  copyFileSync(process.argv[2], path.join(modules, `grantmint.${process.platform}-${process.arch}-gnu.node`))
  writeFileSync(path.join(folder, 'package.json'), '{}')
  mkdirSync(path.join(folder, 'reliability'))
  for (const program of ['orders.mjs', 'soak.mjs']) {
    copyFileSync(path.join(HERE, program), path.join(folder, 'reliability', program))
  }

  // Whether it finds anything at all.
  for (const [fault, name] of [
    ['lose', 'LeakSanitizer'],
    ['readBehind', 'heap-buffer-overflow'],
    ['readFreed', 'heap-use-after-free'],
  ]) {
    const native = './node_modules/grantmint/lib/native.js'
    const program = `const native = require('${native}'); for (let i = 0; i < 9; i++) native.${fault}(1000 + i)`
    const { status, stderr, found } = run(folder, '--eval', program)
    assert.deepEqual([status, stderr.includes(name), found.includes('fault_test')], [FOUND, true, true], stderr)
  }

  for (const args of [
    ['--expose-gc', 'reliability/orders.mjs', '300', '1'],
    ['--expose-gc', 'reliability/orders.mjs', '300', '2'],
    ['--expose-gc', '--max-semi-space-size=1', 'reliability/soak.mjs', '2000'],
  ]) {
    const { status, stdout, stderr, found } = run(folder, ...args)
    assert.equal(found, '')
    // Memory is not flat here, because the sanitizer delays freeing: the soak may report it.
    const lines = stdout.match(/^Node: /gm)?.length
    assert.equal(lines, args.at(-2).endsWith('soak.mjs') ? 3 : 1, `${status}\n${stdout}${stderr.slice(0, 20_000)}`)
    console.log(`asan: nothing in ${args.slice(1).join(' ')}`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
