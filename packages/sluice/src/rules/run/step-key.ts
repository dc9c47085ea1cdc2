import type { Canary } from '../../api/canary.ts';
import type { CanaryStatus, Run } from '../../api/canary-status.ts';
import { hooksOf } from '../hooks/hooks.ts';

/** The key of a run's current step; a hold and a gate's answer belong to it. */
export const stepKeyOf = ({ run }: CanaryStatus): string => `${run?.id ?? ''}/${run?.step ?? 0}`;

/**
 * Scope of the questions of one round of checks. A round judges its own step only: a gate may open while the round is
 * in flight, and an answer at one weight says nothing about the next.
 */
export const roundScope = ({ step, round }: Run): string => `round-${step}-${round}`;

/** The key of the checks of a round, by their names: hooks and metrics. */
export const checksOf = (canary: Canary): string =>
  [
    ...hooksOf(canary, 'rollout').map(({ index, name }) => `${index} ${name}`),
    ...(canary.spec.analysis.metrics ?? []).map(({ name }) => name),
  ].join('|');
