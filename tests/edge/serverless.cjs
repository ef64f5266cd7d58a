// Packages a function with serverless-esbuild, in the plugin's own code and with its own defaults. The framework around it is the
// part that the plugin reads: the framework itself would bring 450 packages more, and its newest version needs an account.
//   node serverless.cjs '{ "external": ["grantmint"] }'     the argument: the options under custom.esbuild

const { readFileSync, writeFileSync } = require('node:fs')
const Plugin = require('serverless-esbuild')

const esbuild = JSON.parse(process.argv[2])
const serverless = {
  config: { serviceDir: process.cwd() },
  service: {
    service: 'token',
    provider: { name: 'aws', runtime: 'nodejs20.x' },
    functions: { token: { handler: 'handler.token' } },
    package: {},
    custom: { esbuild },
    getFunction: (name) => serverless.service.functions[name],
    getAllFunctions: () => Object.keys(serverless.service.functions),
  },
  configSchemaHandler: { defineFunctionProperties() {} },
  classes: { Error },
  utils: {
    readFileSync: (file) => JSON.parse(readFileSync(file, 'utf8')),
    writeFileSync: (file, text) => writeFileSync(file, text),
  },
}
const silent = () => {}
const log = {
  verbose: silent,
  debug: silent,
  info: silent,
  notice: silent,
  warning: console.warn,
  error: console.error,
}

async function main() {
  const { hooks } = new Plugin(serverless, {}, { log })
  for (const name of [
    'initialize',
    'before:package:createDeploymentArtifacts',
    'after:package:createDeploymentArtifacts',
  ])
    await hooks[name]()
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error.message)
    // The plugin leaves esbuild's process behind.
    process.exit(1)
  },
)
