import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phases } from '../../api/canary-status.ts';
import type { CanaryStatus, Phase } from '../../api/canary-status.ts';
import { primaryFloor } from './primary-floor.ts';
import type { ServingSizes } from './primary-floor.ts';

const status = (phase: Phase, canaryWeight = 0): CanaryStatus => ({
  phase,
  canaryWeight,
  iterations: 0,
  failedChecks: 0,
});

const sizes = (parts: Partial<ServingSizes> = {}): ServingSizes => ({
  primary: 6,
  target: 2,
  canaryShare: 50,
  targetMin: 2,
  primaryMax: 20,
  ...parts,
});

describe('the size below which no scaler may take the primary', () => {
  it.each<readonly [Phase, number, number | undefined]>([
    ['', 0, undefined],
    ['Initializing', 0, undefined],
    ['Initialized', 0, undefined],
    ['Waiting', 0, undefined],
    ['Progressing', 0, 6],
    ['Progressing', 50, 6],
    ['WaitingPromotion', 50, 6],
    ['Promoting', 50, 6],
    ['Finalising', 0, 6],
    ['Succeeded', 0, undefined],
    ['Failed', 0, undefined],
    ['Failed', 100, 6],
    ['Terminating', 0, 6],
  ])('in phase "%s" with %i %% at the canary is %s of its 6', (phase, weight, floor) => {
    expect(primaryFloor(status(phase, weight), sizes())).toBe(floor);
  });

  it.each<readonly [string, Partial<ServingSizes>, number]>([
    ['what a canary that grew to 8 at half of the traffic says that all needs', { target: 8 }, 16],
    ['never more than the most its own scaler allows', { target: 18 }, 20],
    ['not what a canary at its least says of a small share', { target: 2, canaryShare: 5 }, 6],
    ['as large as a canary that has all traffic', { target: 9, canaryShare: 100 }, 9],
    [
      'as large as the canary, where the picked share of requests is not known',
      { target: 9, canaryShare: undefined },
      9,
    ],
    ['what it has, once the traffic is back', { target: 18, canaryShare: 0 }, 6],
  ])('before a promotion moves the traffic is %s', (_case, parts, floor) => {
    expect(primaryFloor(status('Promoting', 50), sizes(parts))).toBe(floor);
  });

  it('never cuts what the primary has, and does not climb by itself', () => {
    const anySizes = fc.record({
      primary: fc.nat(100),
      target: fc.nat(100),
      canaryShare: fc.option(fc.nat(100), { nil: undefined }),
      targetMin: fc.nat(20),
      primaryMax: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...phases), fc.nat(100), anySizes, (phase, weight, at) => {
        const floor = primaryFloor(status(phase, weight), at);
        if (floor === undefined) return;
        expect(floor).toBeGreaterThanOrEqual(at.primary);
        expect(floor).toBeLessThanOrEqual(Math.max(at.primary, at.primaryMax));
        expect(primaryFloor(status(phase, weight), { ...at, primary: floor })).toBe(floor);
      }),
    );
  });
});
