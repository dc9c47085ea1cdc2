export interface BackOffRange {
  readonly firstMs: number;
  /** The longest wait, jitter included. */
  readonly maxMs: number;
}

/**
 * Whole milliseconds to wait after `failures` (1 and more) in a row: doubles with each failure up to `maxMs`, and
 * jitter takes away up to half of it. `random` answers 0 up to 1; `withoutJitter` waits the full time.
 */
export function backOff(failures: number, { firstMs, maxMs }: BackOffRange, random: () => number): number {
  const full = Math.min(
    // guard: back-off-is-capped
    maxMs,
    // guard: back-off-grows
    firstMs * 2 ** (failures - 1),
  );
  return Math.round(full / 2 + (full / 2) * random());
}

export const withoutJitter = (): number => 1;

/** A back-off that counts its failures. */
export interface BackOff {
  /** Counts a failure; answers the milliseconds to wait before the next attempt. */
  next(): number;
  reset(): void;
  /** Since the last reset. */
  readonly failures: number;
}

export function createBackOff(range: BackOffRange, random: () => number): BackOff {
  let failures = 0;
  return {
    next() {
      failures += 1;
      return backOff(failures, range, random);
    },
    reset() {
      failures = 0;
    },
    get failures() {
      return failures;
    },
  };
}
