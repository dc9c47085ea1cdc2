import type { CanaryStatus } from '../../api/canary-status.ts';
import { progressDeadlineMs } from '../../rules/run/timing.ts';
import type { Seen } from '../seen.ts';
import { primaryReadiness } from './readiness.ts';

/** Deadline of a first revision that does not come up, in milliseconds since the epoch. */
export const firstDeadline = ({ canary }: Seen, { lastTransitionTime = '' }: CanaryStatus): number =>
  Date.parse(lastTransitionTime) + progressDeadlineMs(canary);

/** A change while the first revision is still coming up waits for its analysis; one that never comes up is in its way. */
export function hasNeverStarted(seen: Seen, status: CanaryStatus): boolean {
  const { ready, stuck } = primaryReadiness(seen);
  return !ready && (stuck || seen.now >= firstDeadline(seen, status));
}
