import { describe, expect, it } from 'vitest';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';

describe('a new revision in the middle of a run', () => {
  it('sends the traffic back and starts over', async () => {
    const scenario = await progressing();
    await scenario.until(() => scenario.weight() === 50);
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');

    expect(scenario.history.weights).toEqual([0, 25, 50, 0]);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
    expect(scenario.events()).toContain('Normal RevisionSuperseded');
  });

  it('asks confirm-rollout again', async () => {
    const scenario = await progressing({ hooks: [['confirm-rollout', '/gate']] });
    scenario.receiver.reply('/gate', 403);
    scenario.ship('podinfo:3');
    await scenario.reaches('Waiting');
    await scenario.until(() => scenario.replicas('podinfo') === 0);
    expect(scenario.weight()).toBe(0);

    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });

  it('cancels the questions about the old one, and ignores their answers', async () => {
    const scenario = await progressing({
      hooks: [['rollout', '/slow', { timeout: '5m' }]],
      replies: { '/slow': 'silence' },
    });
    await scenario.until(() => scenario.receiver.calls('/slow').length === 1);
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.receiver.cancelled.length === 1);
    scenario.receiver.reply('/slow', 200);
    await scenario.reaches('Succeeded');

    const runs = scenario.receiver.calls('/slow').map((call) => call.payload['runId']);
    expect(new Set(runs).size).toBe(2);
  });

  it('that is the promoted one ends the run without promoting anything', async () => {
    const scenario = await progressing();
    scenario.ship('podinfo:1');
    await scenario.reaches('Succeeded');

    expect(scenario.weight()).toBe(0);
    expect(scenario.replicas('podinfo')).toBe(0);
    expect(scenario.ended).toEqual([]);
    expect(scenario.events()).toContain('Normal Withdrawn');
    await scenario.clock.advance('2m');
    expect(scenario.status().phase).toBe('Succeeded');
  });

  it('while waiting for approval is the one that is approved', async () => {
    const scenario = await initialized({ hooks: [['confirm-rollout', '/gate']], replies: { '/gate': 403 } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Waiting');
    scenario.ship('podinfo:3');
    await scenario.clock.advance('1s');
    const asked = scenario.receiver.calls('/gate').map((call) => call.payload['runId']);
    expect(new Set(asked).size).toBe(2);

    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });

  it('while the first question is still open cancels it', async () => {
    const scenario = await initialized({
      hooks: [['confirm-rollout', '/gate', { timeout: '5m' }]],
      replies: { '/gate': 'silence' },
    });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.receiver.calls('/gate').length === 1);
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.receiver.cancelled.length === 1);
    expect(scenario.receiver.calls('/gate')).toHaveLength(2);
  });
});

describe('a new revision while the old one is promoted', () => {
  it('before the copy: is not promoted unseen, the run starts over', async () => {
    const scenario = await progressing();
    scenario.api.break(/PATCH .*deployments\/podinfo-primary/, 500, 3);
    await scenario.reaches('Promoting');
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.status().phase === 'Progressing');
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
    expect(scenario.ended).toEqual(['success canary completed']);
  });

  it('after the copy: the promotion ends, without traffic to what nobody judged, and the next run begins', async () => {
    const scenario = await progressing();
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.reaches('Promoting');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2');
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.weight() === 0, 2_000);
    scenario.kubelet.setHealthy('podinfo:2', true, 'podinfo-primary');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:3');
    await scenario.reaches('Succeeded');
    expect(scenario.ended).toEqual(['success canary completed', 'success canary completed']);
  });
});

describe('a revision', () => {
  it('that came while the canary was being initialized is analysed, too', async () => {
    const scenario = await createScenario();
    await scenario.until(() => scenario.deployment('podinfo-primary') !== undefined);
    expect(scenario.status().phase).toBe('Initializing');
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.history.phases).toEqual([
      'Initialized',
      'Progressing',
      'Promoting',
      'Finalising',
      'Succeeded',
    ]);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
  });

  it('seen while the API refuses to record it is not lost', async () => {
    const scenario = await progressing({ hooks: [['rollout', '/load']], analysis: { threshold: 1 } });
    scenario.receiver.reply('/load', 500);
    await scenario.reaches('Failed');
    scenario.receiver.reply('/load', 200);
    scenario.api.break(/PATCH .*canaries\/podinfo\/status/, 500, 6);
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
  });

  it('is not what labels and annotations of the target say', async () => {
    const scenario = await initialized();
    const target = scenario.deployment('podinfo');
    if (target === undefined) throw new Error('no target');
    scenario.store.update(deployments, {
      ...target,
      metadata: { ...target.metadata, labels: { team: 'a' } },
    });
    await scenario.clock.advance('30s');
    expect(scenario.status().phase).toBe('Initialized');
  });
});
