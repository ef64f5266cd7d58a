#!/usr/bin/env node
'use strict'

// The command is in the native module alone.
process.env.GRANTMINT_ENGINE ||= 'native'

const { unwrap } = require('./lib/errors.js')
const native = require('./lib/native.js')

if (native.main === undefined) {
  process.stderr.write('grantmint: the command needs the native module; unset GRANTMINT_ENGINE\n')
  process.exitCode = 2
} else {
  process.exitCode = unwrap(native.main(process.argv.slice(2)))
}
