// grantmint/keeper where there is no page: in Hermes, the engine of React Native, compiled and polyfilled as in an app.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { transformAsync } from '@babel/core'
import preset from '@react-native/babel-preset'
import * as esbuild from 'esbuild'
import { emptyFolder } from '../node/packed.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const HERMES = path.join(HERE, 'node_modules/hermes-engine-cli/linux64-bin/hermes')
const runs = process.platform === 'linux' && process.arch === 'x64' && existsSync(HERMES)
const skip = !runs && 'Hermes is missing: npm has its program for Linux on x64 alone'

test('in the engine of React Native, it renews, hands tokens over, and stops', { skip }, async (t) => {
  const folder = emptyFolder(t, HERE)
  const entry = path.join(folder, 'entry.js')
  // The polyfills come first, as in an app.
  writeFileSync(
    entry,
    "import { run } from '../native.js'\nimport * as keeper from 'grantmint/keeper'\nrun(keeper).catch(({ stack }) => print(stack))\n",
  )
  const options = { bundle: true, format: 'iife', platform: 'neutral', mainFields: ['module', 'main'], write: false }
  const { outputFiles } = await esbuild.build({ ...options, entryPoints: [entry], logLevel: 'error' })
  const babel = { presets: [[preset, { enableBabelRuntime: false }]], configFile: false, compact: false }
  const { code } = await transformAsync(outputFiles[0].text, { ...babel, cwd: HERE })
  const app = path.join(folder, 'app.js')
  writeFileSync(app, code)
  chmodSync(HERMES, 0o755)
  const printed = execFileSync(HERMES, ['-w', app], { encoding: 'utf8', timeout: 30_000 })
  assert.match(printed, /^{/)
  const { given, heard, listeners } = JSON.parse(printed)
  assert.deepEqual(given, ['token 1', 'token 2', 'token 3', 'token 4'])
  const renewal = ['state renewing', 'state fresh', 'token']
  assert.deepEqual(heard, [
    ...renewal.slice(1),
    ...renewal,
    ...renewal,
    ...renewal,
    'state renewing',
    'state signedout',
    'signedout  signed_out',
    'state stopped',
  ])
  assert.deepEqual(listeners, [])
})
