// Variations of the claims: the times, then everything else.

import { accept, escaped, refuse, shown } from './cases.mjs'
import { ACCOUNT, CLAIMS, claims, entries, fakeSid, GOOD, HEADER, header, KEY, MAX_TIME, NOW, sign } from './tokens.mjs'

const LATE = 86400 // the longest leeway, and the longest lifetime
const LAST = MAX_TIME - LATE // the last `now` that the bindings take

export function times() {
  const reading = { exp: 'expires_at', nbf: 'not_before', iat: 'issued_at' }
  const at = (name, text) => sign(HEADER, claims({ [name]: text }))
  const usual = { exp: NOW + 3600, nbf: NOW - 60, iat: NOW }
  for (const [name, member] of entries(reading)) {
    const time = usual[name]
    for (const text of [
      `"${time}"`,
      `"${time}.0"`,
      '""',
      '"2099-01-01T00:00:00Z"',
      `${time}.5`,
      '0.1',
      '-0.5',
      '1e-5',
      `${MAX_TIME}.5`,
      'null',
      'true',
      'false',
      '[]',
      `[${time}]`,
      '{}',
      `{"value":${time}}`,
    ]) {
      refuse(`time: ${name} is ${text}`, at(name, text), 'claim_wrong_type', name)
    }
    for (const text of [
      '-1',
      '-1.0',
      '-1e9',
      `-${time}`,
      `${MAX_TIME + 1}`,
      `${MAX_TIME + 1}.0`,
      `${time}000`,
      '9007199254740991',
      '9007199254740992',
      '9007199254740993',
      '9223372036854775807',
      '9223372036854775808',
      '-9223372036854775808',
      '-9223372036854775809',
      '18446744073709551615',
      '18446744073709551616',
      '18446744075409551616',
      '1e20',
      '1e300',
      '1.7976931348623157e308',
      '340282366920938463463374607431768211456',
      '4294967296e9',
    ]) {
      refuse(`time: ${name} is ${text}`, at(name, text), 'claim_out_of_range', name)
    }
    for (const text of [
      '1e400',
      '-1e400',
      'NaN',
      'Infinity',
      `0${time}`,
      `+${time}`,
      `${time}.`,
      `${time}n`,
      `0x${time.toString(16)}`,
    ]) {
      refuse(`time: ${name} is ${text}`, at(name, text), 'not_json_object', 'payload')
    }
    for (const text of [
      `${time}.0`,
      `${time}.000`,
      `${time}e0`,
      `${time / 100}e2`,
      `${time / 1e9}e9`,
      `${time / 1e9}E+9`,
      `${time}0e-1`,
      ` ${time}\n`,
    ]) {
      accept(`time: ${name} is ${shown(text)}`, at(name, text), { [member]: time })
    }
  }
  for (const text of ['0', '-0', '0.0', '-0.0', '0e5', '-0e-5']) {
    refuse(`time: exp is ${text}`, at('exp', text), 'expired', 'exp')
    accept(`time: nbf is ${text}`, at('nbf', text), { not_before: 0 })
    const early = sign(HEADER, claims({ iat: text, exp: '3600' }))
    accept(`time: iat is ${text}`, early, { issued_at: 0, expires_at: 3600 }, { now: 0 })
  }
  refuse('time: exp is the last second of 9999', at('exp', `${MAX_TIME}`), 'lifetime_too_long', 'exp')
  accept(
    'time: exp is the last second of 9999, with leeway',
    sign(HEADER, claims({ iat: `${LAST}`, exp: `${MAX_TIME}` })),
    { issued_at: LAST, expires_at: MAX_TIME },
    { verifier: { leeway: LATE }, now: LAST },
  )
  refuse('time: nbf is the last second of 9999', at('nbf', `${MAX_TIME}`), 'not_yet_valid', 'nbf')
  refuse('time: iat is the last second of 9999', at('iat', `${MAX_TIME}`), 'issued_in_future', 'iat')
  accept('time: iat absent', at('iat', undefined), { issued_at: null })
  refuse('time: iat after exp', at('iat', `${NOW + 9999}`), 'issued_in_future', 'iat')
  for (const leeway of [0, 1, 60]) {
    const [verifier, ahead] = [{ leeway }, NOW + 60 + leeway]
    accept(`time: iat a minute ahead, leeway ${leeway}`, at('iat', `${ahead}`), { issued_at: ahead }, { verifier })
    refuse(
      `time: iat more than a minute ahead, leeway ${leeway}`,
      at('iat', `${ahead + 1}`),
      'issued_in_future',
      'iat',
      { verifier },
    )
  }
  const lives = (changed) => sign(HEADER, claims(changed))
  refuse(
    'time: iat a minute ahead, and exp before it',
    lives({ iat: `${NOW + 60}`, exp: `${NOW + 60}` }),
    'never_valid',
    'exp',
  )
  refuse(
    'time: iat a minute ahead, and exp the second before it',
    lives({ iat: `${NOW + 60}`, exp: `${NOW + 59}` }),
    'never_valid',
    'exp',
  )
  const start = { iat: `${NOW}`, exp: `${NOW + LATE}` }
  accept('time: alive for 24 hours', lives(start), { expires_at: NOW + LATE })
  refuse('time: alive for a second longer', lives({ ...start, exp: `${NOW + LATE + 1}` }), 'lifetime_too_long', 'exp')
  refuse('time: alive for ten years', lives({ ...start, exp: `${NOW + 3650 * LATE}` }), 'lifetime_too_long', 'exp')
  refuse(
    'time: alive for a second longer, a minute before its end',
    lives({ iat: `${NOW - LATE + 59}`, exp: `${NOW + 60}` }),
    'lifetime_too_long',
    'exp',
  )
  accept('time: 24 hours left, without iat', lives({ ...start, iat: undefined }), {
    issued_at: null,
    expires_at: NOW + LATE,
  })
  refuse(
    'time: more than 24 hours left, without iat',
    lives({ iat: undefined, exp: `${NOW + LATE + 1}` }),
    'lifetime_too_long',
    'exp',
  )

  const exp = NOW + 3600
  for (const leeway of [0, 1, 60, LATE]) {
    const verifier = { leeway }
    accept(`time: a second before exp, leeway ${leeway}`, GOOD, {}, { verifier, now: exp + leeway - 1 })
    refuse(`time: at exp, leeway ${leeway}`, GOOD, 'expired', 'exp', { verifier, now: exp + leeway })
    refuse(`time: a second after exp, leeway ${leeway}`, GOOD, 'expired', 'exp', { verifier, now: exp + leeway + 1 })
    const later = at('nbf', `${NOW}`)
    accept(`time: at nbf, leeway ${leeway}`, later, { not_before: NOW }, { verifier, now: NOW - leeway })
    refuse(`time: a second before nbf, leeway ${leeway}`, later, 'not_yet_valid', 'nbf', {
      verifier,
      now: NOW - leeway - 1,
    })
  }
  const early = (nbf) => sign(HEADER, claims({ nbf, iat: '0', exp: '3600' }))
  const first = { issued_at: 0, expires_at: 3600 }
  accept(
    'time: nbf less than the leeway',
    early('5'),
    { ...first, not_before: 5 },
    { verifier: { leeway: LATE }, now: 0 },
  )
  refuse('time: nbf 1 at second 0', at('nbf', '1'), 'not_yet_valid', 'nbf', { now: 0 })
  accept('time: nbf 0 at second 0', early('0'), { ...first, not_before: 0 }, { now: 0 })
  refuse('time: now is the last second that it may be', GOOD, 'expired', 'exp', { now: LAST })
  refuse('time: nbf is exp', at('nbf', `${exp}`), 'not_yet_valid', 'nbf')
  refuse('time: nbf after exp, now between them', at('nbf', `${exp + 100}`), 'expired', 'exp', { now: exp + 50 })
}

