import type { CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { deployments, horizontalPodAutoscalers } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { scenarioCanary, scenarioDeployment, scenarioHpa } from '../../scenario/objects.ts';
import type { CanaryParts } from '../../scenario/objects.ts';
import { within } from '../../../contracts/kube-client/contract-space.ts';
import type { RealCluster } from '../real-cluster.ts';

/** What one namespace of a cluster that Flagger runs holds. */
export interface PeerCase extends CanaryParts {
  readonly namespace: string;
  /** Where hooks are called: `['confirm-rollout', '/gate']` becomes `URL/NAMESPACE/gate`. */
  readonly receiver: string;
  readonly objects?: readonly (readonly [ResourceType, AnyKubeObject])[];
  /** Of the target's first container. */
  readonly container?: Readonly<Record<string, unknown>>;
  readonly withScaler?: boolean;
}

/** Creates target and Canary; their intervals are a second, which Flagger takes for ten. */
export async function createPeerCase(cluster: RealCluster, one: PeerCase): Promise<void> {
  const { namespace, objects = [] } = one;
  const { client } = cluster.kube;
  await cluster.createNamespace(namespace);
  const scaler: (readonly [ResourceType, AnyKubeObject])[] =
    one.withScaler === true ? [[horizontalPodAutoscalers, scenarioHpa()]] : [];
  const all = [
    ...objects,
    ...scaler,
    [deployments, targetOf(one, 'podinfo:1')] as const,
    [canaries, canaryOf(one)] as const,
  ];
  for (const [resource, object] of all)
    await client.create(resource, { ...object, metadata: { ...object.metadata, namespace } }, within());
}

export function targetOf({ container = {} }: PeerCase, image: string): AnyKubeObject {
  const deployment = scenarioDeployment(image);
  const spec = deployment['spec'] as {
    template: { metadata: object; spec: { containers: readonly object[] } };
  };
  const containers = spec.template.spec.containers.map((own) => ({ ...own, ...container }));
  return { ...deployment, spec: { ...spec, template: { ...spec.template, spec: { containers } } } };
}

function canaryOf({ namespace, receiver, hooks = [], analysis, spec, withScaler }: PeerCase): AnyKubeObject {
  const canary = scenarioCanary({
    analysis: { interval: '1s', ...analysis },
    ...(spec === undefined ? {} : { spec }),
  });
  const webhooks = hooks.map(([type, path, extra]) => ({
    name: path.slice(1),
    type,
    url: `${receiver}/${namespace}${path}`,
    ...extra,
  }));
  const own = canary['spec'] as CanarySpec;
  const autoscalerRef = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'podinfo' };
  return {
    ...canary,
    spec: {
      ...own,
      analysis: { ...own.analysis, webhooks },
      ...(withScaler === true ? { autoscalerRef } : {}),
    },
  };
}

/** A new version of the target, by a patch of its image. */
export async function shipTo({ kube }: RealCluster, one: PeerCase, image: string): Promise<void> {
  const { template } = targetOf(one, image)['spec'] as { template: object };
  const ref = { namespace: one.namespace, name: 'podinfo' };
  await kube.client.mergePatch(deployments, ref, { spec: { template } }, {}, within());
}
