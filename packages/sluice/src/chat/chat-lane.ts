import { createWorkQueue } from '@sluice/lib/queue/work-queue.ts';
import type { WorkQueue, WorkResult } from '@sluice/lib/queue/work-queue.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { ChatError } from './chat-error.ts';
import type { ChatPlatform } from './platform.ts';

/** The messages of one chat, one call at a time: a chat that is down delays no other. */
export interface ChatLane {
  /** Brings the message of an approval up to date, soon. */
  add(approval: string): void;
  /** Why the last call failed; undefined while the chat works. */
  readonly problem: string | undefined;
  stop(): Promise<void>;
}

export interface LaneOptions {
  readonly platform: ChatPlatform;
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly log: Log;
  /** Makes the message as it should be. Answers whether it may change again. Rejects with `ChatError` or `KubeError`. */
  readonly sync: (approval: string, signal: AbortSignal) => Promise<boolean>;
}

/** A message is edited at most once in this time: chats allow about one call a second. */
const foldMs = 1_000;
const backOff = { firstBackoffMs: 1_000, longestBackoffMs: 5 * 60_000 };

export const createChatLane = (options: LaneOptions): ChatLane => new Lane(options);

class Lane implements ChatLane {
  problem: string | undefined;
  /** Approvals whose last attempt failed: one that has nothing to do says nothing about the chat. */
  readonly #failing = new Set<string>();
  readonly #options: LaneOptions;
  readonly #queue: WorkQueue;
  /** Milliseconds since the epoch: the chat asked for a pause, which counts for all its messages. */
  #pausedUntil = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    const { clock, random } = options;
    const work = (approval: string, signal: AbortSignal) => this.#work(approval, signal);
    this.#queue = createWorkQueue({ clock, random, concurrency: 1, foldMs, ...backOff, work });
  }

  add(approval: string): void {
    this.#queue.addFolded(approval);
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #work(approval: string, signal: AbortSignal): Promise<WorkResult> {
    // guard: a-chat-that-asks-for-a-pause-gets-it
    if (this.#options.clock.now() < this.#pausedUntil) return this.#later();
    try {
      const mayChange = await this.#options.sync(approval, signal);
      this.#succeeds(approval);
      if (!mayChange) this.#queue.forget(approval);
      return { again: false, wakeAt: undefined, failure: undefined };
    } catch (error) {
      if (signal.aborted) return { again: false, wakeAt: undefined, failure: undefined };
      this.#fails(approval, error);
      const pause = error instanceof ChatError ? error.retryAfterMs : undefined;
      if (pause === undefined) return { again: false, wakeAt: undefined, failure: error };
      this.#pausedUntil = this.#options.clock.now() + pause;
      return this.#later();
    }
  }

  /** Not at the same moment for all that wait. */
  #later(): WorkResult {
    const wakeAt = this.#pausedUntil + Math.round(foldMs * this.#options.random());
    return { again: false, wakeAt, failure: undefined };
  }

  #succeeds(approval: string): void {
    this.#failing.delete(approval);
    if (this.problem === undefined || this.#failing.size > 0) return;
    this.problem = undefined;
    this.#options.log.info('chat works again', { chat: this.#options.platform.name });
  }

  #fails(approval: string, error: unknown): void {
    const problem = describeError(error);
    this.#failing.add(approval);
    // Once for each reason: a dead chat would fill the log.
    if (problem !== this.problem)
      this.#options.log.warn('chat message not sent; it is tried again', {
        chat: this.#options.platform.name,
        approval,
        problem,
      });
    this.problem = problem;
  }
}
