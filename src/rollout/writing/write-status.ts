import type { Canary, CanaryStatus } from '../../api/canary.ts';
import type { AnyKubeObject } from '../../api/kube-object.ts';
import { canaries } from '../../api/resources.ts';
import { isConflict } from '../../lib/kube-error.ts';
import { diffPatch, sameJson } from '../../lib/merge.ts';
import { asRecorded } from '../../rules/adopted-names.ts';
import type { RolloutDeps } from '../deps.ts';
import type { CanaryMemory } from '../memory.ts';
import { noteAttempt, noteWritten } from './own-status.ts';

/**
 * Writes what changed of a status, in one patch that carries the resourceVersion read. When only something
 * else of the object moved meanwhile (a label), the same draft is written again; when spec or status did, the
 * answer is `conflict` and the pass decides anew.
 */
export async function writeStatus(
  deps: Pick<RolloutDeps, 'client' | 'cache'>,
  memory: CanaryMemory,
  canary: Canary,
  status: CanaryStatus,
  signal: AbortSignal,
): Promise<'written' | 'conflict'> {
  const recorded = canary.status && asRecorded(canary.status);
  const patch = diffPatch({ ...recorded }, { ...asRecorded(status) });
  if (patch === undefined) return 'written';
  const ref = { namespace: canary.metadata.namespace ?? '', name: canary.metadata.name };
  const send = async (resourceVersion: string | undefined): Promise<AnyKubeObject> => {
    const body = { metadata: { /* guard: status-is-fenced */ resourceVersion }, status: patch };
    noteAttempt(memory, asRecorded(status));
    const written = await deps.client.mergePatch(canaries, ref, body, { subresource: 'status' }, signal);
    deps.cache.remember(canaries, written);
    noteWritten(memory, written);
    return written;
  };
  try {
    const sent = send(canary.metadata.resourceVersion);
    memory.written = sent.then(
      ({ metadata }) => metadata.resourceVersion,
      () => undefined,
    );
    await sent;
    return 'written';
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
  const fresh: AnyKubeObject = await deps.client.get(canaries, ref, signal);
  deps.cache.remember(canaries, fresh);
  const untouched = sameJson(fresh['spec'], canary.spec) && sameJson(fresh['status'], recorded);
  // guard: a-draft-is-written-again-only-over-what-it-was-made-from
  if (!untouched) return 'conflict';
  try {
    await send(fresh.metadata.resourceVersion);
    return 'written';
  } catch (error) {
    if (isConflict(error)) return 'conflict';
    throw error;
  }
}
