import { parseCanary, salvageCanary } from '../../../api/parse-canary.ts';
import type { Canary } from '../../../api/canary.ts';
import type { CanaryStatus } from '../../../api/canary-status.ts';
import { canaries } from '../../../api/resources.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { deployments } from '@sluice/kube/objects/resources.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { LocalStore } from '@sluice/local/contracts.ts';
import type { TrafficSnapshot } from '@sluice/local/network/gateway/traffic-counters.ts';
import { keyOf, namesOf } from '../../../rules/objects/names.ts';
import { failureThreshold } from '../../../rules/run/timing.ts';
import { findRouter } from '../../../routers/index.ts';
import { planOf } from '../../../view/plan-of.ts';
import type { Plan } from '../../../view/plan-of.ts';
import { controllerFlags } from '../../controller-flags.ts';
import { controllersIn } from '../../running-controller.ts';
import { measureShare } from '../share.ts';
import { podsOf } from './pods-of.ts';
import type { CanaryModel } from './tree-model.ts';

export interface CanariesView {
  /** Every Canary of the cluster as it is now, sorted by namespace and name. A deleted one has left. */
  models(): readonly CanaryModel[];
}

/** What the objects of the cluster do not say: when a canary changed, and the traffic since. */
interface Memory {
  readonly step: string;
  readonly stepSince?: number;
  readonly changedAt: number;
  readonly weight: number;
  readonly trafficSince: TrafficSnapshot;
}

/** Follows all Canaries of a local cluster. */
export function watchCanaries(
  store: LocalStore,
  clock: Pick<Clock, 'now'>,
  traffic: () => TrafficSnapshot,
): CanariesView {
  const memories = new Map<string, Memory>();
  const note = (object: AnyKubeObject): Memory => {
    const status = statusOf(object);
    const known = memories.get(keyOf(object));
    const step = `${status.run?.id} ${status.run?.step} ${status.phase}`;
    const isNewStep = known !== undefined && known.step !== step;
    const isNewWeight = known?.weight !== status.canaryWeight;
    const memory = {
      step,
      ...(isNewStep
        ? { stepSince: clock.now() }
        : known?.stepSince === undefined
          ? {}
          : { stepSince: known.stepSince }),
      changedAt: clock.now(),
      weight: status.canaryWeight,
      trafficSince: isNewWeight ? traffic() : known.trafficSince,
    };
    memories.set(keyOf(object), memory);
    return memory;
  };
  store.subscribe(canaries, ({ type, object }) => {
    if (type === 'DELETED') memories.delete(keyOf(object));
    else note(object);
  });
  return {
    models: () =>
      store
        .list(canaries)
        .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
        .map((object) => modelOf(object, memories.get(keyOf(object)) ?? note(object), { store, traffic })),
  };
}

function modelOf(
  object: AnyKubeObject,
  { stepSince, changedAt, trafficSince }: Memory,
  { store, traffic }: { readonly store: LocalStore; readonly traffic: () => TrafficSnapshot },
): CanaryModel {
  const { namespace = '', name, creationTimestamp = '' } = object.metadata;
  const createdAt = Date.parse(creationTimestamp);
  const parsed = parseCanary(object);
  const canary = 'canary' in parsed ? parsed.canary : salvageCanary(object);
  return {
    namespace,
    name,
    status: statusOf(object),
    changedAt,
    ...(stepSince === undefined ? {} : { stepSince }),
    ...(Number.isNaN(createdAt) ? {} : { createdAt }),
    ...(canary === undefined
      ? { plan: noPlan, target: 'its target', threshold: 1, pods: [] }
      : fromSpec(canary, store, { before: trafficSince, after: traffic() })),
  };
}

/** Of a Canary that cannot be read. */
const noPlan: Plan = { kind: 'weights', weights: [], mirrorsFirst: false };

function fromSpec(
  canary: Canary,
  store: LocalStore,
  { before, after }: { readonly before: TrafficSnapshot; readonly after: TrafficSnapshot },
) {
  const { namespace = '' } = canary.metadata;
  const names = namesOf(canary);
  const { kind, name } = canary.spec.targetRef;
  return {
    plan: planOf(canary, findRouter(canary.spec.provider || meshProviderIn(store))?.capabilities),
    target: `${kind.toLowerCase()}/${name}`,
    threshold: failureThreshold(canary),
    pods: podsOf(store, namespace, names),
    share: measureShare(before, after, {
      canary: `${namespace}/${names.canaryService}:`,
      primary: `${namespace}/${names.primaryService}:`,
    }),
  };
}

/** Provider of Canaries that name none: a flag of the controller in the cluster. */
function meshProviderIn(store: LocalStore): string {
  const [controller] = controllersIn(store.list(deployments));
  const flag = controller?.args.findLast((arg) => /^--?mesh-provider=/.test(arg));
  return flag?.slice(flag.indexOf('=') + 1) ?? controllerFlags['mesh-provider'].default;
}

function statusOf(object: AnyKubeObject): CanaryStatus {
  const status = (object['status'] ?? {}) as Partial<CanaryStatus>;
  return { phase: '', failedChecks: 0, canaryWeight: 0, iterations: 0, ...status };
}
