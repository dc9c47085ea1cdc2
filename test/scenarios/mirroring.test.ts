import { describe, expect, it } from 'vitest';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { initialized } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

/** Whether the route copies requests to the canary. */
const copies = (scenario: Scenario): boolean =>
  asList(asRecord(scenario.route()?.['spec'])['rules']).some((rule) =>
    asList(asRecord(rule)['filters']).some((filter) => asRecord(filter)['type'] === 'RequestMirror'),
  );

const shipped = async (options: ScenarioOptions): Promise<Scenario> => {
  const scenario = await initialized(options);
  scenario.ship('podinfo:2');
  return scenario;
};

const mirror = { analysis: { mirror: true } } as const;

describe('a canary with mirroring', () => {
  it('gets copies for a whole interval, which are judged, and then its weights', async () => {
    const scenario = await shipped({ ...mirror, hooks: [['rollout', '/load']] });
    await scenario.until(() => copies(scenario));
    expect(scenario.weight()).toBe(0);
    expect(scenario.status().run?.mirrored).toBe(true);
    const began = scenario.clock.now();
    await scenario.until(() => scenario.weight() === 25);
    expect(scenario.clock.now() - began).toBeGreaterThanOrEqual(10_000);
    expect(copies(scenario)).toBe(false);
    expect(scenario.status().run?.mirrored).toBe(false);
    expect(scenario.receiver.calls('/load')).toHaveLength(1);
    expect(scenario.receiver.calls('/load')[0]?.payload).toMatchObject({ weight: 0, step: 1 });
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([25, 50, 0]);
  });

  it('is rolled back when it fails under copies, before anybody met it', async () => {
    const scenario = await shipped({
      analysis: { mirror: true, threshold: 1 },
      hooks: [['rollout', '/load']],
      replies: { '/load': 500 },
    });
    await scenario.reaches('Failed');
    await scenario.clock.advance('2s');
    expect(scenario.history.weights).toEqual([]);
    expect(copies(scenario)).toBe(false);
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it('asks confirm-traffic-increase before the copies and again before the first real request', async () => {
    const scenario = await shipped({ ...mirror, hooks: [['confirm-traffic-increase', '/gate']] });
    await scenario.until(() => copies(scenario));
    expect(scenario.receiver.calls('/gate')).toHaveLength(1);
    scenario.receiver.reply('/gate', 403);
    await scenario.until(() => scenario.receiver.calls('/gate').length > 1);
    await scenario.clock.advance('30s');
    expect(scenario.weight()).toBe(0);
    expect(copies(scenario)).toBe(true);
    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Succeeded');
  });

  it('holds the copies anew when its pods were lost: nobody is sent copies who does not serve', async () => {
    const scenario = await shipped(mirror);
    await scenario.until(() => copies(scenario));
    await scenario.clock.advance('5s');
    scenario.kubelet.setHealthy('podinfo:2', false);
    await scenario.until(() => !copies(scenario), 5_000);
    scenario.kubelet.setHealthy('podinfo:2', true);
    await scenario.until(() => copies(scenario), 5_000);
    await scenario.clock.advance('8s');
    expect(scenario.weight()).toBe(0);
    await scenario.reaches('Succeeded');
  });

  it('holds the copies anew also where the gateway does not say what it follows', async () => {
    const scenario = await shipped({ ...mirror, silentGateway: true });
    await scenario.until(() => scenario.status().run?.mirrored === true);
    await scenario.clock.advance('5s');
    scenario.kubelet.setHealthy('podinfo:2', false);
    await scenario.clock.advance('2s');
    scenario.kubelet.setHealthy('podinfo:2', true);
    await scenario.clock.advance('8s');
    expect(scenario.status().canaryWeight).toBe(0);
    await scenario.until(() => scenario.status().canaryWeight === 25, 5_000);
  });

  it('goes on with its copies after a crash', async () => {
    const scenario = await shipped(mirror);
    await scenario.until(() => copies(scenario));
    scenario.kill();
    await scenario.replace();
    await scenario.clock.advance('3s');
    expect(copies(scenario)).toBe(true);
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([25, 50, 0]);
  });

  it('runs through with the older Gateway API, too', async () => {
    const scenario = await initialized({ ...mirror, provider: 'gatewayapi:v1beta1' });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().run?.mirrored === true);
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
  });
});

describe('blue/green with mirroring', () => {
  it('copies requests through its iterations until all traffic is switched', async () => {
    const scenario = await shipped({ analysis: { mirror: true, iterations: 2 } });
    for (const iteration of [1, 2]) {
      await scenario.until(() => scenario.status().iterations === iteration);
      await scenario.clock.advance('1s');
      expect(copies(scenario)).toBe(true);
      expect(scenario.weight()).toBe(0);
    }
    await scenario.until(() => scenario.weight() === 100);
    expect(copies(scenario)).toBe(false);
    await scenario.reaches('Succeeded');
    expect(scenario.history.iterations).toEqual([1, 2, 3, 0]);
  });

  it('goes without on a router that cannot copy, and says so once', async () => {
    const scenario = await shipped({ provider: 'kubernetes', analysis: { mirror: true, iterations: 2 } });
    await scenario.reaches('Succeeded');
    expect(scenario.messages().filter((text) => text.includes('cannot copy requests'))).toHaveLength(1);
    expect(scenario.status().run?.mirrored ?? false).toBe(false);
  });
});
