import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { events } from '@sluice/kube/objects/resources.ts';
import { withDeadline } from '@sluice/lib/time/deadline.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { printable } from '@sluice/lib/text/printable.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { Announcement } from '../rollout/announcement.ts';
import type { EventRecorder } from '../rollout/deps.ts';

/** Events not yet sent; beyond this the oldest go. Flagger's own recorder drops from 25 on. */
const queueLimit = 500;
const deadlineMs = 10_000;

export interface ClosableEventRecorder extends EventRecorder {
  /** Resolves when nothing is left to send; after `deadline` (milliseconds since the epoch) the rest is let go. */
  flush(deadline: number): Promise<void>;
}

/** Writes core/v1 Events one after the other, off the pass. An Event that cannot be written is logged and let go. */
export function createEventRecorder(deps: {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  /** Component that kubectl shows as FROM. */
  readonly component: string;
}): ClosableEventRecorder {
  const queue: AnyKubeObject[] = [];
  let sending: Promise<void> | undefined;
  let sequence = 0;
  const over = new AbortController();
  const overdue = (): Error => new Error(`not done within ${deadlineMs / 1000} s`);

  const drain = async (): Promise<void> => {
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      if (over.signal.aborted) continue;
      const deadline = { clock: deps.clock, ms: deadlineMs, signal: over.signal, overdue };
      try {
        await withDeadline(deadline, (signal) => deps.client.create(events, event, signal));
      } catch (error) {
        deps.log.warn('event not recorded', { reason: event['reason'], error: describeError(error) });
      }
    }
    sending = undefined;
  };

  return {
    record(object, announcement) {
      sequence += 1;
      queue.push(
        eventOf(object, announcement, { now: deps.clock.now(), sequence, component: deps.component }),
      );
      // guard: events-are-bounded
      if (queue.length > queueLimit) queue.shift();
      sending ??= drain();
    },
    async flush(deadline) {
      const cancel = deps.clock.setTimer(Math.max(0, deadline - deps.clock.now()), () => over.abort());
      await sending;
      cancel();
    },
  };
}

interface Occasion {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Of this process. */
  readonly sequence: number;
  readonly component: string;
}

function eventOf(
  { apiVersion, kind, metadata }: AnyKubeObject,
  { type, reason, message }: Announcement,
  { now, sequence, component }: Occasion,
): AnyKubeObject {
  const { name, namespace, uid, resourceVersion } = metadata;
  let clean = message;
  // guard: events-are-printable
  clean = printable(message);
  const time = new Date(now).toISOString();
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      // Grows with time, as client-go's names do: kubectl lists Events of one second by name.
      name: `${name}.${(now * 4096 + (sequence % 4096)).toString(16)}`,
      namespace: namespace ?? 'default',
    },
    involvedObject: { apiVersion, kind, name, namespace, uid, resourceVersion },
    type,
    reason,
    message: clean.slice(0, 1024),
    source: { component },
    reportingComponent: component,
    reportingInstance: component,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
