import { backOff } from '../time/back-off.ts';
import type { Timers } from '../time/timers.ts';

/** When a key is worked on again. */
export interface WorkResult {
  readonly again: boolean;
  /** Milliseconds since the epoch. */
  readonly wakeAt: number | undefined;
  /** Set when the work could not be done: it is retried with back-off. */
  readonly failure: unknown;
}

export interface WorkQueue {
  /** Runs `key` as soon as a worker is free; a key that is running runs once more afterwards. */
  add(key: string): void;
  /** The same for changes that come in bursts: not before `foldMs` have passed since the key's last run began. */
  addFolded(key: string): void;
  /** Drops a key's timers and failures. */
  forget(key: string): void;
  /** Takes no new key, aborts the `signal` of the running work, and resolves when that has ended. */
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
  /** Called when work begins, `lateMs` after it was due: no worker was free, or the process was busy. */
  readonly onStart?: (lateMs: number) => void;
  /** Milliseconds in which calls of `addFolded` lead to one run at most; default 0. */
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
  /** `forget` was called during the run: its result is ignored, and the state goes unless the key was added again. */
  forgotten: boolean;
  failures: number;
  cancelTimer: (() => void) | undefined;
}

/**
 * A queue of keys, never two workers on one key. Additions while a key waits or runs fold into one more run.
 * A failure backs off per key with jitter, so one bad object delays no other.
 */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  return new Queue(options);
}

class Queue implements WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #clock: Timing;
  readonly #states = new Map<string, KeyState>();
  readonly #ready: string[] = [];
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#clock = options.clock;
  }

  get depth(): number {
    return this.#ready.length;
  }

  add(key: string): void {
    this.#addDue(key, this.#clock.now());
  }

  addFolded(key: string): void {
    // guard: a-stopped-queue-takes-nothing-new
    if (this.#stopped.signal.aborted) return;
    const state = this.#stateOf(key);
    if (state.dirty || state.cancelFold !== undefined) return;
    const at = (state.startedAt ?? -Infinity) + (this.#options.foldMs ?? 0);
    const now = this.#clock.now();
    if (at <= now) return this.#addDue(key, now);
    state.cancelFold = this.#clock.setTimer(at - now, () => this.#addDue(key, at));
  }

  forget(key: string): void {
    const state = this.#states.get(key);
    // guard: timers-of-the-forgotten-are-cancelled
    state?.cancelTimer?.();
    if (state === undefined) return;
    state.cancelTimer = undefined;
    // The state of a running key must stay: a key that is added again may not run twice at once.
    // guard: a-key-that-was-forgotten-runs-not-twice
    if (state.running) state.forgotten = true;
    else if (!state.dirty) this.#letGo(key, state);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    for (const state of this.#states.values()) {
      state.cancelTimer?.();
      state.cancelFold?.();
    }
    this.#ready.length = 0;
    // guard: stop-waits-for-what-runs
    await Promise.all(this.#running);
  }

  #addDue(key: string, dueAt: number): void {
    // guard: a-stopped-queue-takes-nothing-new
    if (this.#stopped.signal.aborted) return;
    const state = this.#stateOf(key);
    state.cancelFold?.();
    state.cancelFold = undefined;
    if (state.dirty) return;
    state.dirty = true;
    state.dueAt = dueAt;
    // guard: never-two-workers-on-one-key
    if (state.running) return;
    this.#ready.push(key);
    this.#pump();
  }

  #pump(): void {
    while (
      // guard: concurrency-is-bounded
      this.#running.size < this.#options.concurrency &&
      // guard: a-stopped-queue-takes-nothing-new
      !this.#stopped.signal.aborted
    ) {
      const key = this.#ready.shift();
      if (key === undefined) return;
      const task: Promise<void> = this.#run(key).finally(() => {
        this.#running.delete(task);
        this.#pump();
      });
      this.#running.add(task);
    }
  }

  async #run(key: string): Promise<void> {
    const state = this.#stateOf(key);
    state.dirty = false;
    state.running = true;
    state.startedAt = this.#clock.now();
    this.#options.onStart?.(Math.max(0, state.startedAt - state.dueAt));
    const result = await this.#workSafely(key);
    state.running = false;
    if (state.forgotten) this.#endForgotten(key, state);
    else this.#end(key, state, result);
  }

  async #workSafely(key: string): Promise<WorkResult> {
    try {
      return await this.#options.work(key, this.#stopped.signal);
    } catch (failure) {
      return { again: false, wakeAt: undefined, failure };
    }
  }

  #endForgotten(key: string, state: KeyState): void {
    state.forgotten = false;
    state.failures = 0;
    if (state.dirty) this.#ready.push(key);
    else this.#letGo(key, state);
  }

  #end(key: string, state: KeyState, { again, wakeAt, failure }: WorkResult): void {
    state.failures = failure === undefined ? 0 : state.failures + 1;
    const backoff =
      failure === undefined ? undefined : this.#clock.now() + backoffMs(this.#options, state.failures);
    this.#schedule(key, state, earliest(wakeAt, /* guard: a-failure-is-tried-again */ backoff));
    // guard: what-happens-meanwhile-runs-once-more
    if (state.dirty) this.#ready.push(key);
    else if (again) this.add(key);
  }

  #schedule(key: string, state: KeyState, at: number | undefined): void {
    state.cancelTimer?.();
    state.cancelTimer = undefined;
    if (at === undefined || this.#stopped.signal.aborted) return;
    state.cancelTimer = this.#clock.setTimer(Math.max(0, at - this.#clock.now()), () => {
      state.cancelTimer = undefined;
      this.#addDue(key, at);
    });
  }

  #stateOf(key: string): KeyState {
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const state = newKeyState();
    this.#states.set(key, state);
    return state;
  }

  /** Drops the state of a key, unless a folded run is still due. */
  #letGo(key: string, state: KeyState): void {
    if (state.cancelFold === undefined) this.#states.delete(key);
  }
}

function newKeyState(): KeyState {
  return {
    running: false,
    dirty: false,
    dueAt: 0,
    startedAt: undefined,
    cancelFold: undefined,
    forgotten: false,
    failures: 0,
    cancelTimer: undefined,
  };
}

function backoffMs(options: WorkQueueOptions, failures: number): number {
  const { firstBackoffMs: firstMs = 200, longestBackoffMs: maxMs = 30_000 } = options;
  return backOff(failures, { firstMs, maxMs }, options.random);
}

const earliest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);
