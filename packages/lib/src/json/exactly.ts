import { isRecord } from './json-read.ts';

/**
 * `wanted`, with `undefined` (remove it) for each extra key of `current`, down to the items of lists. A copy that
 * tolerated extra fields would keep the selector of a metric, or a policy, that the original has lost.
 */
export function exactly(current: unknown, wanted: unknown): unknown {
  if (Array.isArray(wanted)) {
    const before: readonly unknown[] = Array.isArray(current) ? current : [];
    return wanted.map((item, index) => exactly(before[index], item));
  }
  if (!isRecord(wanted)) return wanted;
  const before = isRecord(current) ? current : {};
  const extra = Object.keys(before).filter((key) => !Object.hasOwn(wanted, key));
  const kept = Object.entries(wanted).map(([key, value]) => {
    const present = Object.hasOwn(before, key) ? before[key] : undefined;
    return [key, exactly(present, value)] as const;
  });
  return Object.fromEntries([...extra.map((key) => [key, undefined] as const), ...kept]);
}
