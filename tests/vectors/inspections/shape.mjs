// Tokens inside other text, and texts that are not tokens: wrapped, cut and encoded ones.

import { add, GOOD_TOKEN, rule, UNKNOWN } from './cases.mjs'
import { wrapped } from './reports.mjs'
import {
  ACCOUNT,
  BODY,
  base64url,
  GOOD,
  HEAD,
  KEY,
  MAX_SIZE,
  SECRET,
  SERVICE,
  SIGNATURE,
  signSegments,
  withClaims,
  withGrants,
} from './tokens.mjs'

/** Wrappings around a token. */
export function wrappings() {
  const good = { kind: 'access_token' }
  rule(
    'not_a_string',
    [
      ['null', null, UNKNOWN],
      ['a number', 42, UNKNOWN],
      ['an object with a token in it', { token: GOOD }, UNKNOWN],
    ],
    [
      GOOD_TOKEN,
      ['an empty string', '', { codes: ['not_compact'], ...UNKNOWN }],
      ['the text of null', 'null', { codes: ['not_a_token'], ...UNKNOWN }],
    ],
  )
  // Padded so that the whole token is as long as it may be.
  const sized = (size) => {
    const pad = (length) => withGrants({ video: {}, my_product: { pad: 'x'.repeat(length) } })
    const tokens = Array.from({ length: 200 }, (_, more) => pad(11800 + more))
    const token = tokens.find(({ length }) => length === size)
    if (!token) throw new Error(`no token of ${size} bytes`)
    return token
  }
  rule(
    'token_too_large',
    [
      ['16,385 dots', '.'.repeat(MAX_SIZE + 1), UNKNOWN],
      ['a good token of 16,386 bytes', sized(MAX_SIZE + 2), UNKNOWN],
      ['16,385 bytes in fewer characters', `${'é'.repeat(MAX_SIZE / 2)}x`, UNKNOWN],
    ],
    [['a good token of 16,384 bytes', sized(MAX_SIZE)]],
  )
  rule(
    'bearer_prefix',
    [
      'Bearer ',
      'bearer ',
      'BEARER  ',
      'Bearer: ',
      'Bearer\t',
      'Bearer\n',
      'JWT ',
      'Token ',
      'Authorization: Bearer ',
    ].map((prefix) => [JSON.stringify(prefix), prefix + GOOD, good]),
    [GOOD_TOKEN],
  )
  rule(
    'quoted',
    [
      ['double quotes, as of a JSON string', JSON.stringify(GOOD), good],
      ['single quotes', `'${GOOD}'`, good],
      ['backticks', `\`${GOOD}\``, good],
      ['the first quote alone', `"${GOOD}`, good],
      ['the last quote alone', `${GOOD}"`, good],
      ['typographic quotes', `“${GOOD}”`, good],
      ["Python's text of bytes", `b'${GOOD}'`, good],
      ['a JSON string of JSON', JSON.stringify(JSON.stringify({ token: GOOD })), { codes: ['quoted', 'json_wrapped'] }],
    ],
    [GOOD_TOKEN],
  )
  rule(
    'json_wrapped',
    [
      ['the answer of a token server', JSON.stringify({ identity: 'alice', token: GOOD }), good],
      ['the same, indented', JSON.stringify({ identity: 'alice', token: GOOD }, null, 2), good],
      ['under another name', `{"accessToken":"${GOOD}"}`, good],
      ['inside of another object', JSON.stringify({ data: { token: GOOD } }), good],
      ['inside of a list', JSON.stringify({ tokens: [GOOD] }), good],
      ...inJson(),
      [
        'with its scheme',
        JSON.stringify({ authorization: `Bearer ${GOOD}` }),
        { codes: ['json_wrapped', 'bearer_prefix'] },
      ],
      [
        'the identity is an e-mail address with dots',
        JSON.stringify({ identity: 'a.b@example.com', token: GOOD }),
        good,
      ],
    ],
    [GOOD_TOKEN],
  )
  rule(
    'stray_text',
    [
      ['the field of a form', `token=${GOOD}`, good],
      ['a list', JSON.stringify([GOOD]), good],
      ["Python's text of a dict", `{'token': '${GOOD}', 'ttl': 3600}`, good],
      ['a line of a log', `minted: ${GOOD}, for alice`, good],
      ['angle brackets', `<${GOOD}>`, good],
      ['itself once more', GOOD + GOOD, good],
      ['another token after it', `old=${GOOD} new=${HEAD}.${BODY}.${'A'.repeat(43)}`, good],
      [
        'a whole HTTP response',
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ token: GOOD })}`,
        good,
      ],
    ],
    [GOOD_TOKEN, ['text without a token', 'see eyJ for more', { codes: ['not_compact'], ...UNKNOWN }]],
  )
  rule(
    'stray_whitespace',
    [
      ['a space before it', ` ${GOOD}`, good],
      ['a line feed after it', `${GOOD}\n`, good],
      ['CR and LF after it', `${GOOD}\r\n`, good],
      ['a tab before it', `\t${GOOD}`, good],
      ['a no-break space after it', `${GOOD}\u00a0`, good],
      ['a byte-order mark before it', `\ufeff${GOOD}`, good],
      ['a zero-width space after it', `${GOOD}\u200b`, good],
      ['a zero-width joiner inside', GOOD.replace('.', '\u200d.'), good],
      ['a NUL after it', `${GOOD}\0`, good],
      ['wrapped into lines of 64', GOOD.replace(/.{64}/g, '$&\n'), good],
      ['a space inside', `${HEAD}. ${BODY}.${SIGNATURE}`, good],
    ],
    [GOOD_TOKEN, ['nothing but white space', ' \n\t', { codes: ['not_compact'], ...UNKNOWN }]],
  )
  const wrapped = (title, token, codes) => add(null, `wrapped twice: ${title}`, token, { codes })
  wrapped('a quoted token after Bearer', `Bearer "${GOOD}"`, ['bearer_prefix', 'quoted'])
  wrapped('Bearer inside of the quotes', `"Bearer ${GOOD}"`, ['quoted', 'bearer_prefix'])
  wrapped('Bearer and a line feed', `Bearer ${GOOD}\n`, ['stray_whitespace', 'bearer_prefix'])
  wrapped('a JSON answer with Bearer in it', JSON.stringify({ token: `Bearer ${GOOD}` }), [
    'json_wrapped',
    'bearer_prefix',
  ])
  wrapped('a JSON answer as a JSON string, escaped', `'${JSON.stringify({ token: GOOD })}'`, ['quoted', 'json_wrapped'])
}

/** What languages write for a value that is not a token, and what the report says about it. */
function texts() {
  const kinds = {
    'This is the text of a missing value: the variable is unset, or the response has no such member.': [
      'undefined',
      'null',
      'None',
      'nil',
      '<nil>',
      'NaN',
      'NULL',
    ],
    'This is the text of a promise: await it, and pass its result.': [
      '[object Promise]',
      'Promise { <pending> }',
      "Promise { 'text' }",
      '<coroutine object token at 0x7f1c2a3b4c50>',
      "<Task pending name='Task-1' coro=<token() running at app.py:3>>",
      '<Future pending>',
      'System.Threading.Tasks.Task`1[System.String]',
      'java.util.concurrent.CompletableFuture@6d06d69c[Not completed]',
    ],
    'This is the text of a function: call it, as in CALL.': [
      'function toJwt() { [native code] }',
      'function () {\n  return 1\n}',
      '() => token',
      'async () => token',
      '[Function: toJwt]',
      '[AsyncFunction: token]',
      'class AccessToken {}',
      "<bound method AccessToken.to_jwt of <AccessToken account_sid='AC1'>>",
      '<function token at 0x7f1c2a3b4c50>',
      '<built-in method mint of Issuer object at 0x7f1c2a3b4c50>',
      "<class 'grantmint.AccessToken'>",
      '#<Method: Twilio::JWT::AccessToken#to_jwt() token.rb:1>',
    ],
    'This is the text of a response: read the token from its body.': [
      '[object Response]',
      '<Response [200]>',
      '<Response 64 bytes [200 OK]>',
    ],
    'This is a placeholder: put a token in its place.': [
      '<YOUR_TOKEN>',
      '<your token>',
      '<TOKEN>',
      'YOUR_ACCESS_TOKEN',
      'your-token-here',
      '$' + '{TOKEN}',
      '{{token}}',
      '%TOKEN%',
      '[PASTE YOUR TOKEN HERE]',
    ],
    'This is the name of a variable, not its value: was it in single quotation marks?': [
      '$TOKEN',
      '$token',
      '$T',
      '$env:TOKEN',
    ],
    'This is the name of a variable, not its value: does it lack the $ of the shell?': ['TOKEN', 'ACCESS_TOKEN', 'JWT'],
    'This is the text of an object, not its token: call IT.': [
      '[object Object]',
      '[object Array]',
      `<AccessToken account_sid='${ACCOUNT}' key_sid='${KEY}' identity='alice'>`,
      '<twilio.jwt.access_token.AccessToken object at 0x7f1c2a3b4c50>',
      '<app.Token object at 0x7f1c2a3b4c50>',
      "AccessToken { identity: 'alice', ttl: 3600 }",
      'com.twilio.jwt.accesstoken.AccessToken@1b6d3586',
      'Twilio.Jwt.AccessToken.Token',
      '#<Twilio::JWT::AccessToken:0x000055d5 @ttl=3600>',
      'Twilio\\Jwt\\AccessToken Object',
      'object(Twilio\\Jwt\\AccessToken)#1 (2) {}',
      '&{AC1 SK1 3600}',
      'map[identity:alice]',
      '%!s(*client.Token=0xc000010000)',
    ],
  }
  const calls = {
    neutral: ['token.to_jwt() or token.toJwt()', 'to_jwt() on it (toJwt() in JavaScript and Java, ToJwt() in C#)'],
    python: ['token.to_jwt()', 'to_jwt() on it'],
    javascript: ['token.toJwt()', 'toJwt() on it'],
  }
  return Object.entries(kinds).flatMap(([message, texts]) => {
    const report = inLanguages(
      ([call, it]) => [
        'Not a readable token: 1 error',
        '',
        'error not_a_token  Twilio 20101, 20160, 31204',
        `  ${message.replace('CALL', call).replace('IT', it)}`,
        '  → Mend the code that passes it on: a token is a string that starts with `eyJ`.',
        '',
        "Twilio's codes are likely ones; its backend has the last word.",
      ],
      calls,
    )
    return texts.map((text) => [text, text, { ...UNKNOWN, report }])
  })
}

