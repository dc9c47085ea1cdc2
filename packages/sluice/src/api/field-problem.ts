import { maskUrl } from '@sluice/lib/http/mask-url.ts';

/** One field whose value cannot be used, for people. */
export interface FieldProblem {
  /** `spec.analysis.webhooks[2].timeout` */
  readonly field: string;
  /** The value as bounded JSON with URLs masked (`{a, b}` of an object); `absent` for a missing field. */
  readonly value: string;
  /** Text about the allowed values, without a full stop. */
  readonly message: string;
}

export const absent = 'absent';
const longestValue = 80;
/** A longer text is not quoted: cut in the middle of a URL it could no longer be masked. */
const longestQuoted = 4096;

/** Makes the `value` of a problem. An object shows only the names of its fields: their values may be secret. */
export function showValue(value: unknown): string {
  if (value === undefined) return absent;
  const shown = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'string') return showText(item);
    // More than these are cut off anyway.
    if (Array.isArray(item)) return item.slice(0, longestValue);
    return isObject(item) ? `{${Object.keys(item).slice(0, longestValue).join(', ')}}` : item;
  });
  const text = isObject(value) ? shown.slice(1, -1) : shown;
  return text.length <= longestValue ? text : `${text.slice(0, longestValue - 3)}...`;
}

function showText(text: string): string {
  if (text.length > longestQuoted) return `(${text.length} characters)`;
  return text.includes('//') ? maskUrl(text) : text;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `spec.analysis.interval is "5x": write a duration in seconds or minutes, such as "30s" or "1m"` */
export function describeProblem(problem: FieldProblem): string {
  return `${problem.field} is ${problem.value}: ${problem.message}`;
}

/** The path with one more name: `a.b`, and `a[x/y]` where the name would not read as one word. */
export function joinField(path: string, name: string | number): string {
  if (typeof name === 'number') return `${path}[${name}]`;
  if (name.length > longestValue) return `${path}[${name.slice(0, longestValue)}...]`;
  if (!/^[A-Za-z_][\w-]*$/.test(name)) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}
