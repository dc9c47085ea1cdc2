/** An AbortController of one piece of work, which ends with the longer-lived signal it is tied to. */
export interface TiedAbort {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  /** Call when the work is done: nothing of it stays attached to the other signal. */
  untie(): void;
}

/**
 * Not AbortSignal.any: its composites stay attached to a long-lived parent until they are collected, and making
 * one costs ten times as much.
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
