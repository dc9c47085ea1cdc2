import { isReady } from '../kubelet/pod.ts';
import type { Pod } from '../kubelet/pod.ts';

/** Milliseconds until a ready pod counts as available; 0: it does. Undefined: it is not ready. */
export function untilAvailable(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  if (!isReady(pod)) return undefined;
  if (minReadySeconds === 0) return 0;
  const since = pod.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  return Math.max(0, Date.parse(since ?? '') + minReadySeconds * 1000 - now) || 0;
}

/** Sorts pods for deletion: unbound first, then not running, not ready, ready; newer before older. */
export function deletionOrder(pods: readonly Pod[]): readonly Pod[] {
  return pods.toSorted((a, b) => worth(a) - worth(b) || newerFirst(a, b));
}

function worth(pod: Pod): number {
  if ((pod.spec.nodeName ?? '') === '') return 0;
  if (pod.status?.phase !== 'Running') return 1;
  return isReady(pod) ? 3 : 2;
}

const newerFirst = (a: Pod, b: Pod): number =>
  (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '');
