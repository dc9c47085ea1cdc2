import { describe, expect, it } from 'vitest';
import { configMaps } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import { changeConfig, configMap, reading } from '../support/scenario/configs.ts';

const tracked = {
  target: reading('envFrom configMap'),
  objects: [[configMaps, configMap('settings', { color: 'blue' })]] as const,
};

describe('a controller that has just begun, and has not read the configuration yet', () => {
  it('records what is tracked all the same when it ends the initialization that another one began', async () => {
    const scenario = await createScenario(tracked);
    scenario.api.onWrite = (request) => {
      if (!request.endsWith('/deployments/podinfo')) return;
      scenario.kill();
      setImmediate(() => void scenario.replace());
    };
    await scenario.reaches('Initialized');
    expect(Object.keys(scenario.status().trackedConfigs ?? {})).toEqual(['configmap/settings']);
  });

  it('says that a deletion gives all traffic to an unpromoted revision', async () => {
    const scenario = await createScenario({ ...tracked, spec: { revertOnDeletion: true } });
    await scenario.reaches('Initialized');
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.until(() => scenario.weight() === 25);
    scenario.kill();
    scenario.store.delete(canaries, { namespace: 'test', name: 'podinfo' });
    await scenario.clock.advance('1s');
    await scenario.replace();
    await scenario.clock.advance('1m');
    expect(scenario.events()).toContain('Warning RevertsToUnpromoted');
  });
});
