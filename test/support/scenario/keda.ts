import { deployments, scaledObjects } from '@sluice/kube/objects/resources.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asNumber, asRecord } from '@sluice/lib/json/json-read.ts';
import type { Store } from '@sluice/local/store/store.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import { namespace } from './objects.ts';

/** KEDA's definition, as far as a test needs it: it keeps whatever is written. */
export const scaledObjectDefinition: AnyKubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'scaledobjects.keda.sh' },
  spec: {
    group: 'keda.sh',
    names: {
      kind: 'ScaledObject',
      listKind: 'ScaledObjectList',
      plural: 'scaledobjects',
      singular: 'scaledobject',
    },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

export const scenarioScaledObject = (fields: Readonly<Record<string, unknown>> = {}): AnyKubeObject => ({
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name: 'podinfo', namespace },
  spec: {
    scaleTargetRef: { name: 'podinfo' },
    minReplicaCount: 2,
    maxReplicaCount: 10,
    triggers: [
      {
        type: 'prometheus',
        name: 'requests',
        metadata: { query: 'sum(rate(requests{app="podinfo"}[1m]))', threshold: '100' },
      },
    ],
    ...fields,
  },
});

export const pausedAt = (object: AnyKubeObject | undefined): string | undefined =>
  object?.metadata.annotations?.['autoscaling.keda.sh/paused-replicas'];

/** KEDA looks at its workloads this often, and this long after a ScaledObject has changed. */
const pollingMs = 30_000;
const reactionMs = 500;

/**
 * What KEDA does to sizes: it holds a paused workload at the number of its pause, and lifts one below its least to it; soon
 * after a ScaledObject has changed, and every 30 seconds.
 */
export function startFakeKeda(store: Store, clock: Clock): void {
  const scale = (object: AnyKubeObject): void => {
    const spec = asRecord(object['spec']);
    const name = String(asRecord(spec['scaleTargetRef'])['name']);
    const workload = store.get(deployments, { namespace, name });
    if (workload === undefined) return;
    const size = asNumber(asRecord(workload['spec'])['replicas']) ?? 1;
    const pause = pausedAt(object);
    const wanted =
      pause === undefined ? Math.max(size, asNumber(spec['minReplicaCount']) ?? 0) : Number(pause);
    if (wanted !== size)
      store.update(deployments, { ...workload, spec: { ...asRecord(workload['spec']), replicas: wanted } });
  };
  const scaleAll = (): void => {
    for (const object of store.list(scaledObjects, { namespace })) scale(object);
  };
  const poll = (): void => {
    scaleAll();
    clock.setTimer(pollingMs, poll);
  };
  store.subscribe(scaledObjects, () => void clock.setTimer(reactionMs, scaleAll));
  clock.setTimer(pollingMs, poll);
}
