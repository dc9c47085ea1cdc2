import type { CanaryAnalysis } from '../../api/canary.ts';
import { nextWeight } from './weights.ts';

const mostSteps = 100;

/** The weights of a run until it asks to promote, for people. */
export function weightSteps(analysis: CanaryAnalysis): readonly number[] {
  const steps: number[] = [];
  let next = nextWeight(analysis, 0);
  while (next !== undefined && steps.length < mostSteps && next > (steps.at(-1) ?? 0)) {
    steps.push(next);
    next = nextWeight(analysis, next);
  }
  return steps;
}
