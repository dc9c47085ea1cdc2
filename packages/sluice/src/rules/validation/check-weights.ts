import type { CanaryAnalysis } from '../../api/canary.ts';
import { strategyOf } from '../traffic/strategy.ts';
import { totalWeight } from '../traffic/weights.ts';
import { problem, warning } from './finding.ts';
import type { Finding } from './finding.ts';

/**
 * Checks the fields by which a rollout advances. Flagger accepts any numbers, and with some its canary stays in
 * Progressing for ever without failing. `splitsTraffic`: whether the router can send a share of requests.
 */
export function checkWeights(analysis: CanaryAnalysis, splitsTraffic: boolean): readonly Finding[] {
  if (!splitsTraffic) return checkWithoutSplit(analysis);
  if (strategyOf(analysis) !== 'canary') return [];
  if (analysis.stepWeights !== undefined) return checkSteps(analysis.stepWeights);
  return [...checkStep(analysis), ...checkMaximum(analysis.maxWeight)];
}

/** Warns of ignored or missing fields, as Flagger does by events. */
function checkWithoutSplit(analysis: CanaryAnalysis): readonly Finding[] {
  const findings: Finding[] = [];
  if (analysis.match !== undefined && analysis.match.length > 0) {
    const message = 'this provider cannot pick requests, so the match does not count';
    findings.push(warning('spec.analysis.match', analysis.match, message));
  }
  if ((analysis.iterations ?? 0) < 1) {
    const message = 'this provider cannot split traffic: 10 iterations are made; write the number you want';
    findings.push(warning('spec.analysis.iterations', analysis.iterations, message));
  }
  return findings;
}

function checkStep(analysis: CanaryAnalysis): readonly Finding[] {
  const { iterations, stepWeight } = analysis;
  if (stepWeight === undefined) {
    return [problem('spec.analysis.iterations', iterations, 'write a whole number of at least 1')];
  }
  if (stepWeight > 0) return [];
  return [problem('spec.analysis.stepWeight', stepWeight, `write a whole number from 1 to ${totalWeight}`)];
}

function checkMaximum(maxWeight: number | undefined): readonly Finding[] {
  if (maxWeight === undefined || maxWeight <= totalWeight) return [];
  return [problem('spec.analysis.maxWeight', maxWeight, `write a whole number from 1 to ${totalWeight}`)];
}

function checkSteps(steps: readonly number[]): readonly Finding[] {
  const field = 'spec.analysis.stepWeights';
  if (steps.length === 0) return [problem(field, steps, 'write at least one weight')];
  const stuck = steps.findIndex((weight, index) => weight <= (steps[index - 1] ?? 0));
  if (stuck !== -1) {
    const before = steps[stuck - 1];
    const message =
      before === undefined
        ? 'write a weight of at least 1'
        : `write more than ${before}: each step must be larger than the one before`;
    return [problem(`${field}[${stuck}]`, steps[stuck], message)];
  }
  const over = steps.findIndex((weight) => weight > totalWeight);
  return over === -1 ? [] : [warning(`${field}[${over}]`, steps[over], `counts as ${totalWeight}`)];
}
