import type { TrafficWindow } from './load.ts';

export const failuresOf = (windows: readonly TrafficWindow[]): readonly string[] =>
  windows.flatMap(({ phase, weight, failures }) => failures.map((what) => `${phase} ${weight}: ${what}`));

export const answersOf = (windows: readonly TrafficWindow[]): number =>
  windows.flatMap(({ answers }) => Object.values(answers)).reduce((sum, count) => sum + count, 0);

/** Percent that the canary's pods answered, by the weight that its status had. */
export function sharesOf(windows: readonly TrafficWindow[]): ReadonlyMap<number, number> {
  const shares = new Map<number, number>();
  for (const { phase, weight, answers } of windows) {
    const { podinfo = 0, 'podinfo-primary': primary = 0 } = answers;
    if (phase === 'Progressing' && weight > 0) shares.set(weight, (100 * podinfo) / (podinfo + primary));
  }
  return shares;
}
