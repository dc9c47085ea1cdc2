import { describe, expect, it } from 'vitest';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { initialized } from '../support/scenario/scenario.ts';
import { scenarioCanary, scenarioDeployment } from '../support/scenario/objects.ts';

/** A second canary in the same namespace; `spec` replaces parts of its spec. */
function neighbour(spec: Readonly<Record<string, unknown>> = {}): (readonly [ResourceType, AnyKubeObject])[] {
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

describe('one canary does not hurt another', () => {
  it('when its writes are refused for ever', async () => {
    const scenario = await initialized({
      objects: neighbour(),
      faults: [[/PATCH .*other/, 500, 1_000_000]],
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([25, 50, 0]);
  });

  it('when it is invalid', async () => {
    const scenario = await initialized({ objects: neighbour({ provider: 'gloo' }) });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
  });

  it('and both are initialized side by side', async () => {
    const scenario = await initialized({ objects: neighbour() });
    await scenario.until(() => scenario.image('other-primary') === 'other:1');
  });
});
