import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanaryAnalysis } from '../../api/canary.ts';
import { maxWeight, nextPromotionWeight, nextWeight, weightsFor } from './weights.ts';

type Plan = Pick<CanaryAnalysis, 'stepWeight' | 'stepWeights' | 'maxWeight' | 'stepWeightPromotion'>;
const analysis = (plan: Plan): CanaryAnalysis => ({ interval: '1m', threshold: 1, ...plan });

/** All shares of a run, up to where it asks to promote. */
function walk(plan: Plan): readonly number[] {
  const shares: number[] = [];
  let next = nextWeight(analysis(plan), 0);
  while (next !== undefined && shares.length < 200) {
    shares.push(next);
    next = nextWeight(analysis(plan), next);
  }
  return shares;
}

describe('the shares of a run', () => {
  it.each<readonly [string, Plan, readonly number[]]>([
    ['steps of 10 to 50', { stepWeight: 10, maxWeight: 50 }, [10, 20, 30, 40, 50]],
    ['a step that jumps over the maximum', { stepWeight: 20, maxWeight: 50 }, [20, 40, 60]],
    ['no maximum', { stepWeight: 40 }, [40, 80, 100]],
    ['a maximum of 0, which is none', { stepWeight: 50, maxWeight: 0 }, [50, 100]],
    ['a maximum over 100', { stepWeight: 50, maxWeight: 150 }, [50, 100]],
    ['a list', { stepWeights: [1, 2, 10, 80] }, [1, 2, 10, 80]],
    ['a list that ends over 100', { stepWeights: [1, 2, 10, 110] }, [1, 2, 10, 100]],
    ['a list beside a maximum, which does not count', { stepWeights: [10, 90], maxWeight: 20 }, [10, 90]],
  ])('%s', (_name, plan, expected) => {
    expect(walk(plan)).toEqual(expected);
  });

  it('go on with the next larger entry when the list was edited in the middle of a run', () => {
    expect(nextWeight(analysis({ stepWeights: [10, 50, 80] }), 30)).toBe(50);
  });

  it('grow, stay within 1 and 100, and reach the maximum, for every plan that validation lets through', () => {
    const percent = fc.integer({ min: 1, max: 100 });
    const steps = fc.record({ stepWeight: percent, maxWeight: fc.integer({ min: 0, max: 100 }) });
    const list = fc
      .uniqueArray(percent, { minLength: 1, maxLength: 20 })
      .map((weights) => ({ stepWeights: weights.toSorted((a, b) => a - b) }));
    fc.assert(
      fc.property(fc.oneof<fc.Arbitrary<Plan>[]>(steps, list), (plan) => {
        const shares = walk(plan);
        expect(shares).toEqual([...new Set(shares)].toSorted((a, b) => a - b));
        expect(shares.every((share) => share >= 1 && share <= 100)).toBe(true);
        expect(shares.at(-1)).toBeGreaterThanOrEqual(maxWeight(analysis(plan)));
      }),
    );
  });
});

describe('the way back', () => {
  it('is one step unless told otherwise', () => {
    expect(nextPromotionWeight(analysis({}), 80)).toBe(0);
  });

  it('goes in steps of stepWeightPromotion, and ends at 0 from any share', () => {
    expect(nextPromotionWeight(analysis({ stepWeightPromotion: 30 }), 80)).toBe(50);
    expect(nextPromotionWeight(analysis({ stepWeightPromotion: 30 }), 20)).toBe(0);
  });
});

it('the two sides always sum to 100', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), (share) => {
      const { primary, canary } = weightsFor(share);
      expect(primary + canary).toBe(100);
    }),
  );
});
