import { list, record } from '../pod.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
}

/** Adds times to the wanted conditions; `lastTransitionTime` changes only when `status` does. */
export function writeConditions(
  present: unknown,
  wanted: readonly Condition[],
  now: number,
): readonly Readonly<Record<string, unknown>>[] {
  const before = list(present).map(record);
  return wanted.map((condition) => {
    const same = before.find((candidate) => candidate['type'] === condition.type);
    const kept = same?.['status'] === condition.status ? same['lastTransitionTime'] : undefined;
    const lastTransitionTime = kept ?? new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
    return { ...condition, lastTransitionTime };
  });
}
