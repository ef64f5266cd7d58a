// The token contains what its object shows: twilio-node's claims for the same program, or an error with a code.
// The test prints the table.

import assert from 'node:assert/strict'
import test from 'node:test'
import util, { isDeepStrictEqual } from 'node:util'
import { AccessToken, Issuer, SyncGrant } from 'grantmint'
import jsonwebtoken from 'jsonwebtoken'
import { ACCOUNT_SID, CREDENTIALS, KEY_SID, NOW, SECRET, SERVICE_SID } from './credentials.mjs'
import { thrownBy } from './refused.mjs'
import {
  both,
  GRANT_CLASSES,
  grantToken,
  isCoded,
  issue,
  issueWith,
  KNOWN_METHODS,
  METHOD_WAYS,
  METHODS,
  OFFICIAL,
  OTHER_SECRET,
  STATIC_WAYS,
  STATICS,
  SUBJECTS,
  signToken,
  WAYS,
} from './shown.mjs'

const GRANT_SIGNERS = [grantToken, issue, issueWith]
const LEGEND = `= the same token as twilio-node's   e an error of grantmint's with a code   x both throw   ! neither
d a row of docs/differences.md
Three marks: AccessToken, new Issuer({ grants }), issuer.mint(identity, { grants })`

/** The secrets with which grantmint signs where the secret is a property in twilio-node and an accessor in grantmint. */
const DIFFERENT = {
  'AccessToken.secret': {
    'getter of a subclass': OTHER_SECRET,
    'patched prototype below the instance': SECRET,
  },
}

/** Runs the cells of a row: a mark for each column and signer, and a line for each cell that is wrong. */
function run(title, columns, program, signers) {
  const wrong = []
  const marks = Object.entries(columns).map(([column, way]) =>
    signers
      .map((sign) => {
        const [theirs, ours] = both((...args) => program(way, ...args), sign)
        const secret = DIFFERENT[title]?.[column]
        if (secret !== undefined && ours.token?.secret === secret) return 'd'
        const one = mark(theirs, ours)
        if (one === '!') wrong.push(`${column} (${sign.name}): ${difference(theirs, ours)}`)
        return one
      })
      .join(''),
  )
  return { marks, wrong }
}

function mark(theirs, ours) {
  if (theirs.error && ours.error) {
    return isCoded(ours.error) || ours.error.name === theirs.error.name ? 'x' : '!'
  }
  if (!theirs.error && isDeepStrictEqual(theirs, ours)) return '='
  return !theirs.error && ours.error && isCoded(ours.error) ? 'e' : '!'
}

function difference(theirs, ours) {
  if (!theirs.token || !ours.token) return [theirs, ours].map(text).join('; grantmint ')
  const parts = ['header', 'claims', 'secret'].filter(
    (part) => !isDeepStrictEqual(theirs.token[part], ours.token[part]),
  )
  return parts
    .map((part) => [theirs, ours].map(({ token }) => JSON.stringify(token[part])).join('; grantmint '))
    .join(', ')
}

function text({ error, value, token }) {
  if (token) return 'a token'
  return error ? `${error.name}${error.code ? `[${error.code}]` : ''}: ${error.message}` : JSON.stringify(value)
}

const PARTS = { fields: WAYS, methods: METHOD_WAYS, statics: STATIC_WAYS }
const ROWS = []

