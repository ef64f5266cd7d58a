'use strict'

// The WebAssembly engine: an object with the functions of the native module. The other side is `bindings/wasm/src/lib.rs`.
// Nothing here needs Node: this file also runs in browsers and edge runtimes.

const INTERNAL = ['internal', '', 'grantmint failed; this is a bug in grantmint, not in your code', '']

/** Returns an engine that runs a `WebAssembly.Module`. */
function engine(module) {
  let current

  /** Runs a call in the instance. A trap leaves the memory in any state, so the next call gets a new instance. */
  function run(call) {
    try {
      current ??= open(module)
      return call(current)
    } catch (error) {
      const broken = current
      // First, in case that the stack is full.
      current = undefined
      if (broken !== undefined) abandon(broken)
      // The caller has filled the stack, or the memory. Firefox has its own class for the stack.
      if (error instanceof RangeError || error.name === 'InternalError') throw error
      return INTERNAL
    }
  }

  /** Creates an object in the instance, and again in each later one. Returns a function that returns its number. */
  function create(drop, secrets, make) {
    const copies = secrets.map(copyOf)
    const made = { instance: undefined, place: 0, drop, copies }
    const outcome = run((instance) => {
      const outcome = make(instance, secrets)
      made.instance = instance
      return outcome
    })
    if (Array.isArray(outcome)) {
      wipe(copies)
      return { failure: outcome }
    }
    made.place = Number.parseInt(outcome, 10)
    // The registry must not refer to this function, or it would never be collected.
    const place = placeIn(made, make)
    registry?.register(place, made)
    return { place, outcome }
  }

  return {
    contract: () => run((instance) => instance.answer(instance.exports.contract())),
    failure: (code, field, found) => run((instance) => instance.failure(code, field, found)),
    payload: (packed) => run((instance) => instance.answer(instance.exports.payload(instance.write(packed)))),
    sign: (packed, secret) =>
      run((instance) => {
        instance.secret(secret)
        return instance.answer(instance.exports.sign(instance.write(packed), Date.now()))
      }),
    issuer(packed, secret) {
      const { place, failure } = create('drop_issuer', [secret], (instance, [secret]) => {
        instance.secret(secret)
        return instance.answer(instance.exports.issuer(instance.write(packed)))
      })
      return (
        failure ?? {
          mint: (identity) =>
            run((instance) =>
              instance.answer(instance.exports.mint(place(instance), instance.write(identity), Date.now())),
            ),
          mintWith: (packed) =>
            run((instance) =>
              instance.answer(instance.exports.mint_with(place(instance), instance.write(packed), Date.now())),
            ),
          issue(packed) {
            const answer = run((instance) =>
              instance.answer(instance.exports.issue(place(instance), instance.write(packed), Date.now())),
            )
            return Array.isArray(answer) ? answer : JSON.parse(answer)
          },
          mintFew: (list, packed) => mintMany(run, place, list, packed),
          mintMany: (list, packed) => mintMany(run, place, list, packed),
        }
      )
    },
    verifier(packed, secrets) {
      const { place, outcome, failure } = create('drop_verifier', secrets, (instance, secrets) => {
        for (const secret of secrets) instance.secret(secret)
        return instance.answer(instance.exports.verifier(instance.write(packed)))
      })
      if (failure) return failure
      const maxSize = Number(outcome.split(' ')[1])
      const verifyAt = (token, options) => run((instance) => instance.verify(place(instance), options, token, maxSize))
      return { verify: (token) => verifyAt(token, ''), verifyAt }
    },
    inspect(token, options, secret) {
      const answer = run((instance) => {
        if (secret !== undefined) instance.secret(secret)
        return instance.inspect(token, options)
      })
      if (Array.isArray(answer)) return answer
      const end = answer.indexOf('\n')
      return { json: answer.slice(0, end), report: answer.slice(end + 1) }
    },
  }
}

/** Returns a function that returns an object's number in an instance, and creates it there first if necessary. */
function placeIn(made, make) {
  return (instance) => {
    if (made.instance !== instance) {
      made.place = Number.parseInt(make(instance, made.copies), 10)
      made.instance = instance
    }
    return made.place
  }
}

// Drops an object that was collected, which wipes its secret in the instance, and wipes the copies for a new instance.
const registry =
  typeof FinalizationRegistry === 'undefined'
    ? undefined
    : new FinalizationRegistry(({ instance, place, drop, copies }) => {
        wipe(copies)
        if (!instance.isAbandoned) instance.exports[drop](place)
      })

function copyOf(secret) {
  return typeof secret === 'string' ? encoder.encode(secret) : Uint8Array.from(secret)
}

function wipe(copies) {
  for (const copy of copies) copy.fill(0)
}

