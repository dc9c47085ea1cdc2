import { describe, expect, it } from 'vitest';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';

/** Every phase has a way out, whatever is broken around it. */
describe('a first revision that never starts', () => {
  it('is replaced by the next one, for nobody was ever served by it', async () => {
    const scenario = await createScenario();
    scenario.kubelet.setHealthy('podinfo:1', false);
    await scenario.clock.advance('11m');
    expect(scenario.status().phase).toBe('Initializing');
    scenario.ship('podinfo:2');
    await scenario.reaches('Initialized');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
  });
});

describe('a promotion that was decided', () => {
  it('is rolled back at the deadline when the target is deleted before the primary was touched', async () => {
    const scenario = await progressing({});
    scenario.api.break(/PATCH .*deployments\/podinfo-primary/, 500, 3);
    await scenario.reaches('Promoting');
    scenario.store.delete(deployments, { namespace: 'test', name: 'podinfo' });
    await scenario.clock.advance('11m');
    expect(scenario.status()).toMatchObject({ phase: 'Failed', canaryWeight: 0 });
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
  });

  it('is rolled back at the deadline when the primary may not be written', async () => {
    const scenario = await progressing({});
    scenario.api.break(/PATCH .*deployments\/podinfo-primary/, 403, 100_000);
    await scenario.reaches('Promoting');
    await scenario.clock.advance('11m');
    expect(scenario.status().phase).toBe('Failed');
    expect(scenario.status().run?.cause).toContain('could not be updated');
    expect(scenario.weight()).toBe(0);
  });

  it('fails at the deadline when the gateway does not bring the traffic back, and keeps the canary until it does', async () => {
    const scenario = await progressing({});
    await scenario.reaches('Promoting');
    scenario.dataPlane.refuse('Broken');
    await scenario.clock.advance('21m');
    expect(scenario.status().phase).toBe('Failed');
    expect(scenario.replicas('podinfo')).toBeGreaterThan(0);
    scenario.dataPlane.refuse(undefined);
    await scenario.until(() => scenario.replicas('podinfo') === 0);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
  });
});

describe('a primary that does not serve', () => {
  it('keeps no later revision from its run: the canary, which has the traffic, is judged', async () => {
    const scenario = await progressing({
      hooks: [['rollback', '/back', { pollInterval: '1s' }]],
      replies: { '/back': 403 },
    });
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo-primary');
    await scenario.clock.advance('2s');
    scenario.receiver.reply('/back', 200);
    await scenario.reaches('Failed');
    scenario.receiver.reply('/back', 403);
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });

  it('and is gone altogether when a run fails: the next revision is judged at the canary and becomes the primary', async () => {
    const scenario = await progressing({
      hooks: [['rollout', '/load']],
      analysis: { threshold: 1 },
    });
    scenario.store.delete(deployments, { namespace: 'test', name: 'podinfo-primary' });
    scenario.receiver.reply('/load', 403);
    await scenario.reaches('Failed');
    expect(scenario.replicas('podinfo')).toBeGreaterThan(0);
    scenario.receiver.reply('/load', 200);
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });

  it('keeps no gate from being asked again', async () => {
    const scenario = await initialized({
      hooks: [['confirm-rollout', '/gate', { pollInterval: '1s' }]],
      replies: { '/gate': 403 },
    });
    scenario.ship('podinfo:2');
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo-primary');
    await scenario.reaches('Waiting');
    await scenario.clock.advance('10s');
    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Progressing');
    expect(scenario.status().run?.newImages).toEqual(['podinfod=podinfo:2']);
  });
});
