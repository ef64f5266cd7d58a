// Reads `.env` files as dotenv and as this Node.js do: a list of texts on standard input, and on standard output for each
// reader the value of the account's SID in every text, or null.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseEnv } from 'node:util'

const require = createRequire(new URL('../package.json', import.meta.url))
const dotenv = require('dotenv')

const texts = JSON.parse(readFileSync(0, 'utf8'))
const readings = (parse) => texts.map((text) => parse(text).TWILIO_ACCOUNT_SID ?? null)
const readers = { dotenv: readings(dotenv.parse), [`Node.js ${process.version}`]: readings(parseEnv) }
process.stdout.write(JSON.stringify(readers))
