import { SluiceError } from '../errors/sluice-error.ts';

/** Nanoseconds of each unit of Go; both spellings of the micro sign. */
const unitNanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  '\u00b5s': 1e3,
  '\u03bcs': 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
/** Go keeps durations in a signed 64-bit count of nanoseconds. */
const largestNanoseconds = 2 ** 63;

/**
 * Converts a duration in Go's grammar (`1h2m3.5s`, `100ms`, `-1.5h`, `0`) to milliseconds, fractions kept.
 * Throws `SluiceError` that names the text.
 */
export function parseGoDuration(text: string): number {
  const negative = text.startsWith('-');
  let rest = /^[-+]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0;
  if (rest === '') throw invalidDuration(text);
  let nanoseconds = 0;
  while (rest !== '') {
    const part = nextPart(rest, text);
    nanoseconds += part.nanoseconds;
    rest = rest.slice(part.length);
  }
  if (nanoseconds >= largestNanoseconds) throw invalidDuration(text);
  return (negative ? -nanoseconds : nanoseconds) / 1e6;
}

function nextPart(rest: string, text: string): { readonly nanoseconds: number; readonly length: number } {
  const number = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
  if (number === undefined) throw invalidDuration(text);
  const unit = /^[^.\d]*/.exec(rest.slice(number.length))?.[0] ?? '';
  if (unit === '') throw new SluiceError(`missing unit in duration ${JSON.stringify(text)}: ${allowed}`);
  // hasOwn: "toString" is no unit.
  const size = Object.hasOwn(unitNanoseconds, unit) ? unitNanoseconds[unit] : undefined;
  if (size === undefined) {
    const unknown = `unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`;
    throw new SluiceError(`${unknown}: ${allowed}`);
  }
  return { nanoseconds: Number(number) * size, length: number.length + unit.length };
}

const allowed = 'write numbers with a unit of ns, us, ms, s, m or h, such as "1m30s"';

function invalidDuration(text: string): SluiceError {
  return new SluiceError(`invalid duration ${JSON.stringify(text)}: ${allowed}`);
}

/** Milliseconds as Go prints a duration: `1h0m0s`, `1m30s`, `1.5s`, `100ms`, `0s`. */
export function formatGoDuration(milliseconds: number): string {
  const sign = milliseconds < 0 ? '-' : '';
  const total = Math.round(Math.abs(milliseconds) * 1e6);
  if (total === 0) return '0s';
  if (total < 1e3) return `${sign}${total}ns`;
  if (total < 1e6) return `${sign}${total / 1e3}µs`;
  if (total < 1e9) return `${sign}${total / 1e6}ms`;
  const minutes = Math.floor(total / 60e9);
  const seconds = `${(total - minutes * 60e9) / 1e9}s`;
  if (minutes === 0) return sign + seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60}m${seconds}`;
}
