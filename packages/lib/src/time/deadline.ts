import { tieAbort } from './tied-abort.ts';
import type { Timers } from './timers.ts';

export interface Deadline {
  readonly clock: Timers;
  readonly ms: number;
  /** The caller's; the work ends with it. */
  readonly signal: AbortSignal;
  /** The error that the work ends with when it is overdue. */
  readonly overdue: () => Error;
}

/**
 * Runs `work` under a signal that aborts at the deadline, with `overdue()` as its reason, and with the caller's signal.
 * The work must end when that signal aborts: a time-out that only stops waiting leaves it running.
 */
export async function withDeadline<Result>(
  deadline: Deadline,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const running = startDeadline(deadline);
  try {
    return await work(running.signal);
  } finally {
    running.end();
  }
}

export interface RunningDeadline {
  readonly signal: AbortSignal;
  /** Cancels the deadline. The signal still aborts with the caller's: for an answer whose body is read later. */
  met(): void;
  /** Cancels the deadline, and detaches the work from the caller's signal. */
  end(): void;
}

/** Starts a deadline for work that continues after it was met; all other work uses `withDeadline`. */
export function startDeadline({ clock, ms, signal, overdue }: Deadline): RunningDeadline {
  const bounded = tieAbort(signal);
  const met = clock.setTimer(ms, () => {
    // guard: what-is-overdue-is-ended
    bounded.abort(overdue());
  });
  return {
    signal: bounded.signal,
    met,
    end() {
      met();
      bounded.untie();
    },
  };
}
