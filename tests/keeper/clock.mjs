// A clock for tests: time passes only when a test says so. A computer's sleep moves one of the two clocks alone.

import { setImmediate as nextTurn } from 'node:timers/promises'

/** Replaces the timers and clocks of this process until the test `t` ends. */
export function fakeClock(t, { wall = 1_800_000_000, random = () => 0.5 } = {}) {
  const timers = new Map()
  let monotonic = 0
  let offset = wall * 1000
  let serial = 0
  let slept = 0

  t.mock.method(globalThis, 'setTimeout', (callback, delay = 0) => {
    timers.set(++serial, { callback, at: monotonic + Math.max(0, delay) })
    return serial
  })
  t.mock.method(globalThis, 'clearTimeout', (id) => timers.delete(id))
  t.mock.method(performance, 'now', () => monotonic)
  t.mock.method(Date, 'now', () => monotonic + offset)
  t.mock.method(Math, 'random', () => random())

  const settle = async () => {
    // A few turns of the event loop: every promise that can settle does.
    for (let turn = 0; turn < 3; turn++) await nextTurn()
  }

  return {
    timers,
    settle,
    /** The time in seconds of a server whose clock is right. */
    now: () => wall + monotonic / 1000 + slept,
    /** Lets time pass, and runs the timers in order. */
    async advance(seconds) {
      await settle()
      const end = monotonic + seconds * 1000
      for (;;) {
        const [next] = [...timers].sort(([, a], [, b]) => a.at - b.at)
        if (!next || next[1].at > end) break
        timers.delete(next[0])
        monotonic = Math.max(monotonic, next[1].at)
        next[1].callback()
        await settle()
      }
      monotonic = end
    },
    /** Lets a computer sleep: the timers and the monotonic clock stand still. */
    sleep(seconds) {
      slept += seconds
      offset += seconds * 1000
    },
    /** Sets the client's clock forward or back. */
    jump: (seconds) => (offset += seconds * 1000),
  }
}
