/** An AbortController of one piece of work, which also aborts with a longer-lived signal. */
export interface TiedAbort {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  /** Call when the work is done: detaches it from the other signal. */
  untie(): void;
}

/**
 * Ties a controller to `parent`. AbortSignal.any is not used: its composites stay attached to a long-lived parent until
 * they are collected, and making one costs ten times as much.
 */
export function tieAbort(parent: AbortSignal): TiedAbort {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(parent.reason);
  if (parent.aborted) onAbort();
  else {
    // guard: work-ends-with-its-caller
    parent.addEventListener('abort', onAbort, { once: true });
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    untie: () => parent.removeEventListener('abort', onAbort),
  };
}
