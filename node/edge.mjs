// Writes the entries for places without Node into edge/: the classes of lib/ as one file, and for each kind of place a module
// that gives them the WebAssembly engine.
//   node edge.mjs

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const OUT = path.join(HERE, 'edge')
const ENGINES = ['native.js', 'wasm.js']
const LIB = readdirSync(path.join(HERE, 'lib'))
  .filter((name) => !ENGINES.includes(name))
  .map((name) => `lib/${name}`)
const [, NAMES] = readFileSync(path.join(HERE, 'index.mjs'), 'utf8').match(/export const \{([^}]+)\}/)

rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT)

const modules = ['index.js', ...LIB].map((file) => {
  const source = readFileSync(path.join(HERE, file), 'utf8').replace(/^'use strict'\n+/, '')
  return `  '${path.basename(file)}'(module, exports, require) {\n${source}  },\n`
})
const classes = `// Written by edge.mjs: the files of lib/, each as the function that CommonJS makes of it.

const MODULES = {
${modules.join('')}}

/** Returns the exports of the package, over an engine. */
function classes(engine) {
  const loaded = { 'native.js': { exports: engine } }
  function require(file) {
    const name = file.slice(file.lastIndexOf('/') + 1)
    if (loaded[name] === undefined) {
      loaded[name] = { exports: {} }
      MODULES[name](loaded[name], loaded[name].exports, require)
    }
    return loaded[name].exports
  }
  return require('./index.js')
}
`
const engine = readFileSync(path.join(HERE, 'lib', 'wasm.js'), 'utf8')
write('classes.cjs', `'use strict'\n\n${classes}\nmodule.exports = { classes }\n`)
write('classes.mjs', `${classes}\nexport { classes }\n`)
write('engine.mjs', engine.replace(/^'use strict'\n+/, '').replace('module.exports = { engine }', 'export { engine }'))

// For any place that can compile the module itself.
write(
  'load.mjs',
  `import { classes } from './classes.mjs'
import { engine } from './engine.mjs'

/** Returns the exports of the package, over a compiled \`grantmint.wasm\`. */
export function load(module) {
  return classes(engine(module))
}
`,
)
// Cloudflare's runtime imports a WebAssembly file as its module.
entry('workerd', `import module from '../grantmint.wasm'`)
// Vercel and Next.js do so for this suffix.
entry('edge-light', `import module from '../grantmint.wasm?module'`)
// The source phase of https://github.com/tc39/proposal-source-phase-imports. It needs no permission.
entry('deno', `import source module from '../grantmint.wasm'`)
// Bundlers know the pattern of the URL and copy the file. Servers may send it with any type.
entry(
  'browser',
  `const response = await fetch(new URL('../grantmint.wasm', import.meta.url))
if (!response.ok) throw new Error(\`grantmint.wasm was not loaded: \${response.status} from \${response.url}\`)
const module = await WebAssembly.compile(await response.arrayBuffer())`,
)

function entry(name, module) {
  const isImport = module.startsWith('import')
  write(
    `${name}.mjs`,
    `import { load } from './load.mjs'\n${isImport ? `${module}\n` : `\n${module}\n`}
const grantmint = load(module)

export const {${NAMES}} = grantmint

export default grantmint
`,
  )
}

function write(file, text) {
  writeFileSync(path.join(OUT, file), text)
}
