import { isNotFound } from '@sluice/kube/objects/kube-error.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { Writing } from './write-object.ts';

/** An object as the API server has it; undefined when it has none. For content, which caches lack, and for what caches may miss. */
export async function findAtServer(
  { deps, signal }: Pick<Writing, 'deps' | 'signal'>,
  resource: ResourceType,
  ref: ObjectRef,
): Promise<AnyKubeObject | undefined> {
  try {
    return await deps.client.get(resource, ref, signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
