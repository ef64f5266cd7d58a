import type * as grantmint from './index.js'

/**
 * Returns the package over a module that the caller compiled from `grantmint/grantmint.wasm`, for runtimes that none of the
 * package's own entries fits. Each call returns classes of its own.
 *
 * @example
 * ```js
 * const { readFileSync } = require('node:fs')
 * const { load } = require('grantmint/load')
 *
 * const bytes = readFileSync(require.resolve('grantmint/grantmint.wasm'))
 * const { inspect } = load(new WebAssembly.Module(bytes))
 * inspect('eyJ').kind // => 'not_a_token'
 * ```
 */
export function load(module: object): typeof grantmint
