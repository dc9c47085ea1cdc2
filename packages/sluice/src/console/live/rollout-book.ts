import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { ApprovalView, RolloutView } from '../../view/rollout-view.ts';
import type { CanaryChange, CanarySource } from '../console-deps.ts';
import { unreadableView } from './unreadable-view.ts';
import type { Describe } from './unreadable-view.ts';
import { createEventRing } from './event-ring.ts';
import type { EventRing } from './event-ring.ts';
import { liveFields } from './live-fields.ts';
import { createTrafficHistory } from './traffic-history.ts';
import type { TrafficHistory, TrafficSample } from './traffic-history.ts';

/** A Canary and what people see of it. */
export interface Rollout {
  /** `namespace/name` */
  readonly key: string;
  readonly canary: AnyKubeObject;
  readonly view: RolloutView;
}

/** All rollouts that this console knows, up to date. */
export interface RolloutBook {
  /** By namespace and name. */
  all(): readonly Rollout[];
  /** As it is at this moment: a deadline may have passed since it changed. */
  find(namespace: string, name: string): Rollout | undefined;
  /** The rollout that asks an approval, or asked it. */
  findApproval(id: string): { readonly rollout: Rollout; readonly approval: ApprovalView } | undefined;
  historyOf(rollout: Rollout): readonly TrafficSample[];
  readonly events: EventRing;
  health(): BookHealth;
  stop(): void;
}

export interface BookHealth {
  /** Why the rollouts are not up to date; undefined while they are. */
  readonly problem: string | undefined;
  /** Milliseconds: when they were up to date. */
  readonly asOf: number;
}

export function createRolloutBook(source: CanarySource, clock: Clock, describe: Describe): RolloutBook {
  const viewOf = (canary: AnyKubeObject): RolloutView => {
    const view = describe(canary, clock.now());
    return 'unreadable' in view ? unreadableView(canary, view.unreadable) : view;
  };
  const rollouts = new Map<string, Rollout>();
  const history = createTrafficHistory();
  const events = createEventRing(clock.now().toString(36));
  let asOf = clock.now();
  let sorted: readonly Rollout[] | undefined;
  const stop = source.follow((change) => {
    sorted = undefined;
    asOf = clock.now();
    take(change, { rollouts, history, events, viewOf, now: asOf });
  });
  return {
    all: () => (sorted ??= [...rollouts.values()].toSorted((a, b) => a.key.localeCompare(b.key))),
    find(namespace, name) {
      const rollout = rollouts.get(`${namespace}/${name}`);
      return rollout && { ...rollout, view: viewOf(rollout.canary) };
    },
    findApproval: (id) => findApproval(rollouts.values(), id),
    historyOf: ({ view }) => history.of(view.metadata.uid),
    events,
    health() {
      const problem = source.problem();
      if (problem === undefined) asOf = clock.now();
      return { problem, asOf };
    },
    stop,
  };
}

interface Books {
  readonly rollouts: Map<string, Rollout>;
  readonly history: TrafficHistory;
  readonly events: EventRing;
  readonly viewOf: (canary: AnyKubeObject) => RolloutView;
  readonly now: number;
}

function take({ type, object }: CanaryChange, { rollouts, history, events, viewOf, now }: Books): void {
  const namespace = object.metadata.namespace ?? '';
  const key = `${namespace}/${object.metadata.name}`;
  if (type === 'DELETED') {
    rollouts.delete(key);
    history.forget(object.metadata.uid ?? '');
    return events.add(namespace, { key, gone: true });
  }
  const view = viewOf(object);
  rollouts.set(key, { key, canary: object, view });
  history.add(view, now);
  events.add(namespace, liveFields(view));
}

function findApproval(rollouts: Iterable<Rollout>, id: string): ReturnType<RolloutBook['findApproval']> {
  for (const rollout of rollouts) {
    const approval = rollout.view.approvals.find((one) => one.id === id);
    if (approval !== undefined) return { rollout, approval };
  }
  return undefined;
}
