import { withDeadline } from '@sluice/lib/time/deadline.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeClient } from '../ports/kube.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { createLeaseHold } from './lease-hold.ts';

export interface LeaderElectionOptions {
  readonly client: KubeClient;
  /** Must not follow a wall clock that jumps. */
  readonly clock: Clock;
  /** Milliseconds of a second clock that goes on where `clock` does not: while the machine sleeps. `clock`'s unless told. */
  readonly wallNow?: () => number;
  readonly log: Log;
  /** 0 up to 1; spreads the attempts of several candidates. */
  readonly random: () => number;
  /** Unlike that of any other process that lives; the same after a restart means that nobody waits for it. */
  readonly identity: string;
  readonly namespace: string;
  readonly name: string;
  /** Others wait this long after the last renewal they saw; 15 s unless told. */
  readonly leaseDurationMs?: number;
  /** A leader that could not renew for this long does nothing until it can; 10 s unless told, well below the lease's duration. */
  readonly renewDeadlineMs?: number;
  /** Between attempts, to get the lease and to renew it; 2 s unless told. */
  readonly retryMs?: number;
  readonly onNewLeader?: (identity: string) => void;
}

/** What only one of several does. */
export interface LeaderWork {
  /** We lead. Not awaited. */
  start(): void;
  /**
   * The lead ends: `released` on our own wish, and then it is ours, and renewed, until this resolves; `lost` to
   * another, and then nothing may be done any more.
   */
  stop(end: LeadEnd): Promise<void>;
}

export type LeadEnd = 'released' | 'lost';

export interface LeaderElection {
  /** The lease is ours and was renewed lately enough that no other can have it. False in between, as long as it cannot be renewed. */
  readonly isLeader: boolean;
  /** Who leads, as last seen. */
  readonly leader: string | undefined;
  /** Why the lease can be neither read nor written; undefined when it can. */
  readonly problem: string | undefined;
  /** Takes part until `signal` aborts, then gives the lease back; or until another took the lead. Never rejects. */
  run(signal: AbortSignal, work: LeaderWork): Promise<LeadEnd>;
}

/**
 * One of several controllers works, the others wait, by a `coordination.k8s.io` Lease, as client-go does it: any
 * program of that kind may be the other candidate. Expiry is counted from when this process saw the lease change,
 * never from the times written in it, so clocks may differ. Each write carries the version read.
 *
 * Unlike client-go, a leader that cannot renew does not end: it pauses (`isLeader` is false) and goes on when the
 * lease turns out to be still its own, for then nobody else has led. An API server that is away for a minute ends no process.
 */
export function createLeaderElection(options: LeaderElectionOptions): LeaderElection {
  const { clock, log, random, identity } = options;
  const { leaseDurationMs = 15_000, renewDeadlineMs = 10_000, retryMs = 2000 } = options;
  const wallNow = options.wallNow ?? (() => clock.now());
  const hold = createLeaseHold({ ...options, leaseDurationMs });
  let renewedAt: { readonly steady: number; readonly wall: number } | undefined;
  let announced: string | undefined;
  let problem: string | undefined;

  const isLeader = (): boolean =>
    renewedAt !== undefined &&
    // guard: a-leader-that-cannot-renew-steps-down
    Math.max(
      clock.now() - renewedAt.steady,
      // guard: a-machine-that-slept-does-not-trust-its-lease
      wallNow() - renewedAt.wall,
    ) < renewDeadlineMs;

  /** True when the lease is ours now. A failure counts as not ours, and is told once. */
  const attempt = async (signal: AbortSignal): Promise<boolean> => {
    // Counted from before the request: others may count from the moment the server has it.
    const at = { steady: clock.now(), wall: wallNow() };
    const ours = await hold.take(signal).then(
      (taken) => {
        problem = undefined;
        return taken;
      },
      (error: unknown) => {
        if (problem === undefined && !signal.aborted)
          log.warn('the leader lease cannot be read or written', { error: describeError(error) });
        problem = `the Lease ${options.namespace}/${options.name} cannot be had: ${describeError(error, 200)}`;
        return false;
      },
    );
    if (ours) renewedAt = at;
    if (hold.holder !== undefined && hold.holder !== '' && hold.holder !== announced) {
      announced = hold.holder;
      options.onNewLeader?.(announced);
    }
    return ours;
  };
  const bounded = <Result>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>) => {
    const ms = renewDeadlineMs / 2;
    return withDeadline(
      { clock, ms, signal, overdue: () => new Error(`not done within ${ms / 1000} s`) },
      work,
    );
  };

  /** Until `signal` aborts or another holds the lease, of which `onLost` is told. */
  const renew = async (signal: AbortSignal, onLost: () => void): Promise<void> => {
    while (!signal.aborted) {
      await sleep(clock, retryMs, signal);
      if (signal.aborted) return;
      const wasLeader = isLeader();
      const ours = await bounded(signal, attempt);
      if (ours && !wasLeader) log.info('the lease was renewed late, nobody else has led', { identity });
      // guard: a-leader-that-lost-its-lease-steps-down-at-once
      if (!ours && problem === undefined && hold.holder !== identity) return onLost();
    }
  };

  const lead = async (signal: AbortSignal, work: LeaderWork): Promise<LeadEnd> => {
    const ended = new AbortController();
    const lost = new AbortController();
    log.info('leading', { identity });
    work.start();
    const renewing = renew(ended.signal, () => {
      renewedAt = undefined;
      log.warn('another took the lead', { leader: hold.holder });
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
    renewedAt = undefined;
    return end;
  };

  const giveBack = async (): Promise<void> => {
    try {
      await bounded(new AbortController().signal, (signal) => hold.release(signal));
    } catch (error) {
      log.warn('the leader lease could not be given back; others wait until it expires', {
        error: describeError(error),
      });
    }
  };

  return {
    get isLeader() {
      return isLeader();
    },
    get leader() {
      return hold.holder === '' ? undefined : hold.holder;
    },
    get problem() {
      return problem;
    },
    async run(signal, work) {
      let end: LeadEnd | undefined;
      while (!signal.aborted && end === undefined) {
        if (await bounded(signal, attempt)) end = await lead(signal, work);
        else await sleep(clock, retryMs * (1 + 0.2 * random()), signal);
      }
      await giveBack();
      return end ?? 'released';
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
