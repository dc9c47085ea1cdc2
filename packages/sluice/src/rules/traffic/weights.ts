import type { CanaryAnalysis } from '../../api/canary.ts';
import type { Weights } from '../../ports/router.ts';

export const totalWeight = 100;

/** The two sides for a canary share in percent. */
export function weightsFor(canary: number): Weights {
  return { primary: totalWeight - canary, canary };
}

/** The canary share at which the run asks to promote, 1 to 100. The last of `stepWeights` wins over `maxWeight`. */
export function maxWeight(analysis: CanaryAnalysis): number {
  const last = analysis.stepWeights?.at(-1);
  if (last !== undefined) return Math.min(totalWeight, last);
  const max = analysis.maxWeight ?? 0;
  return max > 0 ? Math.min(totalWeight, max) : totalWeight;
}

/**
 * The share after `current`, or undefined when the run is at its maximum. A step is not cut at `maxWeight`
 * (20 with a maximum of 50 gives 20, 40, 60), as in Flagger. The plan alone decides: a share between two
 * entries of `stepWeights` (the list was edited) continues with the next larger entry, never straight to 100.
 */
export function nextWeight(analysis: CanaryAnalysis, current: number): number | undefined {
  // guard: weights-go-no-further-than-the-last-step
  if (current >= maxWeight(analysis)) return undefined;
  const steps = analysis.stepWeights ?? [];
  const step = analysis.stepWeight ?? 0;
  const next = steps.length > 0 ? (steps.find((weight) => weight > current) ?? totalWeight) : current + step;
  return Math.min(totalWeight, next);
}

/** The share while traffic goes back to the promoted primary: at once, or by `stepWeightPromotion`. */
export function nextPromotionWeight(analysis: CanaryAnalysis, current: number): number {
  const step = analysis.stepWeightPromotion ?? 0;
  return step > 0 ? Math.max(0, current - step) : 0;
}
