import { describe, expect, it } from 'vitest';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, deployments } from '@sluice/kube/objects/resources.ts';
import { configChecksum } from '@sluice/sluice/rules/configs/config-checksum.ts';
import { configMap, podSpecOf, reading } from '../support/scenario/configs.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const settings = configMap('settings', { color: 'blue' });

describe('a canary whose configuration Flagger tracked', () => {
  const owner = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'podinfo', uid: 'before' };
  const copyBy = (source: AnyKubeObject): readonly [ResourceType, AnyKubeObject] => [
    configMaps,
    {
      ...source,
      metadata: {
        name: 'settings-primary',
        namespace: 'test',
        ownerReferences: [{ ...owner, controller: true }],
      },
    },
  ];

  /** The primary as Flagger leaves it: reading copies, with its random id, without our annotations. */
  function flaggerPrimary(readsCopies: boolean): AnyKubeObject {
    const deployment = reading('envFrom configMap');
    const spec = deployment['spec'] as { template: { spec: { containers: readonly object[] } } };
    const labels = { app: 'podinfo-primary' };
    const envFrom = [{ configMapRef: { name: readsCopies ? 'settings-primary' : 'settings' } }];
    const podSpec = {
      ...spec.template.spec,
      containers: spec.template.spec.containers.map((container) => ({ ...container, envFrom })),
    };
    const template = { metadata: { labels, annotations: { 'flagger-id': 'b3c1' } }, spec: podSpec };
    return {
      ...deployment,
      metadata: { ...deployment.metadata, name: 'podinfo-primary', labels },
      spec: { ...spec, selector: { matchLabels: labels }, template },
    };
  }

  const adopted = async (
    trackedConfigs: Readonly<Record<string, string>> | null,
    source = settings,
    phase = 'Succeeded',
  ): Promise<Scenario> => {
    const scenario = await createScenario({
      target: reading('envFrom configMap'),
      objects: [
        [configMaps, source],
        ...(trackedConfigs === null ? [] : [copyBy(source)]),
        [deployments, flaggerPrimary(trackedConfigs !== null)],
      ],
      status: {
        phase,
        canaryWeight: 0,
        failedChecks: 0,
        iterations: 0,
        lastAppliedSpec: '5f8fd9c8f4',
        lastPromotedSpec: '5f8fd9c8f4',
        lastTransitionTime: '2025-12-31T00:00:00Z',
        trackedConfigs,
      },
    });
    await scenario.clock.advance('5s');
    return scenario;
  };
  const map = { 'configmap/settings': configChecksum(settings) };

  it('at rest starts no run, and rolls no pod', async () => {
    const scenario = await adopted(map);
    await scenario.clock.advance('1m');
    expect(scenario.history.phases).toEqual(['Succeeded']);
    expect(scenario.deployment('podinfo-primary')?.metadata.generation).toBe(1);
    expect(scenario.status().trackedConfigs).toEqual(map);
    expect(scenario.condition('AdoptionUnclear')).toBeUndefined();
  });

  it('starts a run for a change that nobody was there to see', async () => {
    const scenario = await adopted({ 'configmap/settings': '0123456789abcdef' });
    await scenario.until(() => scenario.history.phases.includes('Progressing'));
    await scenario.reaches('Succeeded');
    expect(scenario.status().trackedConfigs).toEqual(map);
  });

  it('starts no run where only we count its binaryData', async () => {
    const source = { ...settings, binaryData: { logo: 'AAEC' } };
    const scenario = await adopted(map, source);
    await scenario.clock.advance('1m');
    expect(scenario.history.phases).toEqual(['Succeeded']);
    expect(scenario.status().trackedConfigs).toEqual(map);
    expect(scenario.status().adopted?.trackedConfigs).toMatchObject({
      'configmap/settings': { ours: configChecksum(source) },
    });
  });

  it('starts a run where Flagger did not track and the primary has no copies yet', async () => {
    const scenario = await adopted(null);
    await scenario.until(() => scenario.history.phases.includes('Progressing'));
    await scenario.reaches('Succeeded');
    expect(JSON.stringify(podSpecOf(scenario, 'podinfo-primary'))).toContain('settings-primary');
  });
});
