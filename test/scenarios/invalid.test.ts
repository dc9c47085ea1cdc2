import { describe, expect, it } from 'vitest';
import type { ScenarioOptions } from '../support/scenario/scenario.ts';
import { createScenario, progressing } from '../support/scenario/scenario.ts';

const warnings = (events: readonly string[], reason: string): number =>
  events.filter((event) => event === `Warning ${reason}`).length;

describe('an invalid canary', () => {
  const broken: ScenarioOptions = { analysis: { stepWeights: [50, 20] } };

  it('gets a condition and one Warning that name the field, the value and what is allowed; nothing is touched', async () => {
    const scenario = await createScenario(broken);
    await scenario.clock.advance('2m');
    expect(scenario.condition('Invalid')?.message).toMatch(/stepWeights\[1\].*20.*more than 50/);
    expect(warnings(scenario.events(), 'InvalidSpec')).toBe(1);
    expect(scenario.deployment('podinfo-primary')).toBeUndefined();
    expect(scenario.route()).toBeUndefined();
    expect(scenario.replicas('podinfo')).toBe(2);
  });

  it('costs no request while it stays so', async () => {
    const scenario = await createScenario(broken);
    await scenario.clock.advance('5s');
    scenario.api.takeRequests();
    await scenario.clock.advance('10m');
    expect(scenario.api.takeRequests()).toEqual([]);
  });

  it('is cured when it is fixed', async () => {
    const scenario = await createScenario(broken);
    await scenario.until(() => scenario.condition('Invalid') !== undefined);
    scenario.edit((spec) => ({ analysis: { ...spec.analysis, stepWeights: [20, 50] } }));
    await scenario.reaches('Initialized');
    await scenario.clock.advance('2s');
    expect(scenario.condition('Invalid')).toBeUndefined();
  });

  it('that became so in the middle of a run goes on from its weight when it is fixed', async () => {
    const scenario = await progressing();
    scenario.edit((spec) => ({ analysis: { ...spec.analysis, stepWeight: 0 } }));
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Progressing');
    expect(scenario.weight()).toBe(25);
    scenario.edit((spec) => ({ analysis: { ...spec.analysis, stepWeight: 25 } }));
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([25, 50, 0]);
  });

  it('of an unknown provider is not taken for Istio', async () => {
    const scenario = await createScenario({ spec: { provider: 'gloo' } });
    await scenario.until(() => scenario.condition('Invalid') !== undefined);
    expect(scenario.condition('Invalid')?.message).toContain('gloo');
  });
});

describe('a canary with something that does not count', () => {
  it('is told so once, and works', async () => {
    const scenario = await createScenario({
      analysis: { stepWeights: [50, 110], alerts: [{ name: 'chat', providerRef: { name: 'chat' } }] },
    });
    scenario.ship('podinfo:1');
    await scenario.reaches('Initialized');
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(warnings(scenario.events(), 'SpecWarning')).toBe(2);
    await scenario.restart();
    await scenario.clock.advance('10s');
    expect(warnings(scenario.events(), 'SpecWarning')).toBe(2);
    expect(scenario.messages().join('\n')).toMatch(/alerts.*not supported yet/);
  });
});
