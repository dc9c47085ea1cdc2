import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { canaries } from '../../api/resources.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import { isHeldByUs, revertDeadline, withoutOurs } from '../../rules/run/finalizer.ts';
import type { RolloutDeps } from '../deps.ts';
import type { Announcement } from '../announcement.ts';

/** Removes our finalizer, so that Kubernetes deletes the Canary and the objects it owns. */
export async function releaseCanary(
  deps: RolloutDeps,
  canary: AnyKubeObject,
  announcement: Announcement,
  signal: AbortSignal,
): Promise<{ readonly failure?: KubeError }> {
  const { name, namespace = '', resourceVersion } = canary.metadata;
  const metadata = { finalizers: withoutOurs(canary), resourceVersion };
  try {
    // Not remembered: the answer may come after the cache has heard that the object is gone.
    await deps.client.mergePatch(canaries, { namespace, name }, { metadata }, {}, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof KubeError)) throw error;
    // Also when it is not found: if it is gone the cache hears of it, and nobody tries again.
    return { failure: error };
  }
  deps.events.record(canary, announcement);
  deps.log.info(announcement.message, { canary: `${namespace}/${name}`, reason: announcement.reason });
  return {};
}

/** A process that has just started has read nothing yet, and an API server may be away for a moment. */
const unreadPatienceMs = 60_000;

/**
 * A deleted Canary whose target or routes cannot be read (their kind is not installed any more, or forbidden) is let go
 * at its deadline, unreverted: what it owns goes with it. Undefined while it is not due, and while they were unread for
 * less than a minute, counted from `since`.
 */
export async function releaseUnread(
  deps: RolloutDeps,
  canary: AnyKubeObject,
  since: number,
  signal: AbortSignal,
): Promise<{ readonly failure?: KubeError } | undefined> {
  const { deletionTimestamp } = canary.metadata;
  if (deletionTimestamp === undefined || !isHeldByUs(canary)) return undefined;
  if (
    // guard: unread-canaries-are-let-go-at-their-deadline
    deps.clock.now() < Math.max(revertDeadline(canary), since + unreadPatienceMs)
  )
    return undefined;
  return releaseCanary(deps, canary, notReverted('what it needs cannot be read'), signal);
}

export const notReverted = (why: string): Announcement => ({
  type: 'Warning',
  reason: 'RevertFailed',
  message: `deleted without putting the traffic back to the target: ${why}`,
});
