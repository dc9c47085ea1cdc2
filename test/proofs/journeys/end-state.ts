import type { CanaryStatus } from '@sluice/sluice/api/canary-status.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import {
  configMaps,
  controllerRevisions,
  customResourceDefinitions,
  daemonSets,
  deployments,
  horizontalPodAutoscalers,
  httpRoutes,
  scaledObjects,
  secrets,
  services,
} from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import { previousAnnotation } from '@sluice/sluice/rules/objects/object-keys.ts';
import { namespace } from '../../support/scenario/objects.ts';

/** What stands, and what was told, when a journey is over. */
export interface EndState {
  /** Undefined: the Canary is gone. */
  readonly status: unknown;
  /** What was asked for in each object of the namespace; the content of those that are content. */
  readonly objects: Readonly<Record<string, unknown>>;
  /** An id may have been heard twice, never two ids for one end. */
  readonly postRollout: readonly string[];
  readonly events: readonly string[];
}

const kinds: readonly ResourceType[] = [
  controllerRevisions,
  configMaps,
  daemonSets,
  deployments,
  horizontalPodAutoscalers,
  httpRoutes,
  secrets,
  services,
];

/** KEDA's kind is there only where its definition is. */
const kindsOf = ({ store }: Scenario): readonly ResourceType[] =>
  store.get(customResourceDefinitions, { name: 'scaledobjects.keda.sh' }) === undefined
    ? kinds
    : [...kinds, scaledObjects];

/** `heard`: how many calls the receiver had got before the journey began. */
export function endOf(scenario: Scenario, heard: number): EndState {
  const { store } = scenario;
  const calls = scenario.receiver.received.slice(heard);
  const ends = calls
    .filter(({ path }) => path === '/post')
    .map(({ payload }) => [payload['phase'], payload['revision'], payload['deliveryId']].join(' '));
  const texts = calls
    .filter(({ path }) => path === '/event')
    .map(({ payload }) => (payload['metadata'] as { eventMessage: string }).eventMessage)
    .filter((text) => !isGap(scenario, text))
    // How far it was depends on when it was told.
    .map((text) => text.replace(/ is not ready: [^;]*/, ' is not ready'));
  const objects = kindsOf(scenario).flatMap((kind) =>
    store.list(kind, { namespace }).map((object) => [kind, object] as const),
  );
  return {
    status:
      store.get(canaries, { namespace, name: 'podinfo' }) === undefined
        ? undefined
        : withoutTimes(scenario.status()),
    objects: Object.fromEntries(
      objects.map(([kind, object], index) => [
        // Named by its run, which begins at another moment.
        `${kind.kind} ${kind === controllerRevisions ? index : object.metadata.name}`,
        contentOf(object),
      ]),
    ),
    postRollout: [...new Set(ends)].map((text) => text.split(' ').slice(0, 2).join(' ')),
    events: [...new Set(texts)].toSorted(),
  };
}

/** The one pod of a DaemonSet's primary is replaced with a gap in between, which is told only where somebody looked. */
const isGap = ({ store }: Scenario, text: string): boolean =>
  text.startsWith('the primary has no ready endpoints') && store.list(daemonSets, { namespace }).length > 0;

function withoutTimes(status: CanaryStatus): unknown {
  const { phase, canaryWeight, iterations, failedChecks, lastPromotedSpec, trackedConfigs } = status;
  return {
    phase,
    canaryWeight,
    iterations,
    failedChecks,
    lastPromotedSpec,
    trackedConfigs,
    conditions: status.conditions?.map((condition) => [condition.type, condition.status, condition.reason]),
    waiting: status.waiting && [status.waiting.step, status.waiting.for],
    untold: status.outbox?.length ?? 0,
    abort: status.abort?.result,
  };
}

/** What is kept from before a run is named by the run. */
const withoutRun = (annotations: Readonly<Record<string, string>> | undefined) =>
  annotations?.[previousAnnotation] === undefined
    ? annotations
    : { ...annotations, [previousAnnotation]: 'kept' };

function contentOf(object: AnyKubeObject): unknown {
  const { labels, annotations, ownerReferences, finalizers } = object.metadata;
  return {
    labels,
    annotations: withoutRun(annotations),
    owners: ownerReferences?.map(({ kind, name }) => `${kind} ${name}`),
    finalizers,
    spec: object['spec'],
    data: object['data'],
  };
}
