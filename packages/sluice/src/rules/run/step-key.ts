import type { CanaryStatus, Run } from '../../api/canary-status.ts';

/** The key of the place a run stands at: what a hold and a gate's answer belong to. */
export const stepKeyOf = ({ run }: CanaryStatus): string => `${run?.id ?? ''}/${run?.step ?? 0}`;

/**
 * Scope of the questions of one round of checks, which judges its own step alone: a gate may open while a round is asked behind
 * it, and what was asked at one weight says nothing of the next.
 */
export const roundScope = ({ step, round }: Run): string => `round-${step}-${round}`;
