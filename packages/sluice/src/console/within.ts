import type { Clock } from '@sluice/lib/ports/clock.ts';
import { withDeadline } from '@sluice/lib/time/deadline.ts';

const never = new AbortController().signal;

/** Runs a request to the cluster under a deadline of its own. */
export const within = <Result>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> =>
  withDeadline(
    { clock, ms, signal: never, overdue: () => new Error(`no answer within ${ms / 1000} s`) },
    work,
  );
