import { describe, expect, it } from 'vitest';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';
import { scenarioCanary } from '../support/scenario/objects.ts';
import { find, finalizer, isGone, ref } from '../support/scenario/reversal.ts';

describe('a canary that is deleted', () => {
  it('in the middle of a run has its questions cancelled, and asks no more', async () => {
    const scenario = await progressing({
      hooks: [
        ['rollout', '/slow', { timeout: '10m' }],
        ['rollback', '/switch', { pollInterval: '1s' }],
      ],
      replies: { '/slow': 'silence', '/switch': 403 },
    });
    await scenario.until(() => scenario.receiver.calls('/slow').length === 1);
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('1s');
    expect(scenario.receiver.cancelled.map((call) => call.path)).toEqual(['/slow']);
    const asked = scenario.receiver.received.length;
    await scenario.clock.advance('5m');
    expect(scenario.receiver.received).toHaveLength(asked);
  });

  it('leaves no timer and no watch behind', async () => {
    const empty = await createScenario();
    empty.store.delete(canaries, ref);
    await empty.clock.advance('10s');
    const scenario = await progressing({ hooks: [['rollback', '/switch']], replies: { '/switch': 403 } });
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('10s');
    expect(scenario.timers()).toBe(empty.timers());
  });

  it('and created again is taken over as it stands: the primary is there, no run is started', async () => {
    const scenario = await initialized();
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('1s');
    scenario.store.create(canaries, scenarioCanary({}));
    await scenario.reaches('Initialized');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
  });

  it("but held by somebody's finalizer is told about: nobody here removes it", async () => {
    const scenario = await initialized();
    const canary = scenario.store.get(canaries, ref);
    if (canary === undefined) throw new Error('no canary');
    const finalizers = ['example.org/archive'];
    scenario.store.update(canaries, { ...canary, metadata: { ...canary.metadata, finalizers } });
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('1m');
    expect(scenario.events().filter((event) => event === 'Warning DeletionHeld')).toHaveLength(1);
    expect(scenario.messages().join('\n')).toContain('example.org/archive');
  });
});

describe('a canary without revertOnDeletion', () => {
  it('that is deleted leaves the target as it is', async () => {
    const scenario = await initialized();
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('10s');
    expect(isGone(scenario)).toBe(true);
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it("but with Flagger's finalizer is let go at once", async () => {
    const scenario = await initialized();
    const canary = find(scenario, canaries);
    if (canary === undefined) throw new Error('no canary');
    scenario.store.update(canaries, { ...canary, metadata: { ...canary.metadata, finalizers: [finalizer] } });
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario), 3_000);
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it('in the middle of a run tells how it ended for a minute, then falls silent', async () => {
    const scenario = await progressing({ hooks: [['post-rollout', '/post']], replies: { '/post': 503 } });
    const before = scenario.receiver.calls('/post').length;
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('70s');
    const calls = scenario.receiver.calls('/post').slice(before);
    expect(calls.length).toBeGreaterThan(2);
    expect(new Set(calls.map((call) => call.payload['deliveryId'])).size).toBe(1);
    expect(calls[0]?.payload['phase']).toBe('Terminating');
    await scenario.clock.advance('10m');
    expect(scenario.receiver.calls('/post').slice(before)).toHaveLength(calls.length);
  });
});

describe('a cluster without the Gateway API', () => {
  it('is said on the canary, which starts by itself once it is installed', async () => {
    const scenario = await createScenario({ faults: [[/GET .*httproutes$/, 404, 6]] });
    await scenario.until(() => scenario.condition('Invalid') !== undefined);
    expect(scenario.condition('Invalid')?.message).toMatch(/HTTPRoute.*not installed/);
    expect(scenario.deployment('podinfo-primary')).toBeUndefined();
    await scenario.reaches('Initialized', 600_000);
    await scenario.clock.advance('2s');
    expect(scenario.condition('Invalid')).toBeUndefined();
  });
});
