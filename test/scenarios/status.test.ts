import { describe, expect, it } from 'vitest';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';
import type { WebhookShorthand } from '../support/scenario/objects.ts';

describe('status.waiting', () => {
  it('names the primary while the canary is initialized', async () => {
    const scenario = await createScenario();
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo-primary');
    await scenario.until(() => scenario.status().waiting?.step === 'wait-primary-ready');
    expect(scenario.status().waiting).toMatchObject({ for: 'workload', name: 'podinfo-primary' });
  });

  it('names the canary while it starts, and when it is given up', async () => {
    const scenario = await initialized();
    scenario.kubelet.setHealthy('podinfo:2', false);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().waiting?.step === 'wait-canary-ready');
    const { waiting, run } = scenario.status();
    expect(waiting).toMatchObject({ for: 'workload', name: 'podinfo' });
    expect(Date.parse(waiting?.until ?? '') - Date.parse(run?.notReadySince ?? '')).toBe(600_000);
  });

  it('names the interval of a step, and when it ends', async () => {
    const scenario = await progressing();
    await scenario.clock.advance('2s');
    expect(scenario.status().waiting).toMatchObject({ step: 'run-checks', for: 'interval' });
    expect(scenario.status().waiting?.until).toBeDefined();
  });

  it('names the check that is slow', async () => {
    const scenario = await progressing({
      hooks: [['rollout', '/slow', { timeout: '1m' }]],
      replies: { '/slow': 'silence' },
    });
    await scenario.clock.advance('15s');
    expect(scenario.status().waiting).toMatchObject({ step: 'run-checks', for: 'hook', name: 'slow' });
  });

  it('names the primary during promotion', async () => {
    const scenario = await progressing();
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.reaches('Promoting');
    await scenario.clock.advance('3s');
    expect(scenario.status().waiting).toMatchObject({
      step: 'continue-promotion',
      for: 'workload',
      name: 'podinfo-primary',
    });
  });

  it('names what the API server refuses, which is said once', async () => {
    const scenario = await initialized();
    scenario.api.break(/PATCH .*httproutes/, 403, 1_000);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().waiting?.for === 'api');
    await scenario.clock.advance('1m');
    expect(scenario.status().waiting).toMatchObject({ step: 'hold-routes', for: 'api' });
    expect(scenario.events().filter((event) => event === 'Warning ApiRefused')).toHaveLength(1);
  });

  it('is gone at rest', async () => {
    const scenario = await progressing();
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('2s');
    expect(scenario.status().waiting).toBeUndefined();
  });

  it('keeps its time while the same thing is waited for', async () => {
    const scenario = await progressing({ hooks: [['confirm-traffic-increase', '/gate']], replies: {} });
    scenario.receiver.reply('/gate', 403);
    await scenario.until(() => scenario.status().waiting?.name === 'gate');
    const since = scenario.status().waiting?.since;
    await scenario.clock.advance('65s');
    expect(scenario.status().waiting).toMatchObject({ name: 'gate', since });
  });
});

describe('status', () => {
  it('has the condition that kubectl wait asks for, in each phase', async () => {
    const scenario = await initialized();
    expect(scenario.condition('Promoted')).toMatchObject({ status: 'True', reason: 'Initialized' });
    scenario.ship('podinfo:2');
    await scenario.reaches('Progressing');
    expect(scenario.condition('Promoted')).toMatchObject({ status: 'Unknown', reason: 'Progressing' });
    await scenario.reaches('Succeeded');
    expect(scenario.condition('Promoted')).toMatchObject({ status: 'True', reason: 'Succeeded' });
  });

  it('moves lastTransitionTime with the phase and with nothing else', async () => {
    const scenario = await progressing();
    const entered = scenario.status().lastTransitionTime;
    await scenario.until(() => scenario.weight() === 50);
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.history.weights.includes(25));
    expect(scenario.status()).toMatchObject({ phase: 'Progressing', lastTransitionTime: entered });
  });

  it('says of which generation of the spec it is', async () => {
    const scenario = await initialized();
    scenario.edit((spec) => ({ analysis: { ...spec.analysis, threshold: 7 } }));
    await scenario.clock.advance('3s');
    expect(scenario.canary().status?.observedGeneration).toBe(scenario.canary().metadata.generation);
  });

  it('names the revisions that were promoted and acted on', async () => {
    const scenario = await progressing({
      hooks: [['rollout', '/load']],
      analysis: { threshold: 1 },
      replies: { '/load': 500 },
    });
    const promoted = scenario.status().lastPromotedSpec;
    await scenario.reaches('Failed');
    expect(scenario.status().lastPromotedSpec).toBe(promoted);
    expect(scenario.status().lastAppliedSpec).toBe(scenario.status().run?.revision);
  });

  it('stays under 64 KiB, whatever many hooks answer', async () => {
    const hooks = Array.from({ length: 64 }, (_, index): WebhookShorthand => ['rollback', `/hook-${index}`]);
    const replies = Object.fromEntries(
      hooks.map(([, path]) => [path, { status: 403, text: 'é'.repeat(5_000) }]),
    );
    const scenario = await progressing({ hooks, replies });
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('5s');
    expect(Buffer.byteLength(JSON.stringify(scenario.canary().status))).toBeLessThan(64 * 1024);
  });

  it('is written although somebody changed a label meanwhile', async () => {
    const scenario = await progressing();
    scenario.api.break(/status$/, 409, 1);
    const canary = scenario.store.get(canaries, { namespace: 'test', name: 'podinfo' });
    if (canary === undefined) throw new Error('no canary');
    scenario.store.update(canaries, { ...canary, metadata: { ...canary.metadata, labels: { team: 'a' } } });
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([25, 50, 0]);
  });
});
