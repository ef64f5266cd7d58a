// The table "where it runs" of docs/serverless.md: node tests/edge/places.mjs writes it. Each place has the tests that run the package
// there, which places.test.mjs looks for.

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const RUNTIMES = 'runtimes/runtimes.test.mjs'
const PACKAGE = 'node/package.test.mjs'
const EDGE = 'edge/runtimes.test.mjs'
const EXAMPLES = 'edge/examples.test.mjs'
const SERVERS = 'edge/servers.test.mjs'
const BUNDLERS = 'edge/bundlers.test.mjs'

export const PLACES = [
  {
    place: 'Node 20 and later, Bun: Linux with glibc 2.17 or musl, macOS, Windows; x64 and arm64',
    engine: 'native',
    setup: 'none',
    tested: 'see [Platforms](platforms.md)',
    tests: [
      [RUNTIMES, 'on every runtime'],
      [RUNTIMES, 'the shared vectors'],
    ],
  },
  {
    place: 'Node and Bun on any other platform, or with `--no-addons`',
    engine: 'WebAssembly, with a warning',
    setup: 'none',
    tested: 'Node, Bun',
    tests: [
      [PACKAGE, 'without its native module, it runs as WebAssembly and warns once'],
      [PACKAGE, 'with --no-addons, it runs as WebAssembly'],
      [EDGE, 'Bun'],
    ],
  },
  {
    place: 'Deno, Deno Deploy',
    engine: 'WebAssembly',
    setup: 'none, and no permission; `Issuer.fromEnv` needs `--allow-env`',
    tested: 'Deno',
    tests: [[EDGE, 'Deno without a permission']],
  },
  {
    place: 'Cloudflare Workers',
    engine: 'WebAssembly',
    setup: 'none',
    tested: 'workerd, wrangler',
    tests: [
      [EDGE, "workerd, Cloudflare's runtime"],
      [EXAMPLES, 'the Worker, in wrangler'],
    ],
  },
  {
    place: 'Vercel Edge, Next.js Edge',
    engine: 'WebAssembly',
    setup: 'none',
    tested: 'edge-runtime, Next.js 15',
    tests: [
      [EDGE, "edge-runtime, Vercel's runtime"],
      [SERVERS, 'Next.js 15, standalone'],
    ],
  },
  {
    place: 'Next.js, Node.js runtime',
    engine: 'native',
    setup: "`serverExternalPackages: ['grantmint']`",
    tested: 'Next.js 15 with webpack, Next.js 16 with webpack and Turbopack',
    tests: [
      [EXAMPLES, 'Next.js, standalone'],
      [SERVERS, 'Next.js 15, standalone'],
    ],
  },
  {
    place: 'SvelteKit, its adapter for Node.js',
    engine: 'native',
    setup: 'grantmint under `dependencies`: the adapter bundles development dependencies',
    tested: 'SvelteKit 2',
    tests: [[SERVERS, "SvelteKit's adapter for Node.js"]],
  },
  {
    place: 'Nuxt, its preset for Node.js',
    engine: 'native',
    setup: 'none',
    tested: 'Nuxt 4',
    tests: [[SERVERS, "Nuxt's preset for Node.js"]],
  },
  {
    place: 'Browsers, with a bundler or without',
    engine: 'WebAssembly',
    setup: "`script-src 'wasm-unsafe-eval'` under a Content Security Policy",
    tested: 'Chromium, Vite',
    tests: [
      [EDGE, 'Chromium, under a strict policy'],
      [BUNDLERS, 'Vite: a build for browsers, and one for servers'],
    ],
  },
  {
    place: 'other runtimes with WebAssembly and SIMD',
    engine: 'WebAssembly',
    setup: '[`grantmint/load`](#another-runtime)',
    tested: 'Node',
    tests: [
      ['node/wasm.test.mjs', 'load returns the whole package'],
      ['node/wasm.test.mjs', 'it needs no Buffer, no process, no FinalizationRegistry and no module of Node'],
    ],
  },
]

export const PAGE = fileURLToPath(new URL('../../docs/serverless.md', import.meta.url))

/** Returns the page's text with the table of PLACES. */
export function withTable(text) {
  const rows = PLACES.map(({ place, engine, setup, tested }) => `| ${place} | ${engine} | ${setup} | ${tested} |\n`)
  const table = `| place | engine | setup | tested in |\n|---|---|---|---|\n${rows.join('')}`
  return text.replace(/^\| place \|.*\n(?:\|.*\n)+/m, () => table)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8')))