for (const subject of SUBJECTS) {
  for (const field of subject.fields()) {
    const program = (way, library, now, patch) => {
      const [value, decoy] = subject.values(field, library, now)
      const create = (Class, value) => subject.create(Class, library, now, field, value)
      return way({ field, value, decoy, base: subject.base(library), create, patch })
    }
    const signers = subject.isGrant ? GRANT_SIGNERS : [signToken]
    ROWS.push(['fields', `${subject.name}.${field}`, program, signers])
  }
}
for (const { subject, name } of METHODS) {
  const program = (way, library, now, patch) => {
    const create = (Class) => subject.create(Class, library, now, 'none')
    const made = way({ name, base: subject.base(library), create, patch })
    if (!subject.isGrant) made.addGrant(new library.AccessToken.VideoGrant({ room: 'daily' }))
    return made
  }
  ROWS.push(['methods', `${subject.name}.${name}`, program, subject.isGrant ? GRANT_SIGNERS : [signToken]])
}
for (const [name, [value, args]] of Object.entries(STATICS)) {
  const program = (way, library, now, patch) => {
    const create = (Class) => SUBJECTS[0].create(Class, library, now, 'none')
    return way({ name, value, base: library.AccessToken, create, patch })
  }
  const sign = { signToken: (library, token) => token.toJwt(...args) }.signToken
  ROWS.push(['statics', `AccessToken.${name}`, program, [sign]])
}

const results = new Map(
  ROWS.map(([part, title, program, signers]) => [title, { part, ...run(title, PARTS[part], program, signers) }]),
)

for (const [title, { wrong }] of results) {
  test(`the token contains what its object shows: ${title}`, () => {
    assert.ok(wrong.length === 0, `neither twilio-node's token nor an error with a code:\n${wrong.join('\n')}`)
  })
}

function grid() {
  const blocks = Object.entries(PARTS).map(([part, columns]) => {
    const rows = [...results].filter(([, row]) => row.part === part)
    const width = Math.max(...rows.map(([title]) => title.length))
    const numbers = Object.keys(columns).map((_, index) => String(index + 1))
    const line = (title, cells) => title.padEnd(width) + cells.map((cell) => ` ${cell.padStart(3)}`).join('')
    const names = Object.keys(columns).map((column, index) => `  ${String(index + 1).padStart(2)} ${column}`)
    return [`${part}:`, ...names, line('', numbers), ...rows.map(([title, { marks }]) => line(title, marks))].join('\n')
  })
  return [LEGEND, ...blocks].join('\n\n')
}

test('the table', () => {
  const all = [...results.values()].flatMap(({ marks }) => [...marks.join('')])
  const count = (one) => all.filter((mark) => mark === one).length
  const tally = `${all.length} cells: ${['=', 'e', 'x', 'd', '!'].map((one) => `${count(one)} ${one}`).join(', ')}`
  console.log(`${grid()}\n\n${tally}`)
  // Errors alone would pass every row.
  assert.ok(count('=') >= 10 * count('e'), tally)
})

test('twilio-node itself throws only where a field cannot be set', () => {
  const titles = Object.keys(WAYS)
  for (const [title, { part, marks }] of results) {
    const throwing = marks.flatMap((mark, index) => (mark.includes('x') ? [index] : []))
    if (part === 'fields') {
      const expected = ['getter of a subclass', ...(title.endsWith('.grants') ? ['frozen'] : [])]
      for (const index of throwing) assert.ok(expected.includes(titles[index]), `${title}: ${titles[index]}`)
    } else if (title !== 'AccessToken.ALGORITHMS') {
      assert.deepEqual(throwing, [], title)
    }
  }
})

test('every method and static of the official classes has a row', () => {
  for (const { name } of METHODS) assert.ok(KNOWN_METHODS.includes(name), name)
  const statics = Object.keys(OFFICIAL.AccessToken).filter((name) => name !== 'Grant' && !GRANT_CLASSES.includes(name))
  assert.deepEqual(statics.sort(), Object.keys(STATICS).sort())
})

// Only grantmint checks names that are set later.

const MISSPELT = {
  SyncGrant: ['service_sid', 'serviceSID', 'service_Sid', 'ServiceSid', 'servicesid', 'endpoint_id'],
  ChatGrant: ['push_credential_sid', 'deploymentRoleSID'],
  VideoGrant: ['Room', 'roon'],
  VoiceGrant: ['incoming_allow', 'outgoingApplicationSID', 'outgoing_application_params'],
  TaskRouterGrant: ['workspace_sid', 'workerSID', 'Role'],
  PlaybackGrant: ['Grant'],
}
const MISSPELT_ON_A_TOKEN = [
  'identitty',
  'identiy',
  'idenitty',
  'ident1ty',
  'Identity',
  'account_sid',
  'keySID',
  'TTL',
  'valid_until',
  'Region',
  'JTI',
  'Nbf',
]
const unknown = (name) => ({ code: 'unknown_option', message: new RegExp(name) })

