import { refOf } from '@sluice/kube/objects/object-ref.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { deployments, pods, replicaSets } from '@sluice/kube/objects/resources.ts';
import type { StoreEvent } from '../contracts.ts';
import { equalJson } from '../store/json.ts';
import { keyOf, namespaceAndName } from './controller.ts';
import type { Controller, ControllerParts } from './controller.ts';
import { deploymentConditions, untilDeadline } from './deployment-conditions.ts';
import type { ConditionFacts, Counts } from './deployment-conditions.ts';
import { createNewSet, findNewSet, keepRevision } from './deployment-revision.ts';
import { targetSizes } from './deployment-sizes.ts';
import { podsOf } from './replica-set.ts';
import { fenceposts } from './rolling-update.ts';
import { asDeployment, asReplicaSet, desiredReplicas, ownedBy, unversioned } from './workload.ts';
import type { Deployment, ReplicaSet } from './workload.ts';

/** Rolls a Deployment's pods over from one ReplicaSet to the next. */
export const deploymentController = {
  resource: deployments,
  owned: [replicaSets],
  // Recreate waits until the last old pod is deleted, which no count of a ReplicaSet shows.
  related: [{ resource: pods, keys: deploymentOfGonePod }],
  reconcile(key, parts) {
    const object = parts.store.get(deployments, namespaceAndName(key));
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) return undefined;
    const deployment = asDeployment(object);
    const sets = setsOf(deployment, parts);
    const known = findNewSet(deployment, sets);
    const paused = deployment.spec.paused === true;
    if (known !== undefined && !paused) keepRevision(deployment, known, sets, parts);
    const newSet = known ?? (paused ? undefined : createNewSet(deployment, sets, parts));
    scaleSets(deployment, newSet, parts);
    return publish(deployment, newSet, known === undefined ? 'created' : 'found', parts);
  },
} satisfies Controller;

function deploymentOfGonePod({ type, object }: StoreEvent, { store }: ControllerParts): readonly string[] {
  const { namespace = '', ownerReferences = [] } = object.metadata;
  if (type !== 'DELETED') return [];
  return ownerReferences
    .filter(({ kind }) => kind === 'ReplicaSet')
    .flatMap(({ name }) => store.get(replicaSets, { namespace, name })?.metadata.ownerReferences ?? [])
    .map(({ name }) => keyOf({ namespace, name }));
}

/** Oldest first. */
function setsOf({ metadata }: Deployment, { store }: ControllerParts): readonly ReplicaSet[] {
  return store
    .list(replicaSets, { namespace: metadata.namespace ?? '' })
    .filter((object) => ownedBy(object, metadata.uid))
    .map(asReplicaSet)
    .toSorted((a, b) => (ageOf(a) < ageOf(b) ? -1 : 1));
}

/** Sort key: creation time in whole seconds, then the revision. */
const ageOf = ({ metadata }: ReplicaSet): string =>
  `${metadata.creationTimestamp ?? ''} ${(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '').padStart(9, '0')}`;

function scaleSets(deployment: Deployment, newSet: ReplicaSet | undefined, parts: ControllerParts): void {
  const sets = setsOf(deployment, parts);
  const hasPods = (set: ReplicaSet): boolean =>
    podsOf(set.metadata.namespace ?? '', set.metadata.uid, parts.store).some(
      ({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed',
    );
  const sizes = targetSizes(deployment, newSet?.metadata.name, sets, hasPods);
  for (const set of sets) {
    const size = sizes.get(set.metadata.name);
    if (size !== undefined && size !== desiredReplicas(set)) scale(deployment, set, size, parts);
  }
  dropHistory(deployment, newSet, parts);
}

function scale(
  deployment: Deployment,
  set: ReplicaSet,
  size: number,
  { store, record }: ControllerParts,
): void {
  const current = store.get(replicaSets, refOf(set));
  if (current === undefined) return;
  const from = desiredReplicas(set);
  store.update(replicaSets, { ...current, spec: { ...set.spec, replicas: size } });
  const direction = size > from ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${from} to ${size}`;
  record(deployment, 'Normal', 'ScalingReplicaSet', message);
}

/** Removes old, empty sets beyond the history limit. */
function dropHistory(deployment: Deployment, newSet: ReplicaSet | undefined, parts: ControllerParts): void {
  const empty = setsOf(deployment, parts).filter(
    (set) =>
      set.metadata.uid !== newSet?.metadata.uid &&
      desiredReplicas(set) === 0 &&
      (set.status?.replicas ?? 0) === 0,
  );
  const surplus = empty.length - (deployment.spec.revisionHistoryLimit ?? 10);
  for (const set of empty.slice(0, Math.max(0, surplus))) parts.store.delete(replicaSets, refOf(set));
}

/** Writes the status if it changed; returns the milliseconds until the rollout exceeds its deadline. */
function publish(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  newSetWas: 'created' | 'found',
  parts: ControllerParts,
): number | undefined {
  const sets = setsOf(deployment, parts);
  const current = sets.find(({ metadata }) => metadata.uid === newSet?.metadata.uid);
  const counts = countsOf(sets, current);
  const desired = desiredReplicas(deployment);
  const recreate = deployment.spec.strategy?.type === 'Recreate';
  const facts = {
    desired,
    maxUnavailable: recreate
      ? 0
      : fenceposts(deployment.spec.strategy?.rollingUpdate, desired).maxUnavailable,
    newSet: newSet?.metadata.name,
    ...(newSet === undefined ? {} : { newSetWas }),
    now: parts.clock.now(),
  } satisfies ConditionFacts;
  const conditions = deploymentConditions(deployment, counts, facts);
  const status = {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...counts,
    unavailableReplicas: Math.max(0, counts.replicas - counts.availableReplicas),
    conditions,
  };
  if (!equalJson(status, deployment.status)) writeStatus(deployment, status, parts);
  const progressing = conditions.find(({ type }) => type === 'Progressing');
  const left = progressing === undefined ? 0 : untilDeadline(deployment.spec, progressing, parts.clock.now());
  // One second more, because the condition's times are whole seconds.
  return left > 0 && left < Number.POSITIVE_INFINITY ? left + 1000 : undefined;
}

function countsOf(sets: readonly ReplicaSet[], newSet: ReplicaSet | undefined): Counts {
  const sum = (field: 'replicas' | 'readyReplicas' | 'availableReplicas'): number =>
    sets.reduce((total, { status }) => total + (status?.[field] ?? 0), 0);
  return {
    replicas: sum('replicas'),
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: sum('readyReplicas'),
    availableReplicas: sum('availableReplicas'),
  };
}

function writeStatus(
  deployment: Deployment,
  status: Readonly<Record<string, unknown>>,
  { store }: ControllerParts,
): void {
  const current: AnyKubeObject | undefined = store.get(deployments, refOf(deployment));
  if (current === undefined) return;
  const metadata = unversioned(current.metadata);
  store.update(deployments, { ...current, metadata, status }, { subresource: 'status' });
}
