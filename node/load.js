'use strict'

const { classes } = require('./edge/classes.cjs')
const { engine } = require('./lib/wasm.js')

/** Returns the exports of the package, over a compiled `grantmint.wasm`. */
exports.load = (module) => classes(engine(module))
