import { tieAbort } from '@sluice/lib/time/tied-abort.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';

export interface StallDetector {
  /** Aborts with `parent`, or with the given reason once `touch` was not called for long enough. */
  readonly signal: AbortSignal;
  touch(): void;
  /** Aborts with the given reason now: somebody knows that there was more to hear. */
  giveUp(): void;
  stop(): void;
}

/** A watch can go silent without an error: half-open connections end only when somebody counts. */
export function createStallDetector(
  clock: Clock,
  stallMs: number,
  reason: () => Error,
  parent: AbortSignal,
): StallDetector {
  const silent = tieAbort(parent);
  let lastSign = clock.now();
  let cancel = clock.setTimer(stallMs, check);

  // One timer that looks back, not one per event: a busy watch has thousands.
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
