import type { CanaryStatus, Run } from '../../api/canary-status.ts';

/** The key of the place a run stands at: what a hold and a gate's answer belong to. */
export const stepKeyOf = ({ run }: CanaryStatus): string => `${run?.id ?? ''}/${run?.step ?? 0}`;

/** Scope of the questions of one round of checks. */
export const roundScope = (run: Run): string => `round-${run.round}`;
