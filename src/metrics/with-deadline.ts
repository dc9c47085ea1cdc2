import { SluiceError } from '../lib/sluice-error.ts';
import type { Clock } from '../ports/clock.ts';

export interface Deadline {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Names the far side in the error. */
  readonly what: string;
  readonly signal: AbortSignal;
}

/** Runs `action` with a signal that also ends at the deadline; then rejects with a `SluiceError` that says so. */
export async function withDeadline<T>(
  deadline: Deadline,
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, timeoutMs, what } = deadline;
  const overdue = new AbortController();
  const cancel = clock.setTimer(timeoutMs, () =>
    overdue.abort(
      new SluiceError(`${what} did not answer within ${timeoutMs / 1000} s`, { retryable: true }),
    ),
  );
  try {
    return await action(AbortSignal.any([deadline.signal, overdue.signal]));
  } finally {
    cancel();
  }
}
