import { describe, expect, it } from 'vitest';
import { httpRoutes } from '@sluice/kube/objects/resources.ts';
import { createScenario, initialized } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

const at = { namespace: 'test', name: 'podinfo' };

/** In the middle of a run whose gateway never says what it follows. */
async function onSilentGateway(options: ScenarioOptions): Promise<Scenario> {
  const scenario = await initialized({ silentGateway: true, ...options });
  scenario.ship('podinfo:2');
  await scenario.until(() => scenario.weight() === 25);
  return scenario;
}

describe('the hold of a step, where no gateway says what it follows', () => {
  it('begins anew when the canary was lost in between', async () => {
    const scenario = await onSilentGateway({ hooks: [['rollout', '/load']] });
    await scenario.clock.advance('8s');
    scenario.kubelet.setHealthy('podinfo:2', false);
    await scenario.until(() => scenario.weight() === 0);
    scenario.kubelet.setHealthy('podinfo:2', true);
    await scenario.until(() => scenario.weight() === 25);
    await scenario.clock.advance('9s');
    expect(scenario.receiver.calls('/load')).toHaveLength(0);
    await scenario.reaches('Succeeded');
  });

  it('begins anew when the canary stood alone in between', async () => {
    const scenario = await onSilentGateway({ hooks: [['rollout', '/load']] });
    await scenario.clock.advance('8s');
    scenario.kubelet.setHealthy('podinfo:1', false);
    await scenario.until(() => scenario.weight() === 100);
    scenario.kubelet.setHealthy('podinfo:1', true);
    await scenario.until(() => scenario.weight() === 25);
    await scenario.clock.advance('9s');
    expect(scenario.receiver.calls('/load')).toHaveLength(0);
    await scenario.reaches('Succeeded');
  });
});

describe('the first routes', () => {
  it('are not made before the primary serves: until then nothing leads away from the target', async () => {
    const scenario = await createScenario();
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo-primary');
    await scenario.clock.advance('30s');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    expect(scenario.route()).toBeUndefined();

    scenario.kubelet.setHealthy('podinfo:1', true, 'podinfo-primary');
    await scenario.reaches('Initialized');
    expect(scenario.weight()).toBe(0);
  });

  it('are made whoever is ready once somebody deleted them: a route to nobody is better than none', async () => {
    const scenario = await initialized();
    scenario.kubelet.setHealthy('podinfo:1', false);
    await scenario.clock.advance('1s');
    scenario.store.delete(httpRoutes, at);
    await scenario.until(() => scenario.route() !== undefined, 2_000);
    expect(scenario.weight()).toBe(0);
  });
});
