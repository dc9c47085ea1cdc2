import type { CanaryAnalysis } from '../../api/canary.ts';
import { nextWeight } from './weights.ts';

const mostSteps = 100;

/** The weights a run walks through before it asks to promote, for people to look at. */
export function weightSteps(analysis: CanaryAnalysis): readonly number[] {
  const steps: number[] = [];
  let next = nextWeight(analysis, 0);
  while (next !== undefined && steps.length < mostSteps && next > (steps.at(-1) ?? 0)) {
    steps.push(next);
    next = nextWeight(analysis, next);
  }
  return steps;
}
