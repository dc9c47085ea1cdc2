import { timingSafeEqual } from 'node:crypto';
import type { ConsoleContext } from '../console-env.ts';

/**
 * Whether a page elsewhere may have sent a POST: its Origin is another than the Host, or the browser says that it came from
 * elsewhere. The listener's guard refuses the same before; this holds without it, too.
 */
export function isFromElsewhere(context: ConsoleContext): boolean {
  const origin = context.req.header('origin');
  const site = context.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  if (origin === undefined) return false;
  const host = context.req.header('host') ?? new URL(context.req.url).host;
  const from = URL.parse(origin);
  return from === null || from.host !== URL.parse(`${from.protocol}//${host}`)?.host;
}

/** Compares in constant time. */
export function isSameSecret(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
