// Texts that are not a compact serialization: too few or too many segments, and characters that are not base64url.

import { accept, escaped, refuse } from './cases.mjs'
import {
  BODY,
  base64url,
  claims,
  entries,
  GOOD,
  HEAD,
  HEADER,
  header,
  SIGNATURE,
  sign,
  signSegments,
} from './tokens.mjs'

export function shapes() {
  for (const token of [
    '',
    '.',
    '..',
    '...',
    '....',
    '.....',
    'a',
    'AAAA',
    'a.',
    '.a',
    'AA.AA',
    'AAAA.AAAA',
    '.AAAA.AAAA',
    'AAAA..AAAA',
    'AAAA.AAAA.',
    '..AAAA',
    'AAAA..',
    '.AAAA.',
    'AA.AA.AA.AA',
    'AA.AA.AA.AA.AA',
    ' ',
    '\n',
    '\0',
    'null',
    'undefined',
    'Bearer',
    '{}',
    '{"token":"fake"}',
  ]) {
    refuse(`shape: ${token === '' ? 'empty' : escaped(token)}`, token, 'not_compact')
  }
  const [body, signature] = [`"payload":"${BODY}"`, `"signature":"${SIGNATURE}"`]
  for (const [what, token] of entries({
    'without a signature': `${HEAD}.${BODY}`,
    'the signature empty': `${HEAD}.${BODY}.`,
    'the payload empty': `${HEAD}..${SIGNATURE}`,
    'the header empty': `.${BODY}.${SIGNATURE}`,
    'the header gone': `${BODY}.${SIGNATURE}`,
    'a dot in front': `.${GOOD}`,
    'a dot behind': `${GOOD}.`,
    'a fourth segment': `${GOOD}.AAAA`,
    'a fourth and an empty fifth': `${GOOD}.AAAA.`,
    'the signature twice': `${GOOD}.${SIGNATURE}`,
    'two tokens': `${GOOD}.${GOOD}`,
    'five segments, as a JWE has': `${base64url('{"alg":"dir","enc":"A128GCM"}')}..AAAA.AAAA.AAAA`,
    'five segments, none of them empty': `${base64url('{"alg":"A128KW","enc":"A128GCM"}')}.AAAA.AAAA.AAAA.AAAA`,
    'five segments, the first three a good token': `${GOOD}.AAAA.AAAA`,
    'SD-JWT with a disclosure that has dots': `${GOOD}~a.b~`,
    'JSON serialization, flattened': `{${body},"protected":"${HEAD}",${signature}}`,
    'JSON serialization, general': `{${body},"signatures":[{"protected":"${HEAD}",${signature}}]}`,
    'JSON serialization, without protected header': `{${body},"header":${HEADER},${signature}}`,
    'dots of full width': GOOD.replaceAll('.', '\uff0e'),
    'dots escaped for a URL': GOOD.replaceAll('.', '%2E'),
    'middle dots': GOOD.replaceAll('.', '\u00b7'),
    'commas for dots': GOOD.replaceAll('.', ','),
    'spaces for dots': GOOD.replaceAll('.', ' '),
    'one dot of full width': GOOD.replace('.', '\uff0e'),
  }))
    refuse(`shape: ${what}`, token, 'not_compact')

  const forged = base64url(claims({ grants: '{"identity":"mallory"}' }))
  const polyglot = `{"${GOOD}":"","protected":"${HEAD}","payload":"${forged}",${signature}}`
  for (const [what, [token, field]] of entries({
    'JSON serialization with a compact token inside': [polyglot, 'header'],
    'in quotation marks': [`"${GOOD}"`, 'header'],
    'in apostrophes': [`'${GOOD}'`, 'header'],
    'in angle brackets': [`<${GOOD}>`, 'header'],
    'in JSON': [`{"token":"${GOOD}"}`, 'header'],
    'in a list': [`["${GOOD}"]`, 'header'],
    'Bearer in front': [`Bearer ${GOOD}`, 'header'],
    'token= in front': [`token=${GOOD}`, 'header'],
    'b and quotes around it, as Python shows bytes': [`b'${GOOD}'`, 'header'],
    'a newline behind': [`${GOOD}\n`, 'signature'],
    'a carriage return and newline behind': [`${GOOD}\r\n`, 'signature'],
    'a space behind': [`${GOOD} `, 'signature'],
    'a semicolon behind': [`${GOOD};`, 'signature'],
    'a tilde behind, as in an SD-JWT': [`${GOOD}~`, 'signature'],
    'a NUL and text behind': [`${GOOD}\0AAAA`, 'signature'],
    'the token twice in a row, by a comma': [`${HEAD}.${BODY}.${SIGNATURE},${HEAD}`, 'signature'],
    'broken over lines of 64': [GOOD.replace(/.{64}/g, '$&\n'), 'header'],
    'header not encoded': [`${HEADER}.${BODY}.${SIGNATURE}`, 'header'],
    'payload not encoded': [`${HEAD}.${claims()}.${SIGNATURE}`, 'payload'],
    'in capitals, with a hyphen of its own': [`${HEAD}.${BODY}.\u2010${SIGNATURE}`, 'signature'],
  }))
    refuse(`shape: ${what}`, token, 'not_base64url', field)
  refuse(
    'shape: escaped for a URL throughout',
    GOOD.replace(/\w/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    'not_base64url',
    'header',
  )
  refuse('shape: in capitals', GOOD.toUpperCase(), 'not_json_object', 'header')
  refuse('shape: backwards', [...GOOD].reverse().join(''), 'not_base64url', 'signature')
  refuse('shape: header and payload exchanged', signSegments(BODY, HEAD), 'wrong_algorithm', 'alg', { sound: false })
  for (const [what, token] of entries({
    null: null,
    'a number': 5,
    true: true,
    false: false,
    'an empty list': [],
    'a list with a token': [GOOD],
    'an object': {},
  })) {
    refuse(`not a string: ${what}`, { value: token }, 'not_a_string')
  }
}

const LOOK_ALIKES = {
  'a space': ' ',
  'a tab': '\t',
  'a newline': '\n',
  'a carriage return': '\r',
  'a NUL': '\0',
  'a no-break space': '\u00a0',
  'a zero-width space': '\u200b',
  'a byte-order mark': '\ufeff',
  'a Cyrillic а': '\u0430',
  'a full-width A': '\uff21',
  'a full-width dot': '\uff0e',
  'a long dash': '\u2013',
  'a full-width low line': '\uff3f',
  'an e with an accent': '\u00e9',
  'an emoji': '😀',
  '+': '+',
  '/': '/',
  '=': '=',
  '%2E': '%2E',
  '~': '~',
  'a soft hyphen': '\u00ad',
}
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export function characters() {
  const whole = { header: HEAD, payload: BODY, signature: SIGNATURE }
  const join = (field, segment) =>
    field === 'signature'
      ? `${HEAD}.${BODY}.${segment}`
      : field === 'header'
        ? signSegments(segment, BODY)
        : signSegments(HEAD, segment)
  for (const [field, segment] of entries(whole)) {
    for (const [where, at] of entries({ 'at the start': 0, 'in the middle': 21, 'at the end': segment.length })) {
      for (const [what, character] of entries(LOOK_ALIKES)) {
        refuse(
          `character: ${what} ${where} of the ${field}`,
          join(field, segment.slice(0, at) + character + segment.slice(at)),
          'not_base64url',
          field,
        )
      }
      // Half of a surrogate pair: no JSON file can hold it, and no Rust string.
      for (const unit of ['d83d', 'de00']) {
        const parts =
          field === 'header'
            ? ['', `.${BODY}.${SIGNATURE}`]
            : field === 'payload'
              ? [`${HEAD}.`, `.${SIGNATURE}`]
              : [`${HEAD}.${BODY}.`, '']
        refuse(
          `character: lone surrogate ${unit} ${where} of the ${field}`,
          { parts: [parts[0] + segment.slice(0, at), { unit }, segment.slice(at) + parts[1]] },
          'not_base64url',
          field,
        )
      }
    }
    refuse(
      `character: one replaced by a Cyrillic а in the ${field}`,
      join(field, `${segment.slice(0, 9)}\u0430${segment.slice(10)}`),
      'not_base64url',
      field,
    )
    refuse(`character: only spaces in the ${field}`, join(field, '    '), 'not_base64url', field)
    refuse(`character: only padding in the ${field}`, join(field, '===='), 'not_base64url', field)
  }
  refuse('character: a lone surrogate alone', { parts: [{ unit: 'd800' }] }, 'not_compact')

  // "~~~" and "???" encode to characters that differ between the alphabets.
  const [dashed, underlined] = [claims({ x: '"a~~~>>>"' }), claims({ x: '"a???>>>"' })].map(base64url)
  accept('alphabet: - and _', signSegments(HEAD, base64url(claims({ x: '"~~~ ?? ??? >>> a~~~"' }))))
  for (const [name, segment] of entries({ dashed, underlined })) {
    const standard = segment.replaceAll('-', '+').replaceAll('_', '/')
    if (standard !== segment)
      refuse(`alphabet: + and / (${name})`, signSegments(HEAD, standard), 'not_base64url', 'payload')
  }

  // Every last character whose unused bits are not zero (RFC 4648, section 3.5), and every padding.
  const padded = (base, remainder) => {
    for (let text = base; ; text += ' ') if (base64url(text).length % 4 === remainder) return base64url(text)
  }
  const hs512 = header({ alg: '"HS512"' })
  const signed512 = sign(hs512, claims(), { algorithm: 'HS512' })
  for (const remainder of [2, 3]) {
    const unused = remainder === 2 ? 4 : 2
    const ends = {
      header: [padded(HEADER, remainder), (segment) => signSegments(segment, BODY)],
      payload: [padded(claims(), remainder), (segment) => signSegments(HEAD, segment)],
      signature:
        remainder === 3
          ? [SIGNATURE, (segment) => `${HEAD}.${BODY}.${segment}`]
          : [
              signed512.split('.')[2],
              (segment) => `${signed512.split('.').slice(0, 2).join('.')}.${segment}`,
              { verifier: { algorithm: 'HS512' } },
            ],
    }
    for (const [field, [segment, signed, more]] of entries(ends)) {
      if (segment.length % 4 !== remainder) throw new Error(`${field}: ${segment.length} characters`)
      accept(`trailing bits: the ${field} ends with ${remainder} characters, as it should`, signed(segment), {}, more)
      const last = ALPHABET.indexOf(segment.at(-1))
      for (let bits = 1; bits < 1 << unused; bits++) {
        refuse(
          `trailing bits: ${bits} of ${unused} bits in the ${field}`,
          signed(segment.slice(0, -1) + ALPHABET[last | bits]),
          'not_base64url',
          field,
          more,
        )
      }
      for (const padding of ['=', '==', '===', '%3D', '='.repeat(4 - remainder)].filter(
        (text, at, all) => all.indexOf(text) === at,
      )) {
        refuse(
          `padding: ${padding} behind ${remainder} characters of the ${field}`,
          signed(segment + padding),
          'not_base64url',
          field,
          more,
        )
      }
    }
  }
  for (const [field, [segment, signed]] of entries({
    header: [padded(HEADER, 0), (text) => signSegments(text, BODY)],
    payload: [padded(claims(), 0), (text) => signSegments(HEAD, text)],
  })) {
    accept(`length: the ${field} of whole groups`, signed(segment))
    refuse(`length: the ${field} with one character too many`, signed(`${segment}A`), 'not_base64url', field)
    refuse(`padding: = behind whole groups of the ${field}`, signed(`${segment}=`), 'not_base64url', field)
    refuse(`padding: ==== behind whole groups of the ${field}`, signed(`${segment}====`), 'not_base64url', field)
  }
  for (const signature of ['A', 'AAAAA', `${SIGNATURE}AA`]) {
    refuse(
      `length: the signature of ${signature.length} characters`,
      `${HEAD}.${BODY}.${signature}`,
      'not_base64url',
      'signature',
    )
  }
  refuse('length: the header one character', signSegments('e', BODY), 'not_base64url', 'header')
  refuse('length: the payload one character', signSegments(HEAD, 'e'), 'not_base64url', 'payload')
}
