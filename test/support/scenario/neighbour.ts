import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { scenarioCanary, scenarioDeployment } from './objects.ts';

/** A second canary in the same namespace; `spec` replaces parts of its spec. */
export function neighbour(
  spec: Readonly<Record<string, unknown>> = {},
): (readonly [ResourceType, AnyKubeObject])[] {
  const deployment = scenarioDeployment('other:1');
  const labels = { app: 'other' };
  const own = deployment['spec'] as { template: { metadata: object } };
  const template = { ...own.template, metadata: { labels } };
  const canary = scenarioCanary({});
  return [
    [
      deployments,
      {
        ...deployment,
        metadata: { ...deployment.metadata, name: 'other' },
        spec: { ...own, selector: { matchLabels: labels }, template },
      },
    ],
    [
      canaries,
      {
        ...canary,
        metadata: { ...canary.metadata, name: 'other' },
        spec: {
          ...(canary['spec'] as object),
          targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'other' },
          ...spec,
        },
      },
    ],
  ];
}
