import type { Condition, Waiting } from '../../api/canary-status.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { canaries } from '../../api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { isConflict } from '@sluice/kube/objects/kube-error.ts';
import type { RolloutDeps } from '../deps.ts';
import type { CanaryMemory } from '../memory.ts';
import type { PassResult } from '../pass-result.ts';
import { forgetStatus, noteAttempt, noteWritten } from './book.ts';

/** Writes conditions and waiting of a Canary that no draft is made of. Undefined when it is done. */
export async function patchStatus(
  deps: Pick<RolloutDeps, 'client' | 'cache'>,
  object: AnyKubeObject,
  change: { readonly conditions: readonly Condition[]; readonly waiting: Waiting },
  memory: Pick<CanaryMemory, 'book'>,
  signal: AbortSignal,
): Promise<Partial<PassResult> | undefined> {
  const status = { ...change, ...missingFields(object) };
  const ref = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
  const patch = { metadata: { resourceVersion: object.metadata.resourceVersion }, status };
  noteAttempt(memory.book, { ...asRecord(object['status']), ...status });
  try {
    const written = await deps.client.mergePatch(canaries, ref, patch, { subresource: 'status' }, signal);
    deps.cache.remember(canaries, written);
    noteWritten(memory.book, written);
    return undefined;
  } catch (error) {
    if (!isConflict(error)) forgetStatus(memory.book);
    return isConflict(error) ? { again: true } : { failure: error };
  }
}

/** Fields that the CRD requires in a status, for a Canary that never had one. */
function missingFields(object: AnyKubeObject): Record<string, unknown> {
  const status = asRecord(object['status']);
  const defaults = { phase: '', failedChecks: 0, canaryWeight: 0, iterations: 0 };
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => status[key] === undefined));
}
