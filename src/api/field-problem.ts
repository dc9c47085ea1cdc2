import { maskUrl } from '../lib/mask-url.ts';

/** One field that cannot be as it is, for people. */
export interface FieldProblem {
  /** `spec.analysis.webhooks[2].timeout` */
  readonly field: string;
  /** What stands there, as bounded JSON with URLs masked; `absent` for a missing field. */
  readonly value: string;
  /** What is allowed, without a full stop. */
  readonly message: string;
}

export const absent = 'absent';
const longestValue = 80;

/** Makes the `value` of a problem. */
export function showValue(value: unknown): string {
  if (value === undefined) return absent;
  const shown = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' && item.includes('//') ? maskUrl(item) : item,
  );
  return shown.length <= longestValue ? shown : `${shown.slice(0, longestValue - 3)}...`;
}

/** `spec.analysis.interval is "5x": write a duration in seconds or minutes, such as "30s" or "1m"` */
export function describeProblem(problem: FieldProblem): string {
  return `${problem.field} is ${problem.value}: ${problem.message}`;
}

/** The path with one more name: `a.b`, and `a[x/y]` where the name would not read as one word. */
export function joinField(path: string, name: string | number): string {
  if (typeof name === 'number' || !/^[A-Za-z_][\w-]*$/.test(name)) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}
