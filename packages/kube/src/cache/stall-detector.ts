import { tieAbort } from '@sluice/lib/time/tied-abort.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';

export interface StallDetector {
  /** Aborts with `parent`, or with the given reason once `touch` was not called for `stallMs`. */
  readonly signal: AbortSignal;
  touch(): void;
  /** Aborts with the given reason now: the caller knows of a change that the watch did not deliver. */
  giveUp(): void;
  stop(): void;
}

/** Ends a watch that went silent. A half-open connection reports no error, so only a timer can end it. */
export function createStallDetector(
  clock: Clock,
  stallMs: number,
  reason: () => Error,
  parent: AbortSignal,
): StallDetector {
  const silent = tieAbort(parent);
  let lastSign = clock.now();
  let cancel = clock.setTimer(stallMs, check);

  // One timer checks the last event, instead of one timer per event: a busy watch has thousands.
  function check(): void {
    const silentMs = clock.now() - lastSign;
    if (silentMs >= stallMs) /* guard: a-silent-watch-is-noticed */ silent.abort(reason());
    else cancel = clock.setTimer(stallMs - silentMs, check);
  }

  return {
    signal: silent.signal,
    touch() {
      lastSign = clock.now();
    },
    giveUp: () => silent.abort(reason()),
    stop() {
      cancel();
      silent.untie();
    },
  };
}
