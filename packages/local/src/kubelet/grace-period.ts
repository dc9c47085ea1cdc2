import type { Clock } from '@sluice/lib/ports/clock.ts';

/** The time that containers have to end. It can become shorter, never longer, as that of a pod deleted twice. */
export interface GracePeriod {
  /** Milliseconds. */
  left(): number;
  /** Aborts at the end of the period. */
  readonly over: AbortSignal;
  shorten(ms: number): void;
  /** Cancels its timer. */
  end(): void;
}

export function startGracePeriod(clock: Clock, ms: number): GracePeriod {
  const ending = new AbortController();
  let deadline = Number.POSITIVE_INFINITY;
  let cancel = (): void => undefined;
  const shorten = (leftMs: number): void => {
    const wanted = clock.now() + leftMs;
    // guard: a-grace-period-only-becomes-shorter
    if (wanted >= deadline) return;
    deadline = wanted;
    cancel();
    if (leftMs <= 0) ending.abort();
    else cancel = clock.setTimer(leftMs, () => ending.abort());
  };
  shorten(ms);
  return {
    left: () => Math.max(0, deadline - clock.now()),
    over: ending.signal,
    shorten,
    end: () => cancel(),
  };
}