/** The expressions that take a token out of JSON, beside the JSON. */
function inJson() {
  const odd = { 'twilio-token': GOOD }
  const advice = {
    neutral: 'Parse the JSON response, and take the token out of it.',
    python: 'Parse the response, as by `body = response.json()`, and take the token out of it.',
    javascript: 'Parse the response, as by `const body = await response.json()`, and take the token out of it.',
  }
  return [
    ['token', "jq -r '.token'", 'body["token"]', 'body.token', { identity: 'alice', token: GOOD }],
    ['twilio-token', `jq -r '.["twilio-token"]'`, 'body["twilio-token"]', 'body["twilio-token"]', odd],
    ['token', "jq -r '.data.token'", 'body["data"]["token"]', 'body.data.token', { data: { token: GOOD } }],
    [
      'twilio-token',
      `jq -r '.data.items[1]["twilio-token"]'`,
      'body["data"]["items"][1]["twilio-token"]',
      'body.data.items[1]["twilio-token"]',
      { data: { items: [{}, odd] } },
    ],
    ['tokens', "jq -r '.tokens[0]'", 'body["tokens"][0]', 'body.tokens[0]', { tokens: [GOOD] }],
    ['1', `jq -r '.["1"]'`, 'body["1"]', 'body["1"]', { 1: GOOD }],
  ].map(([name, neutral, python, javascript, json]) => {
    const languages = Object.entries({ neutral, python, javascript }).map(([language, path]) => [
      language,
      [path, advice[language]],
    ])
    const report = ([path, advice]) => `Twilio Access Token: 1 error; the token inside is sound

  identity    alice
  grants      Sync: service_sid ${SERVICE}
  account     ${ACCOUNT}
  key         ${KEY}
  issued      2023-11-14 22:13:20 UTC (now)
  renew       2023-11-14 23:10:20 UTC (in 57m)
  expires     2023-11-14 23:13:20 UTC (in 1h)
  signature   not checked

error json_wrapped  Twilio 20101, 20160, 31204
  This is a JSON object with the token in its member "${name}": take it out with ${path}.
  → ${advice}

Twilio's codes are likely ones; its backend has the last word.`
    const reports = inLanguages((words) => report(words).split('\n'), Object.fromEntries(languages))
    return [javascript, JSON.stringify(json), { kind: 'access_token', report: reports }]
  })
}

