import { describe, expect, it } from 'vitest';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';

describe('a weighted canary', () => {
  it('is initialized: primary built from the target, routes at 100/0, target at zero', async () => {
    const scenario = await createScenario();
    await scenario.reaches('Initialized');

    expect(scenario.history.phases).toEqual(['Initializing', 'Initialized']);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    expect(scenario.weight()).toBe(0);
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it('walks a new revision through its weights and promotes it', async () => {
    const scenario = await initialized({ analysis: { stepWeight: 10, maxWeight: 50 } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');

    expect(scenario.history.weights).toEqual([10, 20, 30, 40, 50, 0]);
    expect(scenario.history.phases).toEqual(['Progressing', 'Promoting', 'Finalising', 'Succeeded']);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
    expect(scenario.replicas('podinfo')).toBe(0);
    expect(scenario.ended).toEqual(['success canary completed']);
  });

  it('takes the steps of stepWeights, and the last of them is its maximum', async () => {
    const scenario = await initialized({ analysis: { stepWeights: [1, 2, 10, 80] } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');

    expect(scenario.history.weights).toEqual([1, 2, 10, 80, 0]);
  });

  it('counts a last step over 100 as 100', async () => {
    const scenario = await initialized({ analysis: { stepWeights: [1, 2, 10, 110] } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');

    expect(scenario.history.weights).toEqual([1, 2, 10, 100, 0]);
  });

  it('brings the traffic back in steps of stepWeightPromotion', async () => {
    const scenario = await initialized({
      analysis: { stepWeight: 20, maxWeight: 100, stepWeightPromotion: 50 },
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');

    expect(scenario.history.weights).toEqual([20, 40, 60, 80, 100, 50, 0]);
  });

  it('does not cut a step at maxWeight: 20 with a maximum of 50 goes 20, 40, 60', async () => {
    const scenario = await initialized({ analysis: { stepWeight: 20, maxWeight: 50 } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');

    expect(scenario.history.weights).toEqual([20, 40, 60, 0]);
  });

  it('holds each weight for a whole interval before it is judged', async () => {
    const scenario = await progressing({ hooks: [['rollout', '/load']] });
    await scenario.clock.advance('9s');
    expect(scenario.receiver.calls('/load')).toHaveLength(0);
    expect(scenario.status().waiting).toMatchObject({ step: 'run-checks', for: 'interval' });
    await scenario.clock.advance('2s');
    expect(scenario.receiver.calls('/load')).toHaveLength(1);
    expect(scenario.weight()).toBe(50);
  });

  it('promotes at once with skipAnalysis, without gates and checks of the analysis', async () => {
    const scenario = await initialized({
      spec: { skipAnalysis: true },
      hooks: [
        ['pre-rollout', '/pre'],
        ['confirm-promotion', '/gate'],
      ],
    });
    scenario.receiver.reply('/gate', 403);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded', 5_000);

    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
    expect(scenario.receiver.received).toEqual([]);
    expect(scenario.ended).toEqual(['success canary skipped']);
  });

  it('starts a second run from where the first one ended', async () => {
    const scenario = await initialized();
    for (const image of ['podinfo:2', 'podinfo:3']) {
      scenario.ship(image);
      await scenario.reaches('Progressing');
      await scenario.reaches('Succeeded');
    }
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });
});

describe('the weight in status', () => {
  it('is what the route says, also while promotion waits for approval', async () => {
    const scenario = await progressing({ hooks: [['confirm-promotion', '/gate']] });
    scenario.receiver.reply('/gate', 403);
    await scenario.reaches('WaitingPromotion');

    expect(scenario.status().canaryWeight).toBe(50);
    expect(scenario.weight()).toBe(50);
  });
});
