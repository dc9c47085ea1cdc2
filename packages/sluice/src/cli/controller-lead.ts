import { hostname } from 'node:os';
import type { Controller } from '../controller/controller.ts';
import type { ClosableEventRecorder } from '../controller/event-recorder.ts';
import { createLeaderElection } from '@sluice/kube/lease/leader-election.ts';
import type { LeaderElection } from '@sluice/kube/lease/leader-election.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { Environment } from './environment.ts';
import { namespacesOf } from './controller-flags.ts';
import type { ControllerFlags } from './controller-flags.ts';

/** Time for running work, of the 30 s that Kubernetes gives; the rest is for the lease and the exit. */
const graceMs = 20_000;

export interface ElectionParts {
  /** A client that may write without holding the lease. */
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly env: Environment;
}

/**
 * Every controller uses the lease of Flagger's leader election, also without the flag: two controllers of one scope
 * never both act (ADR 0012).
 */
export function electionOf(flags: ControllerFlags, parts: ElectionParts): LeaderElection {
  const { log, env } = parts;
  // A container that restarts in its pod keeps its identity, so it does not wait for its own lease to expire.
  const identity = `${hostname()}_${env['POD_UID'] || crypto.randomUUID()}`;
  const level = flags['enable-leader-election'] ? 'info' : 'warn';
  return createLeaderElection({
    ...parts,
    wallNow: () => Date.now(),
    identity,
    namespace: leaseNamespaceOf(flags),
    name: 'flagger-leader-election',
    onNewLeader(leader) {
      if (leader !== identity) log[level]('another controller leads; this one waits', { leader });
    },
  });
}

/** Of one namespace the Lease stands there, so that two controllers for it see one another. */
export const leaseNamespaceOf = (flags: ControllerFlags): string =>
  flags.namespace === '' ? flags['leader-election-namespace'] : flags.namespace;

export interface LeadParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly election: LeaderElection;
  readonly controller: Controller;
  readonly events: ClosableEventRecorder;
}

/**
 * Leads until `stopping` aborts; resolves to the exit code. A process that lost the lead must end, as Flagger's does,
 * because its memory is outdated; after a restart it starts with none.
 */
export async function workWhileLeading(
  flags: ControllerFlags,
  { clock, log, election, controller, events }: LeadParts,
  stopping: AbortSignal,
): Promise<number> {
  const end = await election.run(stopping, {
    start() {
      controller.start().then(
        () => log.info('ready', { namespace: namespacesOf(flags).join(',') || 'all' }),
        (error: unknown) => log.error('cannot start', { error }),
      );
    },
    async stop(why) {
      const deadline = clock.now() + (why === 'lost' ? 0 : graceMs);
      await controller.stop(deadline);
      await events.flush(deadline);
    },
  });
  return end === 'lost' ? 1 : 0;
}
