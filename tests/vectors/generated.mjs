// The common part of the generators: each writes one file of cases, or checks that the file is up to date.

import { readFileSync, writeFileSync } from 'node:fs'

/** Says at the top of a generated file where it comes from. */
export const about = (generator, more = '') =>
  `Generated: do not edit. Regenerate with "node tests/vectors/${generator}". ${more}README.md describes the format.`

/** Returns text in ASCII, so that editors and terminals show it unchanged. */
export const ascii = (text) =>
  text.replace(/[^\0-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Writes a file beside this one; with `--check`, fails if it is not there or says something else. */
export function writeOrCheck(file, generator, cases, text) {
  const titles = cases.map(({ title }) => title)
  const repeated = titles.find((title, index) => titles.indexOf(title) !== index)
  if (repeated) throw new Error(`two cases are called ${JSON.stringify(repeated)}`)

  const url = new URL(file, import.meta.url)
  if (!process.argv.includes('--check')) {
    writeFileSync(url, text)
  } else if (readIfThere(url) !== text) {
    console.error(`tests/vectors/${file} is stale. Regenerate it: node tests/vectors/${generator}`)
    process.exitCode = 1
  }
}

function readIfThere(url) {
  try {
    return readFileSync(url, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return ''
    throw error
  }
}
