import type { AnyKubeObject } from '../../api/kube-object.ts';
import { sameJson } from '../../lib/merge.ts';
import type { CanaryMemory } from '../memory.ts';

/**
 * Only we write a Canary's status. What we know of it is what we read first or wrote last; a status that reads
 * differently was written by somebody else.
 */
export function isForeignStatus(memory: CanaryMemory, canary: AnyKubeObject): boolean {
  const { known } = memory;
  // A version that was seen already can read differently after a change of the CRD.
  if (known === undefined || known.resourceVersion === canary.metadata.resourceVersion) return false;
  return !sameJson(known.status ?? {}, canary['status'] ?? {});
}

export function noteStatus(memory: CanaryMemory, canary: AnyKubeObject): void {
  memory.known = { resourceVersion: canary.metadata.resourceVersion, status: canary['status'] };
}

/** Nobody knows whether our write was done: what comes next is taken as it is. */
export function forgetStatus(memory: CanaryMemory): void {
  memory.known = undefined;
}
