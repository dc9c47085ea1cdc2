export interface Backoff {
  /** Milliseconds to wait before the next attempt: doubling, capped, a random half of it taken off. */
  next(): number;
  reset(): void;
  /** Attempts since the last reset. */
  readonly failures: number;
}

export function createBackoff(firstMs: number, longestMs: number, random: () => number): Backoff {
  let failures = 0;
  return {
    next() {
      const full = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 30));
      failures += 1;
      return full / 2 + (full / 2) * random();
    },
    reset() {
      failures = 0;
    },
    get failures() {
      return failures;
    },
  };
}
