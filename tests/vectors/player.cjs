// Plays the shared vectors against the npm package: `const player = require('./player.cjs')(grantmint)`. README.md
// describes the files. `checks` yields every check of every file. Plain CommonJS, so that every runtime can load it.

'use strict'

const assert = require('node:assert/strict')
const { readFileSync } = require('node:fs')
const path = require('node:path')

const MEMBERS = [
  'kind',
  'sound',
  'identity',
  'keySid',
  'accountSid',
  'grants',
  'signature',
  'issuedAt',
  'notBefore',
  'expiresAt',
  'expiresIn',
  'renewAt',
  'header',
  'claims',
  'findings',
]
const OPTIONS = ['identity', 'ttl', 'nbf', 'valid_until', 'region', 'jti']

/** Reads a file of this folder. */
function readVectors(file) {
  return JSON.parse(readFileSync(path.join(__dirname, file), 'utf8'))
}

/** Reads the cases of bad input that JavaScript can express. */
function badInputs() {
  const files = ['errors.json', 'errors_surrogates.json']
  return files.flatMap((file) => readVectors(file).cases).filter(({ node }) => node !== false)
}

/** Reads the cases of hostile.json, with the file's defaults filled in. */
function hostile() {
  const { defaults, cases } = readVectors('hostile.json')
  return cases.map((vector) => ({
    ...defaults,
    ...vector,
    verifier: { ...defaults.verifier, ...vector.verifier },
    claims: { ...defaults.claims, ...vector.claims },
  }))
}

/** Converts `service_sid` to `serviceSid`. */
function camelCase(name) {
  return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
}

/** Returns whether a case has an identity, which the constructor's options require. */
function hasIdentity({ identity }) {
  return identity !== undefined && identity !== null && identity !== ''
}

/** Returns the expected code, field and message of a case, spelled as in Node. */
function refusalOf({ error: { code, field, message } }) {
  const spelled = message?.replace(/\{(\w+)\}/g, (_, name) => camelCase(name))
  return [code, field ? camelCase(field) : undefined, spelled]
}

/** Returns a message without what was in the place of a required value, which each language names itself. */
function withoutCause(message) {
  return message.replace(/ is required \(it was [^)]*\)$/, ' is required')
}

/** Returns the secret of a case of hostile.json. */
function secretOf({ verifier: { secret, secret_hex: hex } }) {
  return hex === undefined ? secret : Buffer.from(hex, 'hex')
}

/** Returns the token of a case, which may be a value that is not a string. */
function tokenOf({ token }) {
  if (token === null || typeof token !== 'object') return token
  if (token.parts) return token.parts.map(partOf).join('')
  return 'value' in token ? token.value : token
}

function partOf(part) {
  if (typeof part === 'string') return part
  return 'unit' in part ? String.fromCharCode(parseInt(part.unit, 16)) : part.repeat.repeat(part.times)
}

/** Returns the value that `call` throws. */
function thrownBy(call) {
  try {
    call()
  } catch (error) {
    return error
  }
  return assert.fail('nothing was thrown')
}

function given(vector, names) {
  return Object.fromEntries(names.filter((name) => name in vector).map((name) => [camelCase(name), vector[name]]))
}

