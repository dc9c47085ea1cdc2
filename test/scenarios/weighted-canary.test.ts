import { describe, expect, it } from 'vitest';
import { createScenario } from '../support/scenario.ts';

describe('a weighted canary', () => {
  it('is initialized: primary built from the target, routes at 100/0, target at zero', async () => {
    const scenario = await createScenario();
    await scenario.until(() => scenario.status().phase === 'Initialized');

    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    expect(scenario.weight()).toBe(0);
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it('walks a new revision through its weights and promotes it', async () => {
    const scenario = await createScenario();
    await scenario.until(() => scenario.status().phase === 'Initialized');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    await scenario.until(() => scenario.weight() === 50);
    await scenario.until(() => scenario.status().phase === 'Succeeded');

    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
    expect(scenario.weight()).toBe(0);
    expect(scenario.replicas('podinfo')).toBe(0);
  });
});