for (const [Class, names] of Object.entries(MISSPELT)) {
  test(`a misspelt property of a ${Class} is rejected when the token is signed`, () => {
    for (const name of names) {
      const grant = new AccessToken[Class](
        ['SyncGrant', 'ChatGrant'].includes(Class) ? { serviceSid: SERVICE_SID } : {},
      )
      grant[name] = 'misspelt'
      for (const sign of GRANT_SIGNERS) {
        assert.throws(() => sign({ AccessToken }, grant), unknown(name), `${name}, ${sign.name}`)
      }
    }
  })
}

test('a misspelt property of a token is rejected when it is signed', () => {
  for (const name of MISSPELT_ON_A_TOKEN) {
    const token = new AccessToken(...CREDENTIALS, { identity: 'alice' })
    token[name] = 'misspelt'
    assert.throws(() => token.toJwt(), unknown(name), name)
  }
})

test('a misspelt field of a subclass is rejected, an alias of one is not', () => {
  const shows = (grant) => jsonwebtoken.decode(grantToken({ AccessToken }, grant)).grants.data_sync
  class Misspelt extends SyncGrant {
    service_sid = SERVICE_SID
  }
  assert.throws(() => shows(new Misspelt()), unknown('service_sid'))
  assert.throws(() => shows(Object.create(new Misspelt())), unknown('service_sid'))
  assert.throws(() => new Misspelt().toPayload(), unknown('service_sid'))
  class Alias extends SyncGrant {
    set service_sid(sid) {
      this.serviceSid = sid
    }
  }
  assert.deepEqual(shows(Object.assign(new Alias(), { service_sid: SERVICE_SID })), { service_sid: SERVICE_SID })
})

test("other properties are the program's own", () => {
  const token = new AccessToken(...CREDENTIALS, { identity: 'alice' })
  const grant = Object.assign(new SyncGrant({ serviceSid: SERVICE_SID }), {
    note: 'mine',
    createdAt: 1,
    _tenant: 7,
    _serviceSid: 'IS1',
  })
  token.addGrant(Object.assign(grant, { [Symbol('own')]: 1 }))
  Object.assign(token, { note: 'mine', createdAt: 1, _tenant: 7, app: {}, id: 1, name: 'x', user: 'x' })
  assert.ok(token.toJwt())
  assert.ok(new Issuer({ accountSid: ACCOUNT_SID, keySid: KEY_SID, secret: SECRET, grants: [grant] }).mint('alice'))
})

/** Objects that behave as a token but are not made by its constructor. */
const STAND_INS = {
  'a Proxy': (token) => new Proxy(token, {}),
  'a Proxy of a Proxy': (token) => new Proxy(new Proxy(token, Reflect), Reflect),
  'Object.create': (token) => Object.create(token),
  'an Object.assign clone': (token) => Object.assign(Object.create(AccessToken.prototype), token),
  'a clone of all descriptors': (token) =>
    Object.create(AccessToken.prototype, Object.getOwnPropertyDescriptors(token)),
}

