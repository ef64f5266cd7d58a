// Plays the shared vectors against a package, in any runtime: it needs no file, no `Buffer` and no test framework.

/** Returns the number of cases that passed, and the titles and messages of those that failed. */
export function play(grantmint, player, { tokens, errors, surrogates, hostile, inspections }) {
  const { InputError, TokenError, Verifier, inspect } = grantmint
  const { camelCase, hasIdentity, refusalOf, setLater, ways, withOptions } = player(grantmint)
  const failures = []
  let passed = 0

  for (const vector of tokens) {
    check(vector.title, () => same(setLater(vector), vector.token))
    if (hasIdentity(vector)) check(`${vector.title}, in options`, () => same(withOptions(vector), vector.token))
    const secret = new TextEncoder().encode(vector.secret)
    check(`${vector.title}, secret as bytes`, () => same(setLater({ ...vector, secret }), vector.token))
  }
  for (const vector of [...errors, ...surrogates].filter(({ node }) => node !== false)) {
    for (const run of ways(vector)) {
      check(`${vector.title} (${run.name})`, () => refused(() => run(vector), InputError, ...refusalOf(vector)))
    }
  }
  for (const vector of hostile.cases) {
    check(vector.title, () => verify(vector))
    check(`explained: ${vector.title}`, () => explain(vector))
  }
  for (const vector of inspections) {
    check(vector.title, () => {
      const { now, secret } = vector
      const inspection = inspect(textOf(vector.token), { now, secret })
      const found = inspection.findings.map(({ code }) => code)
      same(
        [inspection.kind, inspection.sound, inspection.signature, found],
        [vector.kind, vector.sound, vector.signature, vector.codes],
      )
      const lines = vector.report?.javascript ?? vector.report
      if (lines) same(String(inspection), lines.join('\n'))
    })
  }
  return { passed, failures }

  function verify(vector) {
    const { error, input_error: inputError, claims, now = hostile.defaults.now } = vector
    if (inputError) return refused(() => verifierOf(vector), InputError, inputError.code)
    const verifier = verifierOf(vector)
    if (error) return refused(() => verifier.verify(textOf(vector.token), { now }), TokenError, error.code)
    const verified = verifier.verify(textOf(vector.token), { now })
    for (const [name, value] of Object.entries({ ...hostile.defaults.claims, ...claims })) {
      same(verified[camelCase(name)], value ?? undefined)
    }
  }

  function explain(vector) {
    const { sound, now = hostile.defaults.now } = vector
    const inspection = inspect(textOf(vector.token), { now })
    if (sound === false) same(inspection.sound, false)
    if (String(inspection) === '') throw new Error('the report is empty')
  }

  function verifierOf({ verifier = {} }) {
    const { keys, account_sid: accountSid, leeway, algorithm, max_size: maxSize, secret_hex: hex } = verifier
    const { secret = hostile.defaults.verifier.secret } = verifier
    const known = keys ? { keys } : { secret: hex === undefined ? secret : bytesOf(hex) }
    return new Verifier({ ...known, ...(accountSid !== undefined && { accountSid }), leeway, algorithm, maxSize })
  }

  function refused(call, type, code, field, message) {
    let error
    try {
      call()
    } catch (thrown) {
      error = thrown
    }
    if (!(error instanceof type)) throw new Error(`not an error of the class: ${error}`)
    same([error.name, error.code], [type === InputError ? 'InputError' : 'TokenError', code])
    if (field !== undefined) same(error.field, field)
    if (message !== undefined) same(error.message.replace(/ is required \(it was [^)]*\)$/, ' is required'), message)
  }

  function check(title, run) {
    try {
      run()
      passed++
    } catch (error) {
      failures.push(`${title}: ${error.message}`)
    }
  }
}

/** Returns a token that a vector describes. */
function textOf(token) {
  if (token?.parts) return token.parts.map(partOf).join('')
  return typeof token === 'object' && token !== null && 'value' in token ? token.value : token
}

function partOf(part) {
  if (typeof part === 'string') return part
  return 'unit' in part ? String.fromCharCode(Number.parseInt(part.unit, 16)) : part.repeat.repeat(part.times)
}

function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

function same(actual, expected) {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (found !== wanted) throw new Error(`expected ${wanted}, got ${found}`)
}
