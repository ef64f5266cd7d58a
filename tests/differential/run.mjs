// How many cases a run has and where its randomness starts: GRANTMINT_CASES and GRANTMINT_SEED say otherwise.

export const CASES = Number(process.env.GRANTMINT_CASES ?? 10_000)
export const SEED = Number(process.env.GRANTMINT_SEED ?? 20_260_701)

/** The seed that makes a run repeatable; a test prints it as a diagnostic. */
export function howToRepeat() {
  return `repeat with GRANTMINT_CASES=${CASES} GRANTMINT_SEED=${SEED}`
}
