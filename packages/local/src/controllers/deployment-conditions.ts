import type { Condition, Deployment, DeploymentStatus } from './workload.ts';

export interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
}

export interface ConditionFacts {
  readonly desired: number;
  readonly maxUnavailable: number;
  /** The new ReplicaSet's name, when there is one. */
  readonly newSet: string | undefined;
  /** Whether this pass created or found the new ReplicaSet. */
  readonly newSetWas?: 'created' | 'found';
  /** Milliseconds since the epoch. */
  readonly now: number;
}

type Words = Pick<Condition, 'status' | 'reason' | 'message'>;

/** Computes the Available and Progressing conditions from the counts, with their times. */
export function deploymentConditions(
  deployment: Deployment,
  counts: Counts,
  facts: ConditionFacts,
): readonly Condition[] {
  const before = deployment.status?.conditions ?? [];
  const time = new Date(facts.now).toISOString().replace(/\.\d+Z$/, 'Z');
  const available = withTimes('Available', availability(counts, facts), before, time, false);
  const others = before.filter(({ type }) => type !== 'Available' && type !== 'Progressing');
  if (!hasDeadline(deployment)) return [...others, available];
  const previous = before.find(({ type }) => type === 'Progressing');
  const progress = progressWords(deployment, counts, previous, facts);
  if (progress === undefined)
    return previous === undefined ? [...others, available] : [...others, available, previous];
  const moved = progress.reason === 'ReplicaSetUpdated';
  return [...others, available, withTimes('Progressing', progress, before, time, moved)];
}

export const defaultDeadlineSeconds = 600;
const noDeadlineSeconds = 2_147_483_647;

const hasDeadline = ({ spec }: Deployment): boolean => spec.progressDeadlineSeconds !== noDeadlineSeconds;

function availability({ availableReplicas }: Counts, { desired, maxUnavailable }: ConditionFacts): Words {
  return availableReplicas >= desired - Math.min(maxUnavailable, desired)
    ? {
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

const paused: Words = { status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' };
const resumed: Words = { status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' };

/** The Progressing condition; undefined when it does not change. */
function progressWords(
  { spec, status, metadata }: Deployment,
  counts: Counts,
  previous: Condition | undefined,
  { desired, newSet, newSetWas, now }: ConditionFacts,
): Words | undefined {
  const set = newSet === undefined ? `Deployment "${metadata.name}"` : `ReplicaSet "${newSet}"`;
  const wasPaused = previous?.reason === 'DeploymentPaused';
  if (spec.paused === true) return wasPaused ? undefined : paused;
  if (wasPaused) return resumed;
  if (newSetWas === 'created') {
    const message = `Created new replica set "${newSet ?? ''}"`;
    return { status: 'True', reason: 'NewReplicaSetCreated', message };
  }
  if (isComplete(counts, desired)) {
    const message = `${set} has successfully progressed.`;
    return { status: 'True', reason: 'NewReplicaSetAvailable', message };
  }
  if (newSetWas === 'found' && previous === undefined) {
    const message = `Found new replica set "${newSet ?? ''}"`;
    return { status: 'True', reason: 'FoundNewReplicaSet', message };
  }
  // A pod that fails after the rollout is complete does not stall the rollout.
  if (previous?.reason === 'NewReplicaSetAvailable' && counts.replicas === counts.updatedReplicas)
    return undefined;
  if (hasProgressed(counts, status)) {
    return { status: 'True', reason: 'ReplicaSetUpdated', message: `${set} is progressing.` };
  }
  const late = previous !== undefined && untilDeadline(spec, previous, now) <= 0;
  if (!late) return undefined;
  return {
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: `${set} has timed out progressing.`,
  };
}

/** Milliseconds until a rollout without progress exceeds its deadline; 0 or less: exceeded. */
export function untilDeadline(
  { progressDeadlineSeconds = defaultDeadlineSeconds }: Deployment['spec'],
  progressing: Condition,
  now: number,
): number {
  // The deadline is already exceeded, or no longer applies.
  if (progressing.reason === 'ProgressDeadlineExceeded') return 0;
  if (progressing.reason === 'NewReplicaSetAvailable' || progressing.status === 'Unknown') {
    return Number.POSITIVE_INFINITY;
  }
  return Date.parse(progressing.lastUpdateTime) + progressDeadlineSeconds * 1000 - now;
}

export const isComplete = (counts: Counts, desired: number): boolean =>
  counts.updatedReplicas === desired && counts.replicas === desired && counts.availableReplicas === desired;

function hasProgressed(counts: Counts, before: DeploymentStatus = {}): boolean {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = before;
  return (
    counts.updatedReplicas > updatedReplicas ||
    counts.replicas - counts.updatedReplicas < replicas - updatedReplicas ||
    counts.readyReplicas > readyReplicas ||
    counts.availableReplicas > availableReplicas
  );
}

function withTimes(
  type: string,
  words: Words,
  before: readonly Condition[],
  time: string,
  refresh: boolean,
): Condition {
  const previous = before.find((it) => it.type === type);
  const same = previous?.status === words.status && previous.reason === words.reason;
  if (same && !refresh && previous.message === words.message) return previous;
  const lastTransitionTime = previous?.status === words.status ? previous.lastTransitionTime : time;
  return { type, ...words, lastUpdateTime: time, lastTransitionTime };
}
