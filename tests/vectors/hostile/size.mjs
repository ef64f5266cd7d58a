// Tokens that are too deep or too long, and those that just are not. The long ones are kept as recipes.

import { accept, refuse } from './cases.mjs'
import {
  BODY,
  base64url,
  claims,
  entries,
  GOOD,
  HEAD,
  HEADER,
  header,
  hmac,
  SEGMENTS,
  SIGNATURE,
  signSegments,
  withText,
} from './tokens.mjs'

/** A segment of a repeated text, as a recipe. Each length must be a multiple of three, so that it encodes by itself. */
const repeated = (before, text, times, after, afterTimes = 0, last = '') => {
  for (const piece of [before, text, after]) if (piece.length % 3) throw new Error(`${piece.length} % 3`)
  const closing = after ? [{ repeat: base64url(after), times: afterTimes }] : []
  return [base64url(before), { repeat: base64url(text), times }, ...closing, base64url(last)]
}
const expandPart = (part) => (typeof part === 'string' ? part : part.repeat.repeat(part.times))
const expand = (parts) => parts.map(expandPart).join('')
/** Signs segments given as recipes. */
const recipe = (first, second, signature) => {
  const parts = [...[first].flat(), '.', ...[second].flat()]
  return { parts: [...parts, `.${signature ?? base64url(hmac(expand(parts)))}`].filter((part) => part !== '') }
}
const BIG = { verifier: { max_size: 20000000 } }
const alignedTo3 = (text) => text.padEnd(Math.ceil(text.length / 3) * 3)

export function nesting() {
  for (const [field, { base, signed }] of entries(SEGMENTS)) {
    const member = {
      arrays: (levels) => '['.repeat(levels) + ']'.repeat(levels),
      objects: (levels) => `${'{"a":'.repeat(levels)}0${'}'.repeat(levels)}`,
      both: (levels) => `${'[{"a":'.repeat(levels >> 1)}${levels & 1 ? '[]' : '0'}${'}]'.repeat(levels >> 1)}`,
    }
    for (const [what, nested] of entries(member)) {
      const token = (levels) => signed(withText(base, `"x":${nested(levels - 1)}`))
      accept(`nesting: ${field} of 128 levels, ${what}`, token(128))
      for (const levels of [129, 130, 256, 1000])
        refuse(`nesting: ${field} of ${levels} levels, ${what}`, token(levels), 'nested_too_deep', field)
    }
    accept(
      `nesting: ${field} 128 levels deep twice over`,
      signed(withText(base, `"x":${member.arrays(127)},"y":${member.both(127)}`)),
    )
    accept(
      `nesting: ${field} with a thousand brackets in a string`,
      signed(withText(base, `"x":"${'['.repeat(1000)}"`)),
    )

    const deep = (before, text, after, times, last) => {
      const segment = repeated(before, text, times, after, times, last)
      return field === 'header' ? recipe(segment, BODY) : recipe(HEAD, segment)
    }
    const open = alignedTo3(`${base.slice(0, -1)},"x":`)
    const million = deep(open, '[[[', ']]]', 333333, '}')
    refuse(`nesting: ${field} of a million arrays`, million, 'nested_too_deep', field, BIG)
    refuse(
      `nesting: ${field} of a million arrays, and no more than the usual size allowed`,
      million,
      'token_too_large',
      null,
      { sound: false },
    )
    refuse(
      `nesting: ${field} of a million objects`,
      deep(open, alignedTo3('{"a":'), '}}}', 1000000, '}'),
      'nested_too_deep',
      field,
      BIG,
    )
    refuse(
      `nesting: ${field} of a million arrays that are never closed`,
      deep(open, '[[[', '', 333333, ''),
      'nested_too_deep',
      field,
      BIG,
    )
  }
}

