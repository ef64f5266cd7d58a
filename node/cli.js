#!/usr/bin/env node
'use strict'

const { unwrap } = require('./lib/errors.js')
const native = require('./lib/native.js')

process.exitCode = unwrap(native.main(process.argv.slice(2)))
