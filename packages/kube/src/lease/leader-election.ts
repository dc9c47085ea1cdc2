import { withDeadline } from '@sluice/lib/time/deadline.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeClient } from '../ports/kube.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { createLeaseHold } from './lease-hold.ts';
import type { LeaseHold } from './lease-hold.ts';

export interface LeaderElectionOptions {
  readonly client: KubeClient;
  /** Must not follow a wall clock that jumps. */
  readonly clock: Clock;
  /** Milliseconds of a second clock that also runs while the machine sleeps. Default: `clock`. */
  readonly wallNow?: () => number;
  readonly log: Log;
  /** 0 up to 1; spreads the attempts of several candidates. */
  readonly random: () => number;
  /** Unique among running processes. A process that keeps it after a restart takes its lease back at once. */
  readonly identity: string;
  readonly namespace: string;
  readonly name: string;
  /** Other candidates wait this long after the last renewal they saw; default 15 s. */
  readonly leaseDurationMs?: number;
  /** A leader that could not renew for this long pauses until it can; default 10 s, well below `leaseDurationMs`. */
  readonly renewDeadlineMs?: number;
  /** Time between attempts to take or renew the lease; default 2 s. */
  readonly retryMs?: number;
  readonly onNewLeader?: (identity: string) => void;
}

/** The work that only the leader does. */
export interface LeaderWork {
  /** Called when this process becomes the leader. Not awaited. */
  start(): void;
  /**
   * Called when the lead ends. `released`: this process gives it up, and renews the lease until this resolves.
   * `lost`: another process leads, and this one must do nothing more.
   */
  stop(end: LeadEnd): Promise<void>;
}

export type LeadEnd = 'released' | 'lost';

export interface LeaderElection {
  /** Whether the lease is ours and no other process can have it. False past `renewDeadlineMs`, until it is renewed. */
  readonly isLeader: boolean;
  /** Identity of the leader at the last read of the lease. */
  readonly leader: string | undefined;
  /** Why the lease can be neither read nor written; undefined when it can. */
  readonly problem: string | undefined;
  /** Competes for the lease until `signal` aborts, then frees it; or until another takes the lead. Never rejects. */
  run(signal: AbortSignal, work: LeaderWork): Promise<LeadEnd>;
}

/** A time by both clocks, in milliseconds. */
interface Instant {
  readonly steady: number;
  readonly wall: number;
}

/**
 * Elects one of several controllers by a `coordination.k8s.io` Lease; the others wait. It works as client-go does, so
 * any program of that kind may be the other candidate. Expiry is counted from when this process saw the lease change,
 * never from the times written in it, so clocks may differ. Each write carries the version read.
 *
 * Unlike client-go, a leader that cannot renew does not end: it pauses (`isLeader` is false) and continues when the
 * lease is still its own, because nobody else has led then. An API server that is away for a minute ends no process.
 */
export function createLeaderElection(options: LeaderElectionOptions): LeaderElection {
  return new Candidate(options);
}