export function sizes() {
  // A token of exactly `size` bytes. Its signature takes 44 with the dot; an unknown member makes up the length.
  const sized = (size) => {
    for (let extra = 0; extra < 3; extra++) {
      const first = base64url(header({ x: `"${'x'.repeat(extra)}"` }))
      const room = size - 44 - first.length - 1
      if (room % 4 === 1) continue
      const filler = Math.floor((room * 3) / 4) - claims({ x: '""' }).length
      const token = signSegments(first, base64url(claims({ x: `"${'x'.repeat(filler)}"` })))
      if (token.length === size) return token
    }
    throw new Error(`no token of ${size} bytes`)
  }
  accept('size: 16,384 bytes', sized(16384))
  refuse('size: 16,385 bytes', sized(16385), 'token_too_large')
  accept('size: 16,385 bytes, and as many allowed', sized(16385), {}, { verifier: { max_size: 16385 } })
  refuse('size: 16,385 bytes, and one fewer allowed', sized(16385), 'token_too_large', null, {
    verifier: { max_size: 16384 },
  })
  accept('size: 1,000 bytes, and as many allowed', sized(1000), {}, { verifier: { max_size: 1000 } })
  refuse('size: 1,001 bytes, and one fewer allowed', sized(1001), 'token_too_large', null, {
    verifier: { max_size: 1000 },
  })
  // Bytes, not characters or UTF-16 units.
  refuse('size: 8,192 letters of two bytes', { parts: [{ repeat: 'é', times: 8192 }] }, 'not_compact')
  refuse('size: 8,193 letters of two bytes', { parts: [{ repeat: 'é', times: 8193 }] }, 'token_too_large', null, {
    sound: false,
  })
  refuse('size: 4,097 emoji', { parts: [{ repeat: '😀', times: 4097 }] }, 'token_too_large', null, { sound: false })

  const dots = { parts: [{ repeat: '.', times: 1000000 }] }
  const letters = (count) => ({ repeat: 'A', times: count })
  const huge = {
    'a million dots': [dots, 'not_compact'],
    'a million segments': [{ parts: [{ repeat: 'A.', times: 1000000 }] }, 'not_compact'],
    'a good token and a million dots': [{ parts: [GOOD, ...dots.parts] }, 'not_compact'],
    '8 MB of spaces': [{ parts: [{ repeat: ' ', times: 8000000 }] }, 'not_compact'],
    '8 MB without a dot': [{ parts: [letters(8000000)] }, 'not_compact'],
    'a header of 8 MB': [{ parts: [letters(8000000), `.${BODY}.${SIGNATURE}`] }, 'not_json_object', 'header'],
    'a payload of 8 MB': [{ parts: [`${HEAD}.`, letters(8000000), `.${SIGNATURE}`] }, 'bad_signature'],
    'a signature of 8 MB': [{ parts: [`${HEAD}.${BODY}.`, letters(8000000)] }, 'bad_signature'],
    'three segments of 8 MB with a bad character at the end': [
      { parts: [letters(8000000), '.', letters(8000000), '.', letters(2000000), '='] },
      'not_base64url',
      'signature',
    ],
  }
  for (const [what, [token, code, field = null]] of entries(huge)) {
    refuse(`size: ${what}`, token, 'token_too_large', null, { sound: false })
    refuse(`size: ${what}, and 20 MB allowed`, token, code, field, { ...BIG, sound: false })
  }
  const string = (base) => repeated(alignedTo3(`${base.slice(0, -1)},"x":"`), 'aaa', 2000000, '', 0, '"}')
  accept('size: a string of 6 MB in the payload, and 20 MB allowed', recipe(HEAD, string(claims())), {}, BIG)
  accept('size: a string of 6 MB in the header, and 20 MB allowed', recipe(string(HEADER), BODY), {}, BIG)
  accept(
    'size: a number of a million digits behind the point, and 20 MB allowed',
    recipe(HEAD, repeated(alignedTo3(`${claims().slice(0, -1)},"x":0.`), '333', 333333, '', 0, '}')),
    {},
    BIG,
  )
}
