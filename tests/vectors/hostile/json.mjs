// JSON that only some readers accept: its grammar, its encoding, and duplicate names.

import { deflateRawSync } from 'node:zlib'

import { accept, refuse, shown } from './cases.mjs'
import { base64url, CLAIMS, claims, entries, HEADER, SEGMENTS, sign, withText } from './tokens.mjs'

/** The same JSON text, for better or worse, as the value of an unknown member of the header and of the payload. */
const BAD_VALUES = [
  'NaN',
  'Infinity',
  '-Infinity',
  '1e400',
  '-1e400',
  `1${'0'.repeat(400)}`,
  '01',
  '-01',
  '00',
  '+1',
  '.5',
  '1.',
  '-.5',
  '0x10',
  '1e',
  '1e+',
  '-',
  '--1',
  '1_000',
  '1,000.5',
  '1 2',
  '1f',
  'True',
  'TRUE',
  'nul',
  'nulll',
  'undefined',
  'None',
  'a',
  '',
  "'a'",
  '`a`',
  '"a',
  'a"',
  '"\\ud800"',
  '"\\udfff"',
  '"\\udc00\\ud800"',
  '"\\ud800\\ud800\\udc00"',
  '"\\ud800a"',
  '"\\uD83D\\u0041"',
  '"\\ud83d\\n"',
  '"\\u12"',
  '"\\u123g"',
  '"\\u{41}"',
  '"\\x41"',
  '"\\\'"',
  '"\\a"',
  '"\\0"',
  '"\t"',
  '"\n"',
  '"\0"',
  '"\x1f"',
  '"\\"',
  '[1,]',
  '[,1]',
  '[,]',
  '[1 2]',
  '[1',
  '1]',
  '[}',
  '{"a":1,}',
  '{,}',
  '{"a" 1}',
  '{"a":}',
  '{"a"}',
  '{a:1}',
  "{'a':1}",
  '{1:1}',
  '{"\\ud800":1}',
  '{"a\\udc00":1}',
  '{null:1}',
  '/*c*/1',
  '1/*c*/',
  '1//c\n',
  '1#c\n',
  '<!--c-->1',
  '1;',
  '(1)',
  '\ufeff1',
  '\u00a01',
  '\v1',
  '\f1',
  '\u20281',
  '\u200b1',
  '-NaN',
  '1e1.5',
  '1ee5',
  '"a""b"',
  '"a"+"b"',
  'new Date(0)',
  '!0',
  '0n',
  '0o17',
  '"\\U00000041"',
]
const GOOD_VALUES = [
  '-0',
  '0',
  '0.0',
  '-0.0',
  '1e308',
  '-1.7976931348623157e308',
  '5e-324',
  '1e-400',
  '1E5',
  '1e+5',
  '1.5e-5',
  '123456789012345678901234567890',
  '18446744073709551616',
  '-9223372036854775809',
  `0.${'3'.repeat(400)}`,
  '"\\ud83d\\ude00"',
  '"😀"',
  '"\\uDBFF\\uDFFF"',
  '"\\/\\b\\f\\n\\r\\t\\"\\\\"',
  '"\\u0000"',
  '"\x7f"',
  '"\u2028\u2029"',
  '"\\ufeff"',
  '"\ufffe\uffff"',
  '"\ufffd"',
  '""',
  '[]',
  '{}',
  '{"":1}',
  ' \t\r\n1 \t\r\n',
  '[ 1 , 2 ]',
  '{"constructor":{"prototype":{}}}',
  '{"toString":null,"hasOwnProperty":1}',
  '{"a":1,"A":2}',
  '{"a":1,"b":{"a":1}}',
  '[{"a":1},{"a":1}]',
  '{"\u00e9":1,"e\u0301":2}',
  '{"a":1,"a ":2,"a\\u0000":3}',
  '"NaN"',
  '"//c"',
  '"__proto__"',
  '[[[[[[[[[[]]]]]]]]]]',
  '"\\\\ud800"',
  '"\\uff41"',
]

