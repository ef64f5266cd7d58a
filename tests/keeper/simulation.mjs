// A simulation of 100,000 clients that connect within a minute, and renew hourly tokens. It draws docs/images/renewals.svg:
//   node tests/keeper/simulation.mjs [--check]
// tests/keeper/keeper.test.mjs checks the times of a renewal, which are repeated here.

import { readFileSync, writeFileSync } from 'node:fs'

const CLIENTS = 100_000
const LIFETIME = 3600
const RENEWAL = 3420
const END = 3 * LIFETIME
/** Renewals are counted in intervals of 20 seconds. */
const BIN = 20
const FILE = new URL('../../docs/images/renewals.svg', import.meta.url)

/** Returns the renewals a second in each interval, if a client renews `spread` seconds early at most. */
export function simulate(spread) {
  const random = generator(1)
  const counts = new Array(END / BIN).fill(0)
  for (let client = 0; client < CLIENTS; client++) {
    let time = random() * 60
    while ((time += RENEWAL - spread * random()) < END) counts[Math.floor(time / BIN)]++
  }
  return counts.map((count) => count / BIN)
}

/** A random number generator with a seed: the same chart each time. */
function generator(seed) {
  return () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 32
  }
}

export function draw() {
  const [together, spread] = [simulate(0), simulate(LIFETIME / 10)]
  const most = 1800
  const x = (interval) => 60 + (interval / together.length) * 640
  const y = (rate) => 220 - (rate / most) * 180
  const line = (rates) => rates.map((rate, interval) => `${x(interval).toFixed(1)},${y(rate).toFixed(1)}`).join(' ')
  const rows = [0, 600, 1200, 1800].map(
    (rate) =>
      `<path class="grid" d="M60 ${y(rate)}H700"/><text x="52" y="${y(rate) + 4}" text-anchor="end">${rate.toLocaleString('en')}</text>`,
  )
  const hours = [0, 1, 2, 3].map(
    (hour) => `<text x="${60 + (hour / 3) * 640}" y="240" text-anchor="middle">${hour} h</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 260" role="img" aria-labelledby="title">
<title id="title">Renewals a second of 100,000 clients that connect within a minute: with the keeper’s spread and without</title>
<style>
text { font: 12px system-ui, sans-serif; fill: #57606a }
.grid { stroke: #d0d7de; fill: none }
polyline { fill: none; stroke-width: 2; stroke-linejoin: round }
.together { stroke: #cf222e; stroke-dasharray: 5 3 }
.spread { stroke: #0969da }
@media (prefers-color-scheme: dark) {
  text { fill: #8b949e }
  .grid { stroke: #30363d }
  .together { stroke: #ff7b72 }
  .spread { stroke: #58a6ff }
}
</style>
<text x="60" y="20">renewals a second</text>
<polyline class="together" points="420,16 450,16"/><text x="456" y="20">without the spread</text>
<polyline class="spread" points="580,16 610,16"/><text x="616" y="20">keeper</text>
${[...rows, ...hours].join('\n')}
<polyline class="together" points="${line(together)}"/>
<polyline class="spread" points="${line(spread)}"/>
</svg>
`
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  if (!process.argv.includes('--check')) writeFileSync(FILE, draw())
  else if (readFileSync(FILE, 'utf8') !== draw()) throw new Error('Stale: run node tests/keeper/simulation.mjs')
  for (const spread of [0, LIFETIME / 10]) console.log(`spread ${spread}: at most ${peaks(spread).join(', ')} a second`)
}

/** Returns the most renewals a second around the first, second and third renewal. */
export function peaks(spread) {
  const rates = simulate(spread)
  const around = (time) => rates.slice(Math.floor((time - RENEWAL / 2) / BIN), Math.floor((time + RENEWAL / 2) / BIN))
  return [1, 2, 3].map((number) => Math.round(Math.max(...around(number * (RENEWAL - spread / 2)))))
}
