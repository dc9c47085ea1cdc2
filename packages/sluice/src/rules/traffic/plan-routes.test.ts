import { describe, expect, it } from 'vitest';
import type { CanaryStatus, Phase, Run } from '../../api/canary-status.ts';
import { planRoutes } from './plan-routes.ts';

const status = (phase: Phase, canaryWeight = 0, iterations = 0): CanaryStatus => ({
  phase,
  canaryWeight,
  iterations,
  failedChecks: 0,
});

describe('what the routes should say', () => {
  it.each<readonly ['canary' | 'blue-green', Phase, number]>([
    ['canary', 'Progressing', 25],
    ['canary', 'WaitingPromotion', 50],
    ['blue-green', 'Progressing', 0],
    ['blue-green', 'Promoting', 100],
    ['canary', 'Failed', 100],
    ['canary', 'Succeeded', 0],
  ])('of %s in %s: the weight in status (%i)', (strategy, phase, weight) => {
    const plan = planRoutes(strategy, status(phase, weight, 3));
    expect(plan).toEqual({ weights: { primary: 100 - weight, canary: weight }, pickedOnly: false });
  });

  it.each<readonly [Phase, number]>([
    ['Progressing', 1],
    ['WaitingPromotion', 3],
    ['Promoting', 3],
  ])('of A/B in %s after %i iterations: the picked requests at the canary', (phase, iterations) => {
    const plan = planRoutes('ab-testing', status(phase, 0, iterations));
    expect(plan).toEqual({ weights: { primary: 0, canary: 100 }, pickedOnly: true });
  });

  it.each<readonly [Phase, number]>([
    ['Initialized', 0],
    ['Waiting', 0],
    ['Progressing', 0],
    ['Finalising', 3],
    ['Succeeded', 0],
    ['Failed', 3],
  ])('of A/B in %s after %i iterations: everybody at the primary, nobody picked', (phase, iterations) => {
    const plan = planRoutes('ab-testing', status(phase, 0, iterations));
    expect(plan).toEqual({ weights: { primary: 100, canary: 0 }, pickedOnly: false });
  });

  it('of A/B while its promotion is undone: everybody at the primary', () => {
    const run = { undo: { to: 'a', reason: 'Aborted' } } as unknown as Run;
    const plan = planRoutes('ab-testing', { ...status('Promoting', 0, 3), run });
    expect(plan).toEqual({ weights: { primary: 100, canary: 0 }, pickedOnly: false });
  });

  it('of A/B after a failed promotion: everybody at the canary', () => {
    const plan = planRoutes('ab-testing', status('Failed', 100));
    expect(plan).toEqual({ weights: { primary: 0, canary: 100 }, pickedOnly: false });
  });
});
