import { STATUS_CODES } from 'node:http';
import type { Outcome } from '../api/canary-status.ts';

/** The outcome of a hook by its HTTP status: 2xx passed, 3xx failed (could not tell), anything else denied. */
export function outcomeOf(status: number): Outcome {
  // guard: all-2xx-pass
  if (status >= 200 && /* guard: only-2xx-passes */ status < 300) return 'passed';
  return status >= 300 && status < 400 ? /* guard: a-redirect-is-no-answer */ 'failed' : 'denied';
}

/** Statuses after which a retry may succeed: 429, and 500 and above except 501 (as in Flagger). */
export const isRetryableStatus = (status: number): boolean =>
  status === 429 || (status >= 500 && status !== 501);

/** `503 Service Unavailable`, for answers without a text. */
export const statusLine = (status: number): string => `${status} ${STATUS_CODES[status] ?? ''}`.trim();