class Candidate implements LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #hold: LeaseHold;
  readonly #renewDeadlineMs: number;
  readonly #retryMs: number;
  #renewedAt: Instant | undefined;
  #announced: string | undefined;
  #problem: string | undefined;

  constructor(options: LeaderElectionOptions) {
    const { leaseDurationMs = 15_000, renewDeadlineMs = 10_000, retryMs = 2000 } = options;
    this.#options = options;
    this.#hold = createLeaseHold({ ...options, leaseDurationMs });
    this.#renewDeadlineMs = renewDeadlineMs;
    this.#retryMs = retryMs;
  }

  get isLeader(): boolean {
    const renewedAt = this.#renewedAt;
    return (
      renewedAt !== undefined &&
      // guard: a-leader-that-cannot-renew-steps-down
      Math.max(
        this.#options.clock.now() - renewedAt.steady,
        // guard: a-machine-that-slept-does-not-trust-its-lease
        this.#wallNow() - renewedAt.wall,
      ) < this.#renewDeadlineMs
    );
  }

  get leader(): string | undefined {
    return this.#hold.holder === '' ? undefined : this.#hold.holder;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  async run(signal: AbortSignal, work: LeaderWork): Promise<LeadEnd> {
    const { clock, random } = this.#options;
    let end: LeadEnd | undefined;
    while (!signal.aborted && end === undefined) {
      if (await this.#attempt(signal)) end = await this.#lead(signal, work);
      else await sleep(clock, this.#retryMs * (1 + 0.2 * random()), signal);
    }
    await this.#giveBack();
    return end ?? 'released';
  }

  async #lead(signal: AbortSignal, work: LeaderWork): Promise<LeadEnd> {
    const { log, identity } = this.#options;
    const ended = new AbortController();
    const lost = new AbortController();
    log.info('leading', { identity });
    work.start();
    const renewing = this.#keepRenewing(ended.signal, () => {
      this.#renewedAt = undefined;
      log.warn('another took the lead', { leader: this.#hold.holder });
      lost.abort();
    });
    await aborted(AbortSignal.any([signal, lost.signal]));
    const end = lost.signal.aborted ? 'lost' : 'released';
    // guard: the-work-ends-before-the-lease-is-given-back
    await work.stop(end).catch((error: unknown) => {
      log.error('the work of a leader did not stop cleanly', { error });
    });
    ended.abort();
    await renewing;
    this.#renewedAt = undefined;
    return end;
  }

  /** Renews until `signal` aborts, or until another holds the lease and `onLost` is called. */
  async #keepRenewing(signal: AbortSignal, onLost: () => void): Promise<void> {
    const { clock, log, identity } = this.#options;
    while (!signal.aborted) {
      await sleep(clock, this.#retryMs, signal);
      if (signal.aborted) return;
      const wasLeader = this.isLeader;
      const ours = await this.#attempt(signal);
      if (ours && !wasLeader) log.info('the lease was renewed late, nobody else has led', { identity });
      // guard: a-leader-that-lost-its-lease-steps-down-at-once
      if (!ours && this.#problem === undefined && this.#hold.holder !== identity) return onLost();
    }
  }

  /** True when the lease is ours now. A failure counts as not ours, and is logged once. */
  async #attempt(signal: AbortSignal): Promise<boolean> {
    return await this.#bounded(signal, async (bounded) => {
      // The time before the request counts: other candidates may count from the moment the server has it.
      const at = { steady: this.#options.clock.now(), wall: this.#wallNow() };
      const ours = await this.#take(bounded);
      if (ours) this.#renewedAt = at;
      this.#announceHolder();
      return ours;
    });
  }

  async #take(signal: AbortSignal): Promise<boolean> {
    const { log, namespace, name } = this.#options;
    try {
      const taken = await this.#hold.take(signal);
      this.#problem = undefined;
      return taken;
    } catch (error) {
      if (this.#problem === undefined && !signal.aborted)
        log.warn('the leader lease cannot be read or written', { error: describeError(error) });
      this.#problem = `the Lease ${namespace}/${name} cannot be had: ${describeError(error, 200)}`;
      return false;
    }
  }

  #announceHolder(): void {
    const { holder } = this.#hold;
    if (holder === undefined || holder === '' || holder === this.#announced) return;
    this.#announced = holder;
    this.#options.onNewLeader?.(holder);
  }

  async #giveBack(): Promise<void> {
    try {
      await this.#bounded(new AbortController().signal, (signal) => this.#hold.release(signal));
    } catch (error) {
      this.#options.log.warn('the leader lease could not be given back; others wait until it expires', {
        error: describeError(error),
      });
    }
  }

  #bounded<Result>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const ms = this.#renewDeadlineMs / 2;
    const overdue = (): Error => new Error(`not done within ${ms / 1000} s`);
    return withDeadline({ clock: this.#options.clock, ms, signal, overdue }, work);
  }

  #wallNow(): number {
    return this.#options.wallNow?.() ?? this.#options.clock.now();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
