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
  const status = canary['status'] ?? {};
  return ![known.status ?? {}, /* guard: a-lost-write-makes-no-rival */ ...memory.attempted].some((own) =>
    sameJson(own, status),
  );
}

export function noteStatus(memory: CanaryMemory, canary: AnyKubeObject): void {
  memory.known = { resourceVersion: canary.metadata.resourceVersion, status: canary['status'] };
}

/** More than can be on their way: each waits for its answer. */
const attemptsKept = 8;

/** To be called before a write: its answer may be lost, and what it did be seen only after more passes over what stood before. */
export function noteAttempt(memory: CanaryMemory, status: unknown): void {
  memory.attempted = [...memory.attempted.slice(1 - attemptsKept), status];
}

/** A write was answered. Those before it were done by then, or carry a version that is too old. */
export function noteWritten(memory: CanaryMemory, canary: AnyKubeObject): void {
  memory.attempted = [];
  noteStatus(memory, canary);
}

/** Nobody knows whether our write was done: what comes next is taken as it is. */
export function forgetStatus(memory: CanaryMemory): void {
  memory.known = undefined;
}
