import type fc from 'fast-check';

const runs = Number(process.env['SLUICE_PROOF_RUNS'] ?? 0);
const seed = Number(process.env['SLUICE_PROOF_SEED'] ?? 20_261_121);

/** A run takes a tenth of a second; one that hangs is a counterexample, too. */
const longestRunMs = 60_000;

/** `usual` runs, or `SLUICE_PROOF_RUNS`; from a seed that is printed: always the same one, or `SLUICE_PROOF_SEED`. */
export function proofRuns(
  name: string,
  usual: number,
): fc.Parameters<unknown> & { readonly numRuns: number } {
  const numRuns = runs > 0 ? runs : usual;
  // eslint-disable-next-line no-console -- a run that fails is repeated by its seed
  console.log(`${name}: ${numRuns} runs from SLUICE_PROOF_SEED=${seed}`);
  const path = process.env['SLUICE_PROOF_PATH'];
  return { numRuns, seed, timeout: longestRunMs, ...(path === undefined ? {} : { path }) };
}

/** `SLUICE_PROOF_FULL=1`: also those cells of a matrix for which others stand. */
export const everyCell = process.env['SLUICE_PROOF_FULL'] === '1';

/** The time-out of a property, the longest that there is: a soak of a million runs takes days. */
export const longest = 2 ** 31 - 1;