for (const [what, standIn] of Object.entries(STAND_INS)) {
  test(`${what} signs with its secret and shows it nowhere`, () => {
    const token = new AccessToken(...CREDENTIALS, { identity: 'alice' })
    const shown = standIn(token)
    assert.equal(shown.secret, SECRET)
    assert.equal(shown.toJwt('HS256', { now: NOW }), token.toJwt('HS256', { now: NOW }))
    const copies = [
      JSON.stringify(shown),
      util.inspect(shown, { showProxy: true }),
      util.inspect(structuredClone({ ...shown })),
    ]
    copies.push(
      util.inspect(shown, { showHidden: true, depth: Infinity }),
      util.inspect(shown, { customInspect: false }),
    )
    for (const copy of copies) assert.ok(!copy.includes(SECRET), copy)
    shown.secret = OTHER_SECRET
    assert.equal(shown.secret, OTHER_SECRET)
    // As with any other property, a Proxy changes its token, and a copy does not.
    assert.equal(token.secret, what.includes('Proxy') ? OTHER_SECRET : SECRET)
  })
}

test('a copy without the secret is rejected with a code', () => {
  const token = new AccessToken(...CREDENTIALS, { identity: 'alice' })
  const hollow = (value) =>
    value instanceof Object && !Array.isArray(value) ? Object.create(Object.getPrototypeOf(value)) : value
  const deep = Object.create(AccessToken.prototype)
  for (const name of Reflect.ownKeys(token)) deep[name] = hollow(token[name])
  const revived = Object.setPrototypeOf(structuredClone(token), AccessToken.prototype)
  for (const copy of [
    deep,
    revived,
    Object.assign(Object.create(AccessToken.prototype), JSON.parse(JSON.stringify(token))),
  ]) {
    assert.equal(copy.secret, undefined)
    const error = thrownBy(() => copy.toJwt())
    assert.deepEqual([error.code, error.field], ['required', 'secret'])
    assert.ok(!util.inspect(error, { showHidden: true }).includes(SECRET))
  }
})

test("an exception of the caller's own passes unchanged", () => {
  const own = new TypeError("the caller's own")
  const throws = () => {
    throw own
  }
  const token = () => new AccessToken(...CREDENTIALS, { identity: 'alice' })
  const accessor = { get: throws, set() {}, configurable: true }
  const programs = [
    ...['secret', 'identity', 'accountSid', 'ttl', 'grants'].map(
      (name) => () => Object.defineProperty(token(), name, accessor).toJwt(),
    ),
    () =>
      new (class extends AccessToken {
        set secret(_) {
          throws()
        }
      })(...CREDENTIALS),
    () => new Proxy(token(), { get: throws }).toJwt(),
    () => new Proxy(token(), { ownKeys: throws }).toJwt(),
    () => (new Proxy(token(), { set: throws }).secret = OTHER_SECRET),
    ...GRANT_CLASSES.flatMap((name) => {
      const fields = Object.keys(new AccessToken[name]())
      const grants = fields.map((field) => Object.defineProperty(new AccessToken[name](), field, accessor))
      grants.push(Object.assign(new AccessToken[name](), { toPayload: throws }))
      return grants.flatMap((grant) => GRANT_SIGNERS.map((sign) => () => sign({ AccessToken }, grant)))
    }),
    ...[{ toJSON: throws }, Object.defineProperty({}, 'a', { ...accessor, enumerable: true })].map(
      (grant) => () => grantToken({ AccessToken }, new AccessToken.PlaybackGrant({ grant })),
    ),
  ]
  for (const program of programs) assert.equal(thrownBy(program), own, String(program))
  // Also where the same object has no JSON form for another reason.
  const failure = new Error("the caller's own")
  const grant = {
    a: {
      toJSON: () => {
        throw failure
      },
    },
    b: 1n,
  }
  assert.equal(
    thrownBy(() => grantToken({ AccessToken }, new AccessToken.PlaybackGrant({ grant }))),
    failure,
  )
})

test("a grant's method can be called on any object with its fields", () => {
  for (const library of [OFFICIAL, { AccessToken }]) {
    const { toPayload } = library.AccessToken.VideoGrant.prototype
    assert.deepEqual(toPayload.call({ room: 'daily' }), { room: 'daily' })
    const fields = { key: 'video', room: 'daily', toPayload }
    assert.deepEqual(jsonwebtoken.decode(grantToken(library, fields)).grants.video, { room: 'daily' })
  }
})