/** The lines of a report in the words of each language. */
function inLanguages(lines, words) {
  const entries = Object.entries(words).map(([language, words]) => [language, lines(words).flatMap(wrapped)])
  return Object.fromEntries(entries)
}

/** The three segments. */
export function segments() {
  const jwe = [
    base64url('{"alg":"dir","enc":"A256GCM"}'),
    '',
    'AxY8DCtDaGlsbGljb3RoZQ',
    'KDlTtXchhZTGufMYmOYGS4HffxPSUrfm',
    '9hH0vgRfYgPnAHOd8stkvw',
  ]
  rule(
    'encrypted',
    [
      ['a JWE with a direct key', jwe.join('.'), UNKNOWN],
      ['a JWE with an encrypted key', jwe.with(1, 'OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZ').join('.'), UNKNOWN],
    ],
    [
      GOOD_TOKEN,
      ['a JWE without its tag', jwe.slice(0, 4).join('.'), { codes: ['not_compact'], ...UNKNOWN }],
      [
        'two tokens, the first of them with a short signature',
        `${HEAD}.${BODY}.eyJ.${BODY}.AAAA`,
        { codes: ['encrypted'], ...UNKNOWN },
      ],
      ['six segments', [...jwe, 'AAAA'].join('.'), { codes: ['not_compact'], ...UNKNOWN }],
    ],
  )
  const json = { protected: HEAD, signature: SIGNATURE }
  rule(
    'json_serialization',
    [
      ['the flattened one', JSON.stringify({ payload: BODY, ...json }), UNKNOWN],
      ['the general one', JSON.stringify({ payload: BODY, signatures: [json] }), UNKNOWN],
    ],
    [
      ['the compact one of the same token', GOOD],
      ['an answer with a token in it', JSON.stringify({ token: GOOD }), { codes: ['json_wrapped'] }],
    ],
  )
  rule(
    'unsigned',
    [
      ...['none', 'None', 'NONE'].flatMap((alg) => {
        const header = base64url(JSON.stringify({ alg, typ: 'JWT', cty: 'twilio-fpa;v=1' }))
        const codes = ['unsigned', 'wrong_algorithm']
        return [
          [`alg ${alg}`, `${header}.${BODY}.`, { codes }],
          [`alg ${alg}, without the last dot`, `${header}.${BODY}`, { codes }],
        ]
      }),
    ],
    [
      GOOD_TOKEN,
      ['the first two segments, and a dot', `${HEAD}.${BODY}.`, { codes: ['signature_cut'] }],
      ['the first two segments', `${HEAD}.${BODY}`, { codes: ['signature_cut'] }],
      ['the same, with a secret to check with', `${HEAD}.${BODY}.`, { codes: ['signature_cut'], secret: SECRET }],
      ['cut off in the payload', GOOD.slice(0, HEAD.length + 121), { codes: ['signature_cut', 'not_json_object'] }],
    ],
  )
  rule('not_a_token', texts(), [
    GOOD_TOKEN,
    ['a page of HTML', '<html><body>Not Found</body></html>', { codes: ['not_compact'], ...UNKNOWN }],
    ['a word', 'undefinedness', { codes: ['not_compact'], ...UNKNOWN }],
    ["a user's e-mail address", 'alice@example.com', { codes: ['not_compact'], ...UNKNOWN }],
    ['a line of a log', '[02:11:33.123] ERROR c.a.b.Tokens - error 20103', { codes: ['not_compact'], ...UNKNOWN }],
    ['a sentence with two dots', 'See signaling.js. Error 20103.', { codes: ['not_compact'], ...UNKNOWN }],
  ])
  rule(
    'not_compact',
    [
      ['nothing', '', UNKNOWN],
      ["an API key's SID", KEY, UNKNOWN],
      ['one word and a dot', 'token.', UNKNOWN],
      ['a dot', '.', UNKNOWN],
      ['two dots', '..', UNKNOWN],
      ['four segments', `${GOOD}.AAAA`, UNKNOWN],
      ['a dot more at the end', `${GOOD}.`, UNKNOWN],
      ['no header', `.${BODY}.${SIGNATURE}`],
      ['no payload', `${HEAD}..${SIGNATURE}`],
      ['the header alone', HEAD],
      ['a JSON answer without a token', '{"error":"Unauthorized"}', UNKNOWN],
      ['a JSON answer with dots in it', '{"message":"Please wait..."}', UNKNOWN],
      ['an error page', '<!DOCTYPE html>\n<html><body>404 Not Found</body></html>', UNKNOWN],
    ],
    [GOOD_TOKEN],
  )
  const odd = withClaims({ jti: 'ÿÿÿ>>>???' })
  const [, oddBody] = odd.split('.')
  if (!/[-_]/.test(oddBody)) throw new Error('no character that base64 writes in another way')
  const usual = oddBody.replaceAll('-', '+').replaceAll('_', '/')
  const last = SIGNATURE.at(-1)
  const next = (letter) => String.fromCharCode(letter.charCodeAt(0) + 1)
  rule(
    'not_base64url',
    [
      ['padding at the end of the signature', `${GOOD}=`],
      ['the payload in the usual base64', signSegments(HEAD, usual), { secret: SECRET, signature: 'valid' }],
      ['an é in the signature', `${HEAD}.${BODY}.é${SIGNATURE.slice(1)}`],
      ['a percent sign in the header', `%${GOOD.slice(1)}`],
      ['a signature of an impossible length', `${HEAD}.${BODY}.${SIGNATURE.slice(0, -2)}`],
      ['trailing bits in the signature', `${HEAD}.${BODY}.${SIGNATURE.slice(0, -1)}${next(last)}`],
      ['the header, and not a token after it', `${HEAD}.#.${SIGNATURE}`],
    ],
    [['the payload in base64url', odd, { secret: SECRET, signature: 'valid' }], GOOD_TOKEN],
  )
}
