// Free-form objects: any JavaScript value that JSON.stringify accepts in a grant.

import fc from 'fast-check'

/** Strings that a JSON writer or a UTF-16 to UTF-8 conversion gets wrong. */
const AWKWARD_TEXTS = [
  '',
  '\u2028\u2029',
  'e\u0301 \u00e9 \u212b',
  '😀\u200d\u{1f469}\u{10ffff}',
  '\0\b\t\n\v\f\r\x1b\x7f\x80\x9f',
  '"\\/</script>\\u0041',
  '\ufeff\ufffe\uffff\ufffd\ud7ff\ue000',
  'שלום愛麗絲',
]

/** Any well-formed text: a lone surrogate is a row of docs/differences.md. */
export const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 24 }) },
  { weight: 4, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-composite', maxLength: 12 }) },
  { weight: 2, arbitrary: fc.constantFrom(...AWKWARD_TEXTS) },
)

/** Text that counts as given. */
export const given = text.map((string) => string || 'x')

const AWKWARD_NUMBERS = [
  0,
  -0,
  1,
  -1,
  1e21,
  -1e21,
  1e20,
  123456789012345680000,
  5e-324,
  -5e-324,
  1e-7,
  0.000001,
  0.1,
  4.35,
  2 ** 53,
  2 ** 53 - 1,
  -(2 ** 53) + 1,
  2 ** 63,
  2 ** 64,
  1.7976931348623157e308,
  2.2250738585072014e-308,
  NaN,
  Infinity,
  -Infinity,
]

export const number = fc.oneof(
  fc.constantFrom(...AWKWARD_NUMBERS),
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  // Whole numbers of which JavaScript writes other digits than they have.
  fc.maxSafeInteger().map((integer) => integer * 2 ** 12),
)

/** Names of members: also such as JavaScript reorders, or treats in a way of their own. */
const name = fc.oneof(
  { weight: 4, arbitrary: text },
  {
    weight: 1,
    arbitrary: fc.constantFrom('0', '7', '4294967295', '-1', '__proto__', 'constructor', 'toString'),
  },
)

function objectOf(entries, nullPrototype) {
  const object = nullPrototype ? Object.create(null) : {}
  // Not by assignment, which would set the prototype for `__proto__`.
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return object
}

const { value, object: generated } = fc.letrec((tie) => ({
  leaf: fc.oneof(
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    // Values that JSON.stringify drops, unwraps or writes in an unusual way.
    fc.constantFrom(
      undefined,
      () => 'a function',
      Symbol('dropped'),
      new Date(0),
      new Date(NaN),
      Object('boxed'),
      Object(-0),
      Object(true),
      new Map([[1, 2]]),
      new Uint8Array([1, 2]),
      [, 1, ,],
      /regular/,
    ),
  ),
  object: fc
    .tuple(fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }), fc.boolean())
    .map(([entries, nullPrototype]) => objectOf(entries, nullPrototype)),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 5, arbitrary: tie('leaf') },
    { weight: 2, arbitrary: tie('object') },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 1, arbitrary: tie('value').map((inner) => ({ toJSON: () => inner, hidden: true })) },
    // The same object twice is no cycle.
    { weight: 1, arbitrary: tie('value').map((inner) => [inner, { again: inner }]) },
  ),
}))

class Params {
  #hidden = 'never written'
  constructor(members) {
    Object.assign(this, members)
  }

  get seen() {
    return this.#hidden
  }
}

/** A free-form object. */
export const object = fc.oneof(
  { weight: 6, arbitrary: generated },
  { weight: 1, arbitrary: generated.map((members) => ({ toJSON: () => members })) },
  {
    weight: 1,
    arbitrary: fc
      .dictionary(fc.string({ minLength: 1, maxLength: 5 }), value, { maxKeys: 3 })
      .map((members) => new Params(members)),
  },
  { weight: 1, arbitrary: fc.constantFrom({}, new Map(), Object.freeze({ frozen: true })) },
)
