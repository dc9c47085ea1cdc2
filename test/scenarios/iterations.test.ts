import { describe, expect, it } from 'vitest';
import { initialized } from '../support/scenario/scenario.ts';

const header = { headers: { 'x-tester': { exact: 'yes' } } };

describe('blue/green', () => {
  it('judges each iteration without traffic, then once more with all of it, then promotes', async () => {
    const scenario = await initialized({ analysis: { iterations: 3 }, hooks: [['rollout', '/load']] });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');

    expect(scenario.history.iterations).toEqual([1, 2, 3, 4, 0]);
    expect(scenario.history.weights).toEqual([100, 0]);
    expect(scenario.receiver.calls('/load')).toHaveLength(4);
    expect(scenario.ended).toEqual(['success blue-green completed']);
  });

  it('asks confirm-promotion once for one decision', async () => {
    const scenario = await initialized({
      analysis: { iterations: 2 },
      hooks: [['confirm-promotion', '/gate']],
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');

    expect(scenario.receiver.calls('/gate')).toHaveLength(1);
  });

  it('keeps the traffic at the primary until promotion is confirmed', async () => {
    const scenario = await initialized({
      analysis: { iterations: 2 },
      hooks: [['confirm-promotion', '/gate']],
    });
    scenario.receiver.reply('/gate', 403);
    scenario.ship('podinfo:2');
    await scenario.reaches('WaitingPromotion');
    expect(scenario.weight()).toBe(0);
    expect(scenario.status().iterations).toBe(2);

    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([100, 0]);
  });

  it('whose iterations are lowered in the middle of a run still asks confirm-promotion', async () => {
    const scenario = await initialized({
      analysis: { iterations: 3 },
      hooks: [['confirm-promotion', '/gate']],
      replies: { '/gate': 403 },
    });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().iterations === 2);
    scenario.edit(({ analysis }) => ({ analysis: { ...analysis, iterations: 1 } }));
    await scenario.reaches('WaitingPromotion');
    await scenario.clock.advance('5m');
    expect(scenario.history.phases).not.toContain('Promoting');

    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([100, 0]);
  });

  it('on provider kubernetes counts iterations, touches no route and promotes', async () => {
    const scenario = await initialized({
      provider: 'kubernetes',
      analysis: { iterations: 3 },
      hooks: [['rollout', '/load']],
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');

    expect(scenario.history.iterations).toEqual([1, 2, 3, 0]);
    expect(scenario.receiver.calls('/load')).toHaveLength(3);
    expect(scenario.route()).toBeUndefined();
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
  });

  it('on provider kubernetes makes 10 iterations of a weighted canary, and says so once', async () => {
    const scenario = await initialized({ provider: 'kubernetes' });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded', 200_000);

    expect(scenario.history.iterations).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0]);
    const said = scenario.messages().filter((message) => message.includes('10 iterations'));
    expect(said).toHaveLength(1);
  });

  it('rolls back at the threshold', async () => {
    const scenario = await initialized({
      analysis: { iterations: 5, threshold: 1 },
      hooks: [['rollout', '/load']],
    });
    scenario.receiver.reply('/load', 500);
    scenario.ship('podinfo:2');
    await scenario.reaches('Failed');

    expect(scenario.replicas('podinfo')).toBe(0);
    expect(scenario.ended).toEqual(['failure blue-green completed']);
  });
});

describe('A/B testing', () => {
  const analysis = { iterations: 3, match: [header] };

  it('sends the matching requests to the canary while it counts iterations', async () => {
    const scenario = await initialized({ analysis });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().iterations === 2);

    expect(scenario.matchedWeight()).toBe(100);
    expect(scenario.weight()).toBe(0);
    expect(scenario.status().canaryWeight).toBe(0);
  });

  it('counts to the end, promotes, and brings the matching requests back', async () => {
    const scenario = await initialized({ analysis });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');

    expect(scenario.history.iterations).toEqual([1, 2, 3, 0]);
    expect(scenario.matchedWeight()).toBe(0);
    expect(scenario.ended).toEqual(['success ab-testing completed']);
  });

  it('leaves the matching requests at the canary until the primary is ready', async () => {
    const scenario = await initialized({ analysis });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().iterations === 3);
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.reaches('Promoting');
    await scenario.clock.advance('5s');
    expect(scenario.matchedWeight()).toBe(100);
  });

  it('sends everybody to the canary when the primary has no endpoints left', async () => {
    const scenario = await initialized({ analysis });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().iterations === 2);
    scenario.kubelet.setHealthy('podinfo:1', false);
    await scenario.until(() => scenario.weight() === 100);
  });
});