function abandon(instance) {
  instance.isAbandoned = true
  // It may contain secrets.
  new Uint8Array(instance.exports.memory.buffer).fill(0)
}

// The largest part of a packed list, in identities and in units.
const PART = 4096
const PART_UNITS = 1 << 20

/** Mints a long list in parts: an instance's memory never shrinks. */
function mintMany(run, place, list, packed) {
  const now = Date.now()
  const blocks = []
  let start = 0
  let first = 0
  do {
    const { end, count } = endOfPart(list, start)
    const part = list.slice(start, end)
    const offset = first
    const tokens = run((instance) => instance.mintMany(place(instance), packed, part, offset, now))
    if (Array.isArray(tokens)) return tokens
    if (tokens !== '') blocks.push(tokens)
    start = end
    first += count
  } while (start < list.length)
  return { blocks }
}

/** Returns the end of a part of a packed list, and the number of its values. `pack.js` describes the encoding. */
function endOfPart(list, start) {
  let end = start
  let count = 0
  while (end < list.length && count < PART && end - start < PART_UNITS) {
    let unit = list.charCodeAt(end++)
    // A number or another value has its text behind it.
    if (unit === 0xfffc || unit === 0xfffa || unit === 0xfff9) unit = list.charCodeAt(end++)
    if (unit < 0xff00) end += unit
    else if (unit === 0xfffb) end += 2 + list.charCodeAt(end) * 0x10000 + list.charCodeAt(end + 1)
    count++
  }
  return { end, count }
}

const encoder = new TextEncoder()
// A token or a grant may begin with a byte order mark.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

const LEAST_ROOM = 1024

// The memory of WebAssembly is little-endian on every processor.
const isBigEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 0

/** Swaps the bytes of the units from `start` to `end`. */
function swapBytes(units, start, end) {
  for (let index = start; index < end; index++) units[index] = (units[index] << 8) | (units[index] >>> 8)
}

/** Creates an instance. */
function open(module) {
  const { exports } = new WebAssembly.Instance(module)
  const { memory } = exports
  const maxSize = exports.max_size()
  // The input's place in memory and its size, in UTF-16 units.
  let start = 0
  let room = 0
  let units = new Uint16Array(memory.buffer)
  let bytes = new Uint8Array(memory.buffer)

  /** Memory that grows becomes another buffer. */
  function refresh() {
    if (bytes.length !== 0) return
    units = new Uint16Array(memory.buffer)
    bytes = new Uint8Array(memory.buffer)
  }

  function makeRoom(length) {
    if (length > room) {
      room = Math.max(LEAST_ROOM, length)
      start = exports.input(room) >>> 1
    }
    refresh()
  }

  function put(string, at) {
    const { length } = string
    for (let index = 0; index < length; index++) units[at + index] = string.charCodeAt(index)
    if (isBigEndian) swapBytes(units, at, at + length)
  }

  function write(string) {
    makeRoom(string.length)
    put(string, start)
    return string.length
  }

  /** Writes options as units and a token as UTF-8 behind them. Returns the number of bytes. */
  function writeToken(options, token) {
    // A unit has at most three bytes.
    makeRoom(options.length + Math.ceil(1.5 * token.length))
    put(options, start)
    const from = 2 * (start + options.length)
    return encoder.encodeInto(token, bytes.subarray(from, from + 3 * token.length)).written
  }

  function answer(length) {
    const from = exports.output() >>> 0
    refresh()
    const text = decoder.decode(bytes.subarray(from, from + (length < 0 ? ~length : length)))
    return length < 0 ? JSON.parse(text) : text
  }

  return {
    exports,
    isAbandoned: false,
    write,
    answer,
    secret(secret) {
      if (typeof secret === 'string') return exports.secret_text(write(secret))
      makeRoom(Math.ceil(secret.length / 2))
      bytes.set(secret, 2 * start)
      exports.secret_bytes(secret.length)
    },
    mintMany(place, options, list, first, now) {
      makeRoom(options.length + list.length)
      put(options, start)
      put(list, start + options.length)
      return answer(exports.mint_many(place, options.length, options.length + list.length, first, now))
    },
    verify(place, options, token, max) {
      if (token.length > max) return answer(exports.too_large(place, write(options), Date.now()))
      const length = writeToken(options, token)
      return answer(exports.verify(place, options.length, length, Date.now()))
    },
    inspect(token, options) {
      const isSmall = token !== undefined && token.length <= maxSize
      const length = isSmall ? writeToken(options, token) : token === undefined ? NOTHING : TOO_LARGE
      if (!isSmall) write(options)
      return answer(exports.inspect(options.length, length, Date.now()))
    },
    failure(code, field, found) {
      write(code + field + found)
      return answer(exports.failure(code.length, field.length, found.length))
    },
  }
}

const NOTHING = -1
const TOO_LARGE = -2

module.exports = { engine }
