import type fc from 'fast-check';
import { hash } from 'node:crypto';

const runs = Number(process.env['SLUICE_PROOF_RUNS'] ?? 0);

/**
 * One seed for every proof, so that a change passes or fails by what it does, and for everybody alike: a seed of the sources
 * made changes fail by old defects that nobody had met before. `npm run soak`, or another SLUICE_PROOF_SEED, looks for those.
 */
const seed = Number(process.env['SLUICE_PROOF_SEED'] ?? 612_199_449);

/** `SLUICE_TESTS=long`, as in CI: all there is. Otherwise a part, which is drawn by the seed, too. */
export const isLong = process.env['SLUICE_TESTS'] === 'long';

/** `SLUICE_PROOF_FULL=1`: also the cells of a matrix for which others stand in CI. */
export const everyCell = process.env['SLUICE_PROOF_FULL'] === '1';

/** A run takes a twentieth of a second; one that hangs is a counterexample, too. */
const longestRunMs = 60_000;

/** Runs of a property: in CI, and in the short run. The first are the same in both. */
export interface Counts {
  readonly long: number;
  readonly short: number;
}

/** As many runs as are wanted, or `SLUICE_PROOF_RUNS`; from a seed that is printed. */
export function proofRuns(
  name: string,
  { long, short }: Counts,
): fc.Parameters<unknown> & { readonly numRuns: number } {
  const usual = isLong ? long : short;
  const numRuns = runs > 0 ? runs : usual;
  // eslint-disable-next-line no-console -- a run that fails is repeated by its seed
  console.log(`${name}: ${numRuns} runs from SLUICE_PROOF_SEED=${seed}`);
  const path = process.env['SLUICE_PROOF_PATH'];
  return { numRuns, seed, timeout: longestRunMs, ...(path === undefined ? {} : { path }) };
}

/** Which of `parts` the short run takes of what is called `name`: another one for each name and each seed. */
export function partOf(name: string, parts: number): number {
  return Number.parseInt(hash('sha256', `${seed} ${name}`).slice(0, 8), 16) % parts;
}

/** In CI all cells; in the short run every `parts`th. */
export function sliceOf<Cell>(name: string, cells: readonly Cell[], parts: number): readonly Cell[] {
  if (isLong || everyCell) return cells;
  const part = partOf(name, parts);
  return cells.filter((_cell, index) => index % parts === part);
}

/** How a cell that failed is repeated: it may be one that only this seed has in its part. */
export const repeatedBy = isLong ? 'SLUICE_TESTS=long' : `SLUICE_PROOF_SEED=${seed}`;

/** The time-out of a property, the longest that there is: a soak of a million runs takes days. */
export const longest = 2 ** 31 - 1;