export function otherClaims() {
  const changed = (members) => sign(HEADER, claims(members))
  for (const name of ['exp', 'iss', 'sub']) {
    refuse(`claim: ${name} absent`, changed({ [name]: undefined }), 'missing_claim', name)
    refuse(
      `claim: ${name} in capitals`,
      changed({ [name]: undefined, [name.toUpperCase()]: CLAIMS[name] }),
      'missing_claim',
      name,
    )
    refuse(
      `claim: ${name} only within grants`,
      changed({ [name]: undefined, grants: `{"${name}":${CLAIMS[name]}}` }),
      'missing_claim',
      name,
    )
    refuse(
      `claim: ${name} only in the header`,
      sign(header({ [name]: CLAIMS[name] }), claims({ [name]: undefined })),
      'missing_claim',
      name,
    )
  }
  for (const name of ['iss', 'sub', 'jti']) {
    const right = CLAIMS[name]
    for (const value of [
      'null',
      'true',
      '0',
      '1.5',
      '[]',
      `[${right}]`,
      `["https://attacker.example",${right}]`,
      '{}',
      `{"value":${right}}`,
    ]) {
      refuse(`claim: ${name} is ${value}`, changed({ [name]: value }), 'claim_wrong_type', name)
    }
  }
  const foreign = '"ключ \\ud83d\\ude00"'
  accept('claim: jti is not ASCII', changed({ jti: foreign }), { jti: 'ключ 😀' })
  for (const [name, code, right] of [
    ['iss', 'malformed_issuer', KEY],
    ['sub', 'malformed_subject', ACCOUNT],
  ]) {
    const texts = ['', right.slice(2), right.slice(0, -1), `${right}0`, `${right} `, `"${right}"`, right.toLowerCase()]
    for (const value of [foreign, ...texts.map((sid) => JSON.stringify(sid)), `"${name === 'iss' ? ACCOUNT : KEY}"`]) {
      refuse(`claim: ${name} is ${shown(value)}`, changed({ [name]: value }), code, name)
    }
    accept(`claim: ${name} in capital digits`, changed({ [name]: `"${right.toUpperCase()}"` }), {
      [{ iss: 'key_sid', sub: 'account_sid' }[name]]: right.toUpperCase(),
    })
  }
  // Exact in Rust and Python, the nearest double in JavaScript: SECURITY.md says so.
  for (const integer of ['9007199254740993', '-9007199254740993', '18446744073709551615']) {
    accept(`claim: the integer ${integer}`, changed({ n: integer, list: `[${integer}]` }))
  }
  accept('claim: jti absent', changed({ jti: undefined }), { jti: null })
  accept('claim: nonce and more', changed({ nonce: '"n"', 'https://example.com/x': '{}' }))
  for (const aud of ['"https://example.com"', '["a"]', '[]', '""', 'null', 'false', '0', '{}', `"${ACCOUNT}"`]) {
    refuse(`claim: aud is ${aud}`, changed({ aud }), 'unexpected_audience', 'aud')
  }
  for (const value of ['null', 'true', '0', '""', '"video"', '[]', '[{"identity":"alice"}]']) {
    refuse(`claim: grants is ${value}`, changed({ grants: value }), 'claim_wrong_type', 'grants')
  }
  for (const value of ['null', 'true', 'false', '1.5', '-0.5', '[]', '["alice"]', '{}', '{"name":"alice"}']) {
    refuse(`claim: identity is ${value}`, changed({ grants: `{"identity":${value}}` }), 'claim_wrong_type', 'identity')
  }
  for (const [value, identity] of [
    ['0', '0'],
    ['42', '42'],
    ['-7', '-7'],
    ['9007199254740991', '9007199254740991'],
    ['"007"', '007'],
    ['"Zo\\u00eb"', 'Zoë'],
    ['"\\u0000"', '\0'],
    ['"null"', 'null'],
  ]) {
    accept(`claim: identity is ${value}`, changed({ grants: `{"identity":${value}}` }), { identity, grants: {} })
  }
  accept('claim: identity absent', changed({ grants: '{"video":{}}' }), { identity: null, grants: { video: {} } })
  accept('claim: identity only in a product', changed({ grants: '{"video":{"identity":"mallory"}}' }), {
    identity: null,
    grants: { video: { identity: 'mallory' } },
  })
  accept('claim: identity only beside grants', changed({ identity: '"mallory"' }))
  accept('claim: grants empty', changed({ grants: '{}' }), { identity: null, grants: {} })
  refuse('claim: grants absent', changed({ grants: undefined }), 'missing_claim', 'grants')
  const scope = '"scope:client:incoming?clientName=alice"'
  refuse('claim: scope, of a capability token', changed({ grants: undefined, scope }), 'missing_claim', 'grants')
  accept('claim: scope besides grants', changed({ scope }))
  accept(
    'claim: products that are no objects',
    changed({ grants: '{"identity":"alice","chat":null,"video":[],"voice":1,"data_sync":"x"}' }),
    { grants: { chat: null, video: [], voice: 1, data_sync: 'x' } },
  )

  const account = { verifier: { account_sid: ACCOUNT } }
  accept('account: the right one', GOOD, {}, account)
  for (const sub of [
    fakeSid('AC', 'd3'),
    ACCOUNT.toUpperCase(),
    ACCOUNT.slice(0, -1),
    `${ACCOUNT}0`,
    ACCOUNT.slice(2),
    `${ACCOUNT} `,
    ` ${ACCOUNT}`,
    `${ACCOUNT}\0`,
    'AC',
    '',
    '*',
    `${ACCOUNT},${fakeSid('AC', 'd3')}`,
    KEY,
  ]) {
    refuse(`account: sub is ${escaped(sub)}`, changed({ sub: JSON.stringify(sub) }), 'wrong_account', 'sub', account)
  }
  accept('account: any, where none is asked for', changed({ sub: `"${fakeSid('AC', 'd3')}"` }), {
    account_sid: fakeSid('AC', 'd3'),
  })
}
