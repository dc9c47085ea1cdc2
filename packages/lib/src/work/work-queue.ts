import { backOff } from '../time/back-off.ts';
import type { Timers } from '../time/timers.ts';

/** When a key is worked on again. */
export interface WorkResult {
  readonly again: boolean;
  /** Milliseconds since the epoch. */
  readonly wakeAt: number | undefined;
  /** Set when the work could not be done: it is tried again with back-off. */
  readonly failure: unknown;
}

export interface WorkQueue {
  /** Work on `key` as soon as a place is free; a key that is being worked on runs once more afterwards. */
  add(key: string): void;
  /** The same for news of which more may follow: not before `foldMs` have passed since the key's last run began. */
  addFolded(key: string): void;
  /** Drops a key's timers and failures. */
  forget(key: string): void;
  /** Takes nothing new and resolves when what runs has ended; `signal` of the running work is aborted. */
  stop(): Promise<void>;
  readonly depth: number;
}

interface Timing extends Timers {
  now(): number;
}

export interface WorkQueueOptions {
  readonly clock: Timing;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Keys worked on at once. */
  readonly concurrency: number;
  readonly work: (key: string, signal: AbortSignal) => Promise<WorkResult>;
  /** Work begins, so many milliseconds after it was due: because a place was missing, or the process was busy. */
  readonly onStart?: (lateMs: number) => void;
  /** Milliseconds in which what comes by `addFolded` leads to one run at most; 0 unless told. */
  readonly foldMs?: number;
  readonly firstBackoffMs?: number;
  readonly longestBackoffMs?: number;
}

interface KeyState {
  running: boolean;
  dirty: boolean;
  /** Since when it is dirty (milliseconds since the epoch). */
  dueAt: number;
  /** When its last run began; undefined when there was none. */
  startedAt: number | undefined;
  cancelFold: (() => void) | undefined;
  /** Asked for while it ran: nothing of its end counts, and it goes when nothing new was added. */
  forgotten: boolean;
  failures: number;
  cancelTimer: (() => void) | undefined;
}

/**
 * A queue of keys, never two workers on one key. What comes while a key waits or runs folds into one
 * more run. A failure backs off per key with jitter, so one bad object hurts only itself.
 */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { clock, concurrency, foldMs = 0 } = options;
  const states = new Map<string, KeyState>();
  const ready: string[] = [];
  const controller = new AbortController();
  const running = new Set<Promise<void>>();

  const stateOf = (key: string): KeyState => {
    const state = states.get(key) ?? {
      running: false,
      dirty: false,
      dueAt: 0,
      startedAt: undefined,
      cancelFold: undefined,
      forgotten: false,
      failures: 0,
      cancelTimer: undefined,
    };
    states.set(key, state);
    return state;
  };

  const add = (key: string, dueAt: number = clock.now()): void => {
    // guard: a-stopped-queue-takes-nothing-new
    if (controller.signal.aborted) return;
    const state = stateOf(key);
    state.cancelFold?.();
    state.cancelFold = undefined;
    if (state.dirty) return;
    state.dirty = true;
    state.dueAt = dueAt;
    // guard: never-two-workers-on-one-key
    if (state.running) return;
    ready.push(key);
    pump();
  };

  const addFolded = (key: string): void => {
    // guard: a-stopped-queue-takes-nothing-new
    if (controller.signal.aborted) return;
    const state = stateOf(key);
    if (state.dirty || state.cancelFold !== undefined) return;
    const at = (state.startedAt ?? -Infinity) + foldMs;
    if (at <= clock.now()) return add(key);
    state.cancelFold = clock.setTimer(at - clock.now(), () => add(key, at));
  };

  /** News that is still to come keeps its place. */
  const letGo = (key: string, state: KeyState): void => {
    if (state.cancelFold === undefined) states.delete(key);
  };

  const schedule = (key: string, state: KeyState, at: number | undefined): void => {
    state.cancelTimer?.();
    state.cancelTimer = undefined;
    if (at === undefined || controller.signal.aborted) return;
    state.cancelTimer = clock.setTimer(Math.max(0, at - clock.now()), () => {
      state.cancelTimer = undefined;
      add(key, at);
    });
  };

  const pump = (): void => {
    while (
      // guard: concurrency-is-bounded
      running.size < concurrency &&
      // guard: a-stopped-queue-takes-nothing-new
      !controller.signal.aborted
    ) {
      const key = ready.shift();
      if (key === undefined) return;
      const task: Promise<void> = run(key).finally(() => {
        running.delete(task);
        pump();
      });
      running.add(task);
    }
  };

  const run = async (key: string): Promise<void> => {
    const state = stateOf(key);
    state.dirty = false;
    state.running = true;
    state.startedAt = clock.now();
    options.onStart?.(Math.max(0, state.startedAt - state.dueAt));
    const result = await workSafely(key);
    state.running = false;
    if (state.forgotten) {
      state.forgotten = false;
      state.failures = 0;
      if (state.dirty) ready.push(key);
      else letGo(key, state);
      return;
    }
    state.failures = result.failure === undefined ? 0 : state.failures + 1;
    const backoff =
      result.failure === undefined ? undefined : clock.now() + backoffMs(options, state.failures);
    schedule(key, state, earliest(result.wakeAt, /* guard: a-failure-is-tried-again */ backoff));
    // guard: what-happens-meanwhile-runs-once-more
    if (state.dirty) ready.push(key);
    else if (result.again) add(key);
  };

  const workSafely = async (key: string): Promise<WorkResult> => {
    try {
      return await options.work(key, controller.signal);
    } catch (failure) {
      return { again: false, wakeAt: undefined, failure };
    }
  };

  return {
    add: (key) => add(key),
    addFolded,
    forget(key) {
      const state = states.get(key);
      // guard: timers-of-the-forgotten-are-cancelled
      state?.cancelTimer?.();
      if (state === undefined) return;
      state.cancelTimer = undefined;
      // While it runs its state must stay: a key that comes back may not run twice at once.
      // guard: a-key-that-was-forgotten-runs-not-twice
      if (state.running) state.forgotten = true;
      else if (!state.dirty) letGo(key, state);
    },
    async stop() {
      controller.abort();
      for (const state of states.values()) {
        state.cancelTimer?.();
        state.cancelFold?.();
      }
      ready.length = 0;
      // guard: stop-waits-for-what-runs
      await Promise.all(running);
    },
    get depth() {
      return ready.length;
    },
  };
}

function backoffMs(options: WorkQueueOptions, failures: number): number {
  const { firstBackoffMs: firstMs = 200, longestBackoffMs: maxMs = 30_000 } = options;
  return backOff(failures, { firstMs, maxMs }, options.random);
}

const earliest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);
