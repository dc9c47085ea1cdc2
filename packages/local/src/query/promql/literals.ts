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

/** Each unit once, the largest first, as in Prometheus. */
const duration = /^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/;

/** `1m30s`, or seconds as a plain number; in milliseconds. */
export function readDuration(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  if (text === '' || !duration.test(text)) {
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

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};
const escape = /\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-3][0-7]{2}|[^]|$)/gu;

/** Removes quotes and escapes, by Go's rules: `"\d"` is an error, `"\\d"` and a raw string in backticks are not. */
export function readString(text: string): string {
  const inner = text.slice(1, -1);
  if (text.startsWith('`')) return inner;
  return inner.replaceAll(escape, (whole, code: string) => {
    const known = escapes[code];
    if (known !== undefined) return known;
    const number =
      code.length === 1 ? Number.NaN : Number.parseInt(code.replace(/^[xuU]/, ''), /^\d/.test(code) ? 8 : 16);
    if (number <= 0x10_ff_ff) return String.fromCodePoint(number);
    throw new QueryError(
      'bad_data',
      `${text} has the unknown escape ${whole}; double the backslash, or write \`...\``,
    );
  });
}
