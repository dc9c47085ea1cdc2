import type { CanaryStatus } from '../../../api/canary-status.ts';
import type { Plan } from '../../../view/plan-of.ts';
import type { MeasuredShare } from '../share.ts';

/** What the picture of `sluice start` shows, as data. Times are milliseconds since the epoch. */
export interface TreeModel {
  readonly now: number;
  /** Sorted by namespace and name. */
  readonly canaries: readonly CanaryModel[];
  /** Last lines that the receivers printed, oldest first. */
  readonly told: readonly string[];
  /** The last line, to be copied: shown whole, never broken. */
  readonly footer: string;
}

export interface CanaryModel {
  readonly namespace: string;
  readonly name: string;
  readonly status: CanaryStatus;
  readonly plan: Plan;
  /** What a run waits for a change of: `deployment/podinfo`. */
  readonly target: string;
  /** Failed checks that end a run. */
  readonly threshold: number;
  readonly pods: readonly PodModel[];
  readonly createdAt?: number;
  /** When the run came to its present step; undefined when that was before the picture began. */
  readonly stepSince?: number | undefined;
  /** When the status was last seen to change. */
  readonly changedAt: number;
  readonly share?: MeasuredShare;
}

export interface PodModel {
  readonly name: string;
  readonly side: 'primary' | 'canary';
  readonly isReady: boolean;
  /** Of a pod that is not ready: why, such as `ContainerCreating`. */
  readonly reason: string;
  readonly createdAt?: number;
}
