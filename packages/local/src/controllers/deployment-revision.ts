import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { deployments, replicaSets } from '@sluice/kube/objects/resources.ts';
import { equalJson } from '../store/json.ts';
import { shortHash } from './short-hash.ts';
import type { ControllerParts } from './controller.ts';
import { fenceposts, newSetSize } from './rolling-update.ts';
import { asObject, asReplicaSet, controllerReference, desiredReplicas, unversioned } from './workload.ts';
import type { Deployment, ReplicaSet } from './workload.ts';

export const hashLabel = 'pod-template-hash';
const revisionKey = 'deployment.kubernetes.io/revision';
const desiredKey = 'deployment.kubernetes.io/desired-replicas';
const maxKey = 'deployment.kubernetes.io/max-replicas';

/** Annotations of the Deployment that its ReplicaSets do not get. */
const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionKey,
  'deprecated.deployment.rollback.to',
  desiredKey,
  maxKey,
]);

/** Finds the ReplicaSet with the Deployment's template: the oldest, if there are several. */
export function findNewSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const { template } = deployment.spec;
  return sets.find((set) => equalJson(withoutHash(set.spec.template), template));
}

function withoutHash(template: ReplicaSet['spec']['template']): ReplicaSet['spec']['template'] {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

export function createNewSet(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  parts: Pick<ControllerParts, 'store' | 'record'>,
): ReplicaSet {
  const replicas = firstSize(deployment, sets);
  const draft = newSetOf(deployment, nextRevision(sets), replicas);
  const set = asReplicaSet(parts.store.create(replicaSets, draft));
  if (replicas > 0) {
    const message = `Scaled up replica set ${draft.metadata.name} from 0 to ${replicas}`;
    parts.record(deployment, 'Normal', 'ScalingReplicaSet', message);
  }
  markRevision(deployment, revisionOf(set), parts);
  return set;
}

function firstSize(deployment: Deployment, sets: readonly ReplicaSet[]): number {
  const { strategy } = deployment.spec;
  // Recreate sets the size once no old pod is left.
  if (strategy?.type === 'Recreate') return 0;
  const desired = desiredReplicas(deployment);
  const { maxSurge } = fenceposts(strategy?.rollingUpdate, desired);
  const old = sets.map((set) => ({ name: set.metadata.name, replicas: desiredReplicas(set), available: 0 }));
  const empty = { name: '', replicas: 0, available: 0 };
  return newSetSize(desired, empty, old, maxSurge);
}

function newSetOf(deployment: Deployment, revision: number, replicas: number): AnyKubeObject {
  const { metadata, spec } = deployment;
  const { namespace } = metadata;
  const hash = shortHash(spec.template);
  const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      annotations: annotationsFor(deployment, revision),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(spec.minReadySeconds === undefined ? {} : { minReadySeconds: spec.minReadySeconds }),
      selector: {
        ...spec.selector,
        matchLabels: { ...spec.selector.matchLabels, [hashLabel]: hash },
      },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  };
}

/** Gives a set that becomes the newest again (`rollout undo`) the next revision, and the Deployment too. */
export function keepRevision(
  deployment: Deployment,
  set: ReplicaSet,
  sets: readonly ReplicaSet[],
  parts: Pick<ControllerParts, 'store'>,
): void {
  const others = sets.filter(({ metadata }) => metadata.uid !== set.metadata.uid);
  const revision = Math.max(revisionOf(set), nextRevision(others));
  const annotations = { ...set.metadata.annotations, ...annotationsFor(deployment, revision) };
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  const same = minReadySeconds === (set.spec.minReadySeconds ?? 0);
  if (!same || !equalJson(annotations, set.metadata.annotations)) {
    const current = parts.store.get(replicaSets, set.metadata);
    if (current !== undefined) {
      const spec = same ? current['spec'] : { ...set.spec, minReadySeconds };
      const metadata = { ...unversioned(current.metadata), annotations };
      parts.store.update(replicaSets, { ...current, metadata, spec });
    }
  }
  markRevision(deployment, revision, parts);
}

export const revisionOf = (set: ReplicaSet): number =>
  Number(set.metadata.annotations?.[revisionKey] ?? 0) || 0;

const nextRevision = (sets: readonly ReplicaSet[]): number => Math.max(0, ...sets.map(revisionOf)) + 1;

function annotationsFor(deployment: Deployment, revision: number): Record<string, string> {
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key));
  const desired = desiredReplicas(deployment);
  const { maxSurge } = fenceposts(deployment.spec.strategy?.rollingUpdate, desired);
  const surge = deployment.spec.strategy?.type === 'Recreate' ? 0 : maxSurge;
  return {
    ...Object.fromEntries(own),
    [revisionKey]: `${revision}`,
    [desiredKey]: `${desired}`,
    [maxKey]: `${desired + surge}`,
  };
}

function markRevision(
  deployment: Deployment,
  revision: number,
  { store }: Pick<ControllerParts, 'store'>,
): void {
  const current = store.get(deployments, deployment.metadata) ?? asObject(deployment);
  if (current.metadata.annotations?.[revisionKey] === `${revision}`) return;
  const annotations = { ...current.metadata.annotations, [revisionKey]: `${revision}` };
  store.update(deployments, { ...current, metadata: { ...unversioned(current.metadata), annotations } });
}