export function jsonTexts() {
  for (const [field, { base, signed }] of entries(SEGMENTS)) {
    for (const value of BAD_VALUES) {
      refuse(
        `JSON: ${field} with the value ${shown(value)}`,
        signed(withText(base, `"x":${value}`)),
        'not_json_object',
        field,
      )
    }
    for (const value of GOOD_VALUES)
      accept(`JSON: ${field} with the value ${shown(value)}`, signed(withText(base, `"x":${value}`)))

    const whole = {
      'an array': `[${base}]`,
      'an empty array': '[]',
      'a string': '"x"',
      'JSON in a string': JSON.stringify(base),
      null: 'null',
      true: 'true',
      'a number': '1',
      'only spaces': '   ',
      'one NUL': '\0',
      'plain text': 'fake',
      unclosed: base.slice(0, -1),
      'closed twice': `${base}}`,
      twice: base + base,
      'twice on two lines': `${base}\n${base}`,
      'followed by text': `${base}x`,
      'followed by a comma': `${base},`,
      'followed by a NUL': `${base}\0`,
      'followed by a comment': `${base}//c`,
      'followed by null': `${base} null`,
      'behind a comment': `/**/${base}`,
      'behind a comma': `,${base}`,
      "behind )]}'": `)]}'${base}`,
      'behind a NUL': `\0${base}`,
      'behind a no-break space': `\u00a0${base}`,
      'in front of a no-break space': `${base}\u00a0`,
      'with a trailing comma': base.replace(/}$/, ',}'),
      'with a comma first': base.replace('{', '{,'),
      'with single quotes': base.replaceAll('"', "'"),
      'with names unquoted': base.replace(/"(\w+)":/g, '$1:'),
      'with = for :': base.replace(':', '='),
      'as a form': 'alg=HS256&exp=1',
      'as XML': '<jwt/>',
      'as YAML': 'alg: HS256\nexp: 1\n',
      'as CBOR': Buffer.from('a1636578701a6553f100', 'hex'),
      deflated: deflateRawSync(base),
      'in base64': base64url(base),
    }
    for (const [what, text] of entries(whole)) refuse(`JSON: ${field} ${what}`, signed(text), 'not_json_object', field)
    for (const [what, text] of entries({
      'with white space around it': ` \t\r\n${base}\n\r\t `,
      'with white space inside': JSON.stringify(JSON.parse(base), null, 4),
      'with every name escaped': base.replace(
        /"(\w+)":/g,
        (_, name) => `"${[...name].map((unit) => `\\u00${unit.charCodeAt(0).toString(16)}`).join('')}":`,
      ),
    })) {
      accept(`JSON: ${field} ${what}`, signed(text))
    }
    refuse(
      `JSON: ${field} an empty object`,
      signed('{}'),
      ...(field === 'header' ? ['wrong_algorithm', 'alg', { sound: false }] : ['missing_claim', 'exp']),
    )
  }
}

const swapped = (bytes, size) => {
  const copy = Buffer.from(bytes)
  return size === 2 ? copy.swap16() : copy.swap32()
}
const utf32 = (text) =>
  Buffer.concat(
    [...text].map((point) => {
      const unit = Buffer.alloc(4)
      unit.writeUInt32LE(point.codePointAt(0))
      return unit
    }),
  )

export function encodings() {
  for (const [field, { base, signed }] of entries(SEGMENTS)) {
    const utf16 = Buffer.from(base, 'utf16le')
    for (const [what, bytes] of entries({
      'UTF-8 with a byte-order mark': Buffer.from(`\ufeff${base}`),
      'UTF-16LE': utf16,
      'UTF-16LE with a byte-order mark': Buffer.from(`\ufeff${base}`, 'utf16le'),
      'UTF-16BE': swapped(utf16, 2),
      'UTF-16BE with a byte-order mark': swapped(Buffer.from(`\ufeff${base}`, 'utf16le'), 2),
      'UTF-32LE': utf32(base),
      'UTF-32LE with a byte-order mark': utf32(`\ufeff${base}`),
      'UTF-32BE': swapped(utf32(base), 4),
      'UTF-32BE with a byte-order mark': swapped(utf32(`\ufeff${base}`), 4),
      'UTF-7': base.replace('{', '+AHs-'),
      'EBCDIC brace': Buffer.concat([Buffer.of(0xc0), Buffer.from(base.slice(1))]),
      'followed by half a byte-order mark': Buffer.concat([Buffer.from(base), Buffer.of(0xef, 0xbb)]),
    })) {
      refuse(`encoding: ${field} in ${what}`, signed(bytes), 'not_json_object', field)
    }
    const place = {
      'in a string': (bytes) => [withText(base, '"x":"'), bytes, '"}'],
      'in a name': (bytes) => [withText(base, '"'), bytes, '":1}'],
    }
    for (const [where, around] of entries(place)) {
      const within = (hex) => {
        const [before, bytes, after] = around(Buffer.from(hex, 'hex'))
        return signed(Buffer.concat([Buffer.from(before.slice(0, -1)), bytes, Buffer.from(after)]))
      }
      for (const [what, hex] of entries({
        'a continuation byte alone': '80',
        'byte ff': 'ff',
        'byte fe': 'fe',
        'Latin-1': 'e9',
        'an overlong slash': 'c0af',
        'an overlong slash, three bytes': 'e080af',
        'an overlong slash, four bytes': 'f08080af',
        'an overlong quote': 'c0a2',
        'an overlong NUL': 'c080',
        'a cut sequence of two': 'c3',
        'a cut sequence of three': 'e282',
        'a cut sequence of four': 'f09f98',
        'a surrogate': 'eda080',
        'another surrogate': 'edbfbf',
        'CESU-8': 'eda0bdedb880',
        'past U+10FFFF': 'f4908080',
        'five bytes': 'f888808080',
        'six bytes': 'fc8480808080',
        'a sequence and one byte more': 'c3a9a9',
      })) {
        refuse(`encoding: ${field} with ${what} ${where}`, within(hex), 'not_json_object', field)
      }
      for (const hex of ['7f', 'c280', 'dfbf', 'e0a080', 'ed9fbf', 'ee8080', 'efbfbf', 'f0908080', 'f48fbfbf']) {
        accept(`encoding: ${field} with ${hex} ${where}`, within(hex))
      }
    }
  }
}

