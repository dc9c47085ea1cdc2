import { describeError } from '../lib/sluice-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { KubeClient } from '../ports/kube.ts';
import type { Log } from '../ports/log.ts';
import { createLeaseHold } from './lease-hold.ts';
import type { LeaseHold } from './lease-hold.ts';
import { sleep } from './sleep.ts';

export interface LeaderElectionOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 up to 1; spreads the attempts of several candidates. */
  readonly random: () => number;
  /** Unlike any other candidate's: host name and a UUID. */
  readonly identity: string;
  readonly namespace: string;
  readonly name: string;
  /** Others wait this long after the last renewal they saw; 60 s unless told. */
  readonly leaseDurationMs?: number;
  /** A leader that could not renew for this long steps down; 15 s unless told, and well below the lease's duration. */
  readonly renewDeadlineMs?: number;
  /** Between attempts, to get the lease and to renew it; 5 s unless told. */
  readonly retryMs?: number;
  /** We lead. The signal aborts when we do no longer. Not awaited. */
  readonly onStarted: (leading: AbortSignal) => void;
  /** We lead no longer. Awaited before the lease is given back, so that no two lead at once. */
  readonly onStopped: () => Promise<void>;
  readonly onNewLeader?: (identity: string) => void;
}

export interface LeaderElection {
  readonly isLeader: boolean;
  /** Who leads, as last seen. */
  readonly leader: string | undefined;
  /** Takes part until `signal` aborts, then gives the lease back. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * One of several controllers works, the others wait, by a `coordination.k8s.io` Lease, as client-go does it: any
 * program of that kind may be the other candidate. Expiry is counted from when this process saw the lease change,
 * never from the times written in it, so clocks may differ. Each write carries the version read.
 */
export function createLeaderElection(options: LeaderElectionOptions): LeaderElection {
  const { clock, log, random } = options;
  const renewDeadlineMs = options.renewDeadlineMs ?? 15_000;
  const retryMs = options.retryMs ?? 5000;
  const hold = createLeaseHold({ ...options, leaseDurationMs: options.leaseDurationMs ?? 60_000 });
  let leading = false;
  let announced: string | undefined;

  /** True when the lease is ours now. A failure counts as not ours, and is told once. */
  const attempt = async (signal: AbortSignal): Promise<boolean> => {
    const ours = await tryHold(hold, log, signal);
    if (hold.holder !== undefined && hold.holder !== '' && hold.holder !== announced) {
      announced = hold.holder;
      options.onNewLeader?.(announced);
    }
    return ours;
  };

  const lead = async (signal: AbortSignal): Promise<void> => {
    const lost = new AbortController();
    leading = true;
    log.info('leading', { identity: options.identity });
    options.onStarted(AbortSignal.any([signal, lost.signal]));
    let renewedAt = clock.now();
    while (!signal.aborted && clock.now() - renewedAt < renewDeadlineMs) {
      await sleep(clock, retryMs, signal);
      if (signal.aborted) break;
      const bounded = boundedBy(clock, renewedAt + renewDeadlineMs - clock.now(), signal);
      if (await attempt(bounded.signal)) renewedAt = clock.now();
      bounded.end();
      // Somebody else holds it: no use in waiting for the deadline.
      if (hold.holder !== undefined && hold.holder !== options.identity) break;
    }
    leading = false;
    lost.abort(new Error('this process does not lead any more'));
    if (!signal.aborted) log.warn('lost the lead: the lease could not be renewed', { leader: hold.holder });
    await options.onStopped().catch((error: unknown) => {
      log.error('the work of a leader did not stop cleanly', { error });
    });
  };

  return {
    get isLeader() {
      return leading;
    },
    get leader() {
      return hold.holder === '' ? undefined : hold.holder;
    },
    async run(signal) {
      while (!signal.aborted) {
        if (await attempt(signal)) await lead(signal);
        else await sleep(clock, retryMs * (1 + 0.2 * random()), signal);
      }
      await giveBack(hold, options, renewDeadlineMs);
    },
  };
}

async function tryHold(hold: LeaseHold, log: Log, signal: AbortSignal): Promise<boolean> {
  try {
    return await hold.take(signal);
  } catch (error) {
    if (!signal.aborted)
      log.warn('the leader lease cannot be read or written', { error: describeError(error) });
    return false;
  }
}

async function giveBack(
  hold: LeaseHold,
  { clock, log }: LeaderElectionOptions,
  limitMs: number,
): Promise<void> {
  const bounded = boundedBy(clock, limitMs, new AbortController().signal);
  try {
    await hold.release(bounded.signal);
  } catch (error) {
    log.warn('the leader lease could not be given back; others wait until it expires', {
      error: describeError(error),
    });
  } finally {
    bounded.end();
  }
}

function boundedBy(clock: Clock, limitMs: number, signal: AbortSignal): { signal: AbortSignal; end(): void } {
  const late = new AbortController();
  const end = clock.setTimer(limitMs, () => {
    late.abort(new Error(`not done within ${limitMs / 1000} s`));
  });
  return { signal: AbortSignal.any([signal, late.signal]), end };
}