module.exports = (grantmint) => {
  const { AccessToken, GrantmintError, InputError, inspect, Issuer, TokenError, Verifier } = grantmint

  /** Yields the title of each check, and a function that throws if the check fails. */
  function* checks() {
    const plays = [
      [readVectors('tokens.json').cases, [signs, signsWithBytes]],
      [badInputs(), [rejects]],
      [hostile(), [getsItsVerdict, isExplained]],
      [readVectors('inspections.json').cases, [isInspected]],
    ]
    for (const [cases, functions] of plays) {
      for (const vector of cases) {
        for (const play of functions) yield [`${play.name}: ${vector.title}`, () => play(vector)]
      }
    }
  }

  /** Checks that an AccessToken, in either form, signs the expected token. */
  function signs(vector) {
    assert.equal(setLater(vector), vector.token)
    if (hasIdentity(vector)) assert.equal(withOptions(vector), vector.token)
  }

  function signsWithBytes(vector) {
    assert.equal(setLater({ ...vector, secret: new TextEncoder().encode(vector.secret) }), vector.token)
  }

  /** Checks that each way to mint a case of bad input throws its code, field and message. */
  function rejects(vector) {
    const [code, field, message] = refusalOf(vector)
    for (const run of ways(vector)) {
      const error = thrownBy(() => run(vector))
      checkClass(error, InputError)
      assert.equal(error.code, code, error.message)
      assert.equal(error.field, field, error.message)
      if (message !== undefined) assert.equal(withoutCause(error.message), message)
    }
  }

  /** Checks the result of verifying a case of hostile.json: the claims, or the error. */
  function getsItsVerdict(vector) {
    const { error, input_error: inputError, claims, now } = vector
    if (inputError) {
      const refusal = thrownBy(() => verifierOf(vector))
      return checkError(refusal, InputError, inputError)
    }
    const verifier = verifierOf(vector)
    const verify = () => verifier.verify(tokenOf(vector), { now })
    if (error) return checkError(thrownBy(verify), TokenError, error, secretOf(vector))
    const verified = verify()
    for (const [name, value] of Object.entries(claims)) {
      assert.deepEqual(verified[camelCase(name)], value ?? undefined, name)
    }
  }

  /** Checks that explaining never fails, and finds a problem in every token that verifiers reject. */
  function isExplained(vector) {
    const { error, sound, verifier, now } = vector
    const token = tokenOf(vector)
    for (const options of [undefined, { now }, { now, secret: secretOf(vector) }]) {
      const inspection = inspect(token, options)
      assert.equal(typeof inspection.sound, 'boolean')
      assert.ok(Array.isArray(inspection.findings))
      assert.ok(String(inspection).length > 0)
      JSON.parse(JSON.stringify(inspection))
      if (options === undefined) continue
      if (sound === false) assert.equal(inspection.sound, false)
      if (options.secret && error?.code === 'bad_signature' && !verifier.keys) {
        assert.equal(inspection.sound, false)
        assert.notEqual(inspection.signature, 'valid')
      }
    }
  }

  /** Checks the inspection of a case of inspections.json. */
  function isInspected(vector) {
    const { now, secret } = vector
    const inspection = inspect(tokenOf(vector), { now, secret })
    const { kind, sound, signature } = inspection
    assert.deepEqual(
      [kind, sound, signature, codes(inspection)],
      [vector.kind, vector.sound, vector.signature, vector.codes],
    )
    for (const [name, expected] of Object.entries(vector.reads ?? {})) {
      assert.deepEqual(inspection[camelCase(name)], expected, name)
    }
    const lines = vector.report?.javascript ?? vector.report
    if (lines) assert.equal(String(inspection), lines.join('\n'))
    checkConsistency(inspection)
  }

  function codes({ findings }) {
    return findings.map(({ code }) => code)
  }

  /** Checks the properties of every inspection. */
  function checkConsistency(inspection) {
    const report = String(inspection)
    assert.deepEqual(Object.keys(inspection), MEMBERS)
    for (const { severity, code, twilioCodes, message, advice } of inspection.findings) {
      for (const text of [severity, code, message, advice, twilioCodes.join(', ')]) {
        // A line break of the report takes the place of a space, or is inside a long word.
        const [bare, inside] = [text, report].map((text) => text.replace(/\s+/g, ''))
        assert.ok(inside.includes(bare), `${text} is not in\n${report}`)
      }
    }
    assert.doesNotMatch(report, /[^\n\P{Cc}]/u)
    const severities = inspection.findings.map(({ severity }) => severity)
    const ranks = severities.map((severity) => ['error', 'warning', 'note'].indexOf(severity))
    assert.deepEqual(ranks, [...ranks].sort())
    assert.equal(inspection.sound, !severities.includes('error'))
    // Plain data: it survives JSON, and the report is not part of it.
    assert.deepEqual(JSON.parse(JSON.stringify(inspection)), { ...inspection })
  }

  /** Checks an error of a verifier, and that its message is short and without the secret. */
  function checkError(error, expectedClass, { code, field }, secret) {
    checkClass(error, expectedClass)
    assert.equal(error.code, code, error.message)
    // An absent field matches any. `null` means that the error must have no field.
    if (field !== undefined) assert.equal(error.field, field === null ? undefined : camelCase(field), error.message)
    assert.ok(error.message.length < 300, error.message)
    if (typeof secret === 'string' && secret.length > 4) assert.ok(!error.stack.includes(secret))
    if (expectedClass === TokenError) {
      assert.ok(Array.isArray(error.twilioCodes))
      for (const number of error.twilioCodes) assert.ok(Number.isInteger(number))
    }
  }

  function checkClass(error, expectedClass) {
    assert.ok(error instanceof expectedClass, `not ours: ${error?.stack}`)
    assert.ok(error instanceof GrantmintError && error instanceof Error)
    assert.equal(error.constructor, expectedClass)
    assert.equal(error.name, expectedClass.name)
  }

  /** Creates the verifier of a case of hostile.json. */
  function verifierOf(vector) {
    const { keys, account_sid: accountSid, leeway, algorithm, max_size: maxSize } = vector.verifier
    const known = keys ? { keys } : { secret: secretOf(vector) }
    // An option that is present must have a value.
    return new Verifier({ ...known, ...(accountSid !== undefined && { accountSid }), leeway, algorithm, maxSize })
  }

  /** Signs a token that gets everything in the constructor's options. */
  function withOptions(vector) {
    const token = new AccessToken(vector.account_sid, vector.key_sid, vector.secret, given(vector, OPTIONS))
    const grants = grantsOf(vector)
    if (Array.isArray(grants)) for (const grant of grants) token.addGrant(grant)
    else token.grants = grants
    return sign(token, vector)
  }

  /** Signs a token of the older form: three arguments, and everything else is set later. */
  function setLater(vector) {
    const token = new AccessToken(vector.account_sid, vector.key_sid, vector.secret)
    Object.assign(token, given(vector, OPTIONS))
    token.grants = grantsOf(vector)
    return sign(token, vector)
  }

  /** Mints with an issuer. The case's `ttl` and `grants` are the issuer's; those of its `mint` are the token's. */
  function mint(vector) {
    const { mint = {} } = vector
    const issuer = new Issuer({
      ...given(vector, ['account_sid', 'key_sid', 'secret', 'ttl', 'region', 'algorithm']),
      ...('grants' in vector && { grants: grantsOf(vector) }),
    })
    return issuer.mint(vector.identity, {
      ...given(vector, ['nbf', 'jti', 'now']),
      ...given(mint, ['ttl']),
      ...('grants' in mint && { grants: grantsOf(mint) }),
    })
  }

  /** Returns the functions that must all reject a case. */
  function ways(vector) {
    if (vector.via === 'Issuer') return [mint]
    // The constructor's options require an identity, which may be set later otherwise.
    if (!('identity' in vector)) return [withOptions]
    return hasIdentity(vector) ? [withOptions, setLater] : [setLater]
  }

  function sign(token, vector) {
    return token.toJwt(vector.algorithm, given(vector, ['now']))
  }

  function grantsOf({ grants = [] }) {
    return Array.isArray(grants) ? grants.map(grantOf) : grants
  }

  /** Creates the grant that an object with one member describes. Any other value is passed unchanged. */
  function grantOf(member) {
    const entries = typeof member === 'object' ? Object.entries(member ?? {}) : []
    if (entries.length !== 1) return member
    const [[name, fields]] = entries
    if (name === 'custom') return { key: fields.key, toPayload: () => fields.payload }
    return new grantmint[name](given(fields, Object.keys(fields)))
  }

  return {
    badInputs,
    camelCase,
    checkConsistency,
    checkError,
    checks,
    codes,
    getsItsVerdict,
    hasIdentity,
    hostile,
    isExplained,
    isInspected,
    mint,
    readVectors,
    refusalOf,
    rejects,
    setLater,
    signs,
    signsWithBytes,
    tokenOf,
    verifierOf,
    ways,
    withOptions,
  }
}
