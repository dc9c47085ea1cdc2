import type { Canary, CanaryAnalysis } from '../../api/canary.ts';
import { formatGoDuration } from '@sluice/lib/time/duration.ts';
import { hooksOf, hookTimeoutMs } from '../../rules/hooks/hooks.ts';
import { analysisIntervalMs } from '../../rules/run/timing.ts';
import { strategyOf } from '../../rules/traffic/strategy.ts';
import { weightSteps } from '../../rules/traffic/weight-steps.ts';
import { maxWeight, totalWeight } from '../../rules/traffic/weights.ts';
import type { Draft } from '../finding.ts';
import { draft } from './check.ts';
import type { Check } from './check.ts';

/** How fast a rollout advances, and how far. */
export const checkSteps: Check = (canary, { capabilities, minimumIntervalMs }) => {
  const { analysis, skipAnalysis } = canary.spec;
  if (skipAnalysis === true) return [];
  const goesByWeight = strategyOf(analysis) === 'canary' && capabilities.weights;
  return [
    ...checkHookTime(canary, analysisIntervalMs(canary, minimumIntervalMs)),
    ...checkUnused(analysis),
    ...(goesByWeight ? [...checkLastStep(analysis), ...checkFirstStep(analysis)] : []),
  ];
};

/** Rollout hooks are called one after the other, and a step ends when the last one has answered. */
function checkHookTime(canary: Canary, interval: number): readonly Draft[] {
  const hooks = hooksOf(canary, 'rollout').map(({ spec, index }) => ({
    index,
    hasTimeout: spec.timeout !== undefined,
    milliseconds: hookTimeoutMs(spec) * (1 + Math.max(0, spec.retries ?? 0)),
  }));
  const sum = hooks.reduce((total, { milliseconds }) => total + milliseconds, 0);
  const [longest] = hooks.toSorted((a, b) => b.milliseconds - a.milliseconds);
  if (longest === undefined || sum <= interval) return [];
  const field = `spec.analysis.webhooks[${longest.index}]${longest.hasTimeout ? '.timeout' : ''}`;
  const message = `rollout hooks may take ${formatGoDuration(sum)} with their retries, and the interval is ${formatGoDuration(interval)}: a step lasts until they have answered; shorten their timeout, or raise spec.analysis.interval`;
  return [draft('TIME002', field, message)];
}

function checkLastStep(analysis: CanaryAnalysis): readonly Draft[] {
  const { stepWeight = 0, stepWeights } = analysis;
  const last = weightSteps(analysis).at(-1) ?? 0;
  const most = maxWeight(analysis);
  if (stepWeights !== undefined || stepWeight <= 0 || last <= most) return [];
  const below = most - (most % stepWeight);
  const cure = below > 0 ? `${below} or ${last}` : `${last}, or a smaller stepWeight`;
  const message = `spec.analysis.maxWeight is ${most}, but steps of ${stepWeight} go on to ${last}: write ${cure}`;
  return [draft('WEIGHT003', 'spec.analysis.maxWeight', message)];
}

function checkFirstStep(analysis: CanaryAnalysis): readonly Draft[] {
  const [first] = weightSteps(analysis);
  if (first === undefined || first < totalWeight) return [];
  const field = analysis.stepWeights === undefined ? 'spec.analysis.stepWeight' : 'spec.analysis.stepWeights';
  const message = `${field} sends all traffic to the canary at the first step: nothing is left of the version before but its pods`;
  return [draft('WEIGHT006', field, message)];
}

function checkUnused(analysis: CanaryAnalysis): readonly Draft[] {
  const strategy = strategyOf(analysis);
  const byIterations = 'spec.analysis.iterations counts the rounds';
  const rows: readonly (readonly [keyof CanaryAnalysis, boolean, string])[] = [
    ['maxWeight', strategy !== 'canary', `${byIterations}: remove it`],
    ['maxWeight', analysis.stepWeights !== undefined, 'the last of stepWeights is the largest: remove it'],
    ['match', strategy === 'canary', 'an A/B test needs iterations instead of weights'],
    ['mirrorWeight', true, 'every request is copied when mirror is true: remove it'],
  ];
  return rows
    .filter(([name, isUnused]) => isUnused && analysis[name] !== undefined && !isEmpty(analysis[name]))
    .map(([name, , why]) =>
      draft('WEIGHT004', `spec.analysis.${name}`, `spec.analysis.${name} does not count here: ${why}`),
    );
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
