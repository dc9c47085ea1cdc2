import type { Canary } from '../../api/canary.ts';
import { failureThreshold } from '../../rules/run/timing.ts';
import { hooksOf } from '../../rules/hooks/hooks.ts';
import type { HookType } from '../../rules/hooks/hooks.ts';
import type { Draft } from '../finding.ts';
import { draft } from './check.ts';
import type { Check } from './check.ts';

const stoppers: readonly HookType[] = [
  'confirm-rollout',
  'pre-rollout',
  'confirm-traffic-increase',
  'confirm-promotion',
  'rollback',
];

/** Whether and when a bad revision is stopped. */
export const checkJudgement: Check = (canary) => {
  const { analysis, skipAnalysis } = canary.spec;
  if (skipAnalysis === true) {
    const message = 'spec.skipAnalysis is true: every revision is promoted without metrics and hooks';
    return [draft('JUDGE004', 'spec.skipAnalysis', message)];
  }
  const isJudged = (analysis.metrics ?? []).length > 0 || hooksOf(canary, 'rollout').length > 0;
  return isJudged ? checkThreshold(canary) : [withoutJudgement(canary)];
};

function withoutJudgement(canary: Canary): Draft {
  const found = stoppers.filter((type) => hooksOf(canary, type).length > 0);
  if (found.length > 0) {
    const message = `spec.analysis has neither metrics nor rollout hooks: only its hooks of type ${found.join(', ')} can stop a revision`;
    return draft('JUDGE002', 'spec.analysis', message);
  }
  const message =
    'spec.analysis has neither metrics nor hooks that can stop a revision: add request-success-rate, or a rollout hook that tests it';
  return draft('JUDGE001', 'spec.analysis', message);
}

function checkThreshold(canary: Canary): readonly Draft[] {
  if (failureThreshold(canary) > 1) return [];
  const { threshold } = canary.spec.analysis;
  const counts = threshold === 1 ? '' : ' and counts as 1';
  const message = `spec.analysis.threshold is ${threshold}${counts}: the first failed check rolls back, even a single time-out`;
  return [draft('JUDGE003', 'spec.analysis.threshold', message)];
}
