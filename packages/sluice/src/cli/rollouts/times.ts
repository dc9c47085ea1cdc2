import { duration as secondsAsWords } from '@sluice/local/api/tables/age.ts';

/** Milliseconds as kubectl writes an age: `75s`, `5m3s`. */
export const spanOf = (milliseconds: number): string =>
  secondsAsWords(Math.floor(Math.max(0, milliseconds) / 1000));

/** Time since an RFC 3339 time, such as `12m`; empty without one. */
export function ageOf(time: string | null | undefined, now: number): string {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? '' : spanOf(now - at);
}

/** Time of day in UTC: `14:02:11`, with the date where that is another day than today's. */
export function clockTime(time: string, now: number): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return time;
  const [day, rest = ''] = new Date(at).toISOString().split('T');
  const [today] = new Date(now).toISOString().split('T');
  return `${day === today ? '' : `${day} `}${rest.slice(0, 8)}Z`;
}
