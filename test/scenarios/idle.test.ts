import { services } from '@sluice/kube/objects/resources.ts';
import { describe, expect, it } from 'vitest';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

async function requestsOfTenMinutes(scenario: Scenario): Promise<readonly string[]> {
  await scenario.clock.advance('10s');
  scenario.api.takeRequests();
  scenario.api.takeLists();
  const timers = scenario.timers();
  const passes = scenario.passes();
  await scenario.clock.advance('10m');
  expect(scenario.timers()).toBe(timers);
  expect(scenario.passes()).toBe(passes);
  expect(scenario.api.takeLists()).toEqual([]);
  return scenario.api.takeRequests();
}

describe('a canary that rests costs the API server no request, and us no pass', () => {
  it('when it is initialized', async () => {
    expect(await requestsOfTenMinutes(await initialized())).toEqual([]);
  });

  it('when it succeeded', async () => {
    const scenario = await initialized();
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(await requestsOfTenMinutes(scenario)).toEqual([]);
  });

  it('when it failed', async () => {
    const scenario = await progressing({
      hooks: [['rollout', '/load']],
      analysis: { threshold: 1 },
      replies: { '/load': 500 },
    });
    await scenario.reaches('Failed');
    expect(await requestsOfTenMinutes(scenario)).toEqual([]);
  });

  it('when it is suspended in the middle of a run', async () => {
    const scenario = await progressing();
    scenario.edit(() => ({ suspend: true }));
    expect(await requestsOfTenMinutes(scenario)).toEqual([]);
    expect(scenario.weight()).toBe(25);
  });
});

describe('a suspended canary', () => {
  it('goes on from its weight when it is resumed', async () => {
    const scenario = await progressing();
    scenario.edit(() => ({ suspend: true }));
    await scenario.clock.advance('2m');
    expect(scenario.status().waiting).toMatchObject({ step: 'stop-if-suspended', for: 'person' });
    scenario.edit(() => ({ suspend: false }));
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([25, 50, 0]);
  });

  it('is still guarded: its traffic goes to nobody who is down', async () => {
    const scenario = await progressing();
    scenario.edit(() => ({ suspend: true }));
    await scenario.clock.advance('1s');
    scenario.kubelet.setHealthy('podinfo:2', false);
    await scenario.until(() => scenario.weight() === 0, 1_000);
  });

  it('from the start is left alone', async () => {
    const scenario = await createScenario({ spec: { suspend: true } });
    await scenario.clock.advance('1m');
    expect(scenario.deployment('podinfo-primary')).toBeUndefined();
    expect(scenario.replicas('podinfo')).toBe(2);
    expect(scenario.status().waiting).toMatchObject({ for: 'person' });
  });

  it('while its primary comes up is left alone: what is deleted is not made again', async () => {
    const scenario = await createScenario();
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo-primary');
    await scenario.until(() => scenario.deployment('podinfo-primary') !== undefined);
    scenario.edit(() => ({ suspend: true }));
    await scenario.clock.advance('5s');
    scenario.store.delete(services, { namespace: 'test', name: 'podinfo-canary' });
    await scenario.clock.advance('1m');
    expect(scenario.store.get(services, { namespace: 'test', name: 'podinfo-canary' })).toBeUndefined();
    scenario.edit(() => ({ suspend: false }));
    scenario.kubelet.setHealthy('podinfo:1', true, 'podinfo-primary');
    await scenario.reaches('Initialized');
    expect(scenario.store.get(services, { namespace: 'test', name: 'podinfo-canary' })).toBeDefined();
  });
});
