import { QueryError } from './query-error.ts';

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** `1m30s`, or seconds as a plain number; in milliseconds. */
export function readDuration(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  if (!/^(\d+(ms|[smhdwy]))+$/.test(text)) {
    throw new QueryError('bad_data', `${text} is not a duration; write 30s or 1m`);
  }
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0), 0);
}

/** Reads decimal, hexadecimal, `Inf` and `NaN`; a duration counts as its seconds. */
export function readNumber(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase();
  if (plain === 'inf') return Infinity;
  if (plain === 'nan') return Number.NaN;
  const value = Number(plain);
  return Number.isNaN(value) ? readDuration(text) / 1_000 : value;
}

/** Removes quotes and escapes; backticks are raw. */
export function readString(text: string): string {
  const inner = text.slice(1, -1);
  if (text.startsWith('`')) return inner;
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
  return inner.replace(/\\(.)/g, (_, character: string) => escapes[character] ?? character);
}