export function duplicates() {
  const twice = { header: { alg: '"HS256"', typ: '"JWT"', cty: '"twilio-fpa;v=1"' }, payload: CLAIMS }
  for (const [field, { base, signed }] of entries(SEGMENTS)) {
    for (const [name, value] of entries(twice[field])) {
      refuse(
        `duplicate: ${name} in the ${field}, the same value`,
        signed(withText(base, `"${name}":${value}`)),
        'duplicate_member',
        field,
      )
      refuse(
        `duplicate: ${name} in the ${field}, another value first`,
        signed(`{"${name}":null,${base.slice(1)}`),
        'duplicate_member',
        field,
      )
      const spelt = `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}`
      refuse(
        `duplicate: ${name} in the ${field}, escaped`,
        signed(withText(base, `"${spelt}":${value}`)),
        'duplicate_member',
        field,
      )
    }
    for (const [what, text] of entries({
      'an unknown member': '"x":1,"x":1',
      'an empty name': '"":1,"":2',
      __proto__: '"__proto__":1,"__proto__":2',
      'one level down': '"x":{"a":1,"a":1}',
      'two levels down': '"x":{"y":{"a":1,"b":2,"a":3}}',
      'in an array': '"x":[1,{"a":1,"a":2}]',
      'in an array of arrays': '"x":[[[{"a":1,"a":2}]]]',
      'escaped twice': '"\\u0061\\u0062":1,"a\\u0062":2',
      'escaped in capitals': '"\\u00E9":1,"\\u00e9":2',
      'escaped and not ASCII': '"\u00e9":1,"\\u00e9":2',
      'escaped as a surrogate pair': '"😀":1,"\\ud83d\\ude00":2',
      'escaped slash': '"/":1,"\\/":2',
      'escaped newline': '"\\n":1,"\\u000a":2',
      'first and last of 50': `${Array.from({ length: 50 }, (_, at) => `"n${at}":0`)},"n0":0`,
      'last two of 50': `${Array.from({ length: 50 }, (_, at) => `"n${at}":0`)},"n49":0`,
      'three times': '"a":1,"a":1,"a":1',
      'an array index': '"1":1,"1":2',
      '100 levels down': `"x":${'{"a":'.repeat(99)}{"b":1,"b":2}${'}'.repeat(99)}`,
    })) {
      refuse(`duplicate: ${what}, in the ${field}`, signed(withText(base, text)), 'duplicate_member', field)
    }
    accept(
      `duplicate: none among 50 members of the ${field}`,
      signed(withText(base, `${Array.from({ length: 50 }, (_, at) => `"n${at}":0`)}`)),
    )
    accept(
      `duplicate: none, names that differ by their capitals in the ${field}`,
      signed(withText(base, '"x":1,"X":2')),
    )
  }
  const grants = (text) => sign(HEADER, claims({ grants: text }))
  refuse(
    'duplicate: identity in grants',
    grants('{"identity":"alice","identity":"bob"}'),
    'duplicate_member',
    'payload',
  )
  refuse(
    'duplicate: a product in grants',
    grants('{"identity":"alice","video":{},"video":{}}'),
    'duplicate_member',
    'payload',
  )
  refuse(
    'duplicate: a field of a product',
    grants('{"identity":"alice","video":{"room":"a","room":"b"}}'),
    'duplicate_member',
    'payload',
  )
  // A binding that builds an object member by member would set its prototype with this.
  const proto = '{"identity":"alice","__proto__":{"polluted":true},"video":{"room":"daily"}}'
  accept('__proto__ is a member like any other', grants(proto), {
    grants: JSON.parse('{"__proto__":{"polluted":true},"video":{"room":"daily"}}'),
  })
  accept('__proto__ in the header', sign(withText(HEADER, '"__proto__":{"polluted":true}')), {
    header: JSON.parse(withText(HEADER, '"__proto__":{"polluted":true}')),
  })
  accept('__proto__ in the payload', sign(HEADER, withText(claims(), '"__proto__":{"polluted":true}')), {
    payload: JSON.parse(withText(claims(), '"__proto__":{"polluted":true}')),
  })
  accept(
    'array indexes, constructor and toJSON as grants',
    grants('{"identity":"alice","2":{},"10":{},"constructor":{},"toJSON":{"a":1}}'),
    { grants: { 2: {}, 10: {}, constructor: {}, toJSON: { a: 1 } } },
  )
}
