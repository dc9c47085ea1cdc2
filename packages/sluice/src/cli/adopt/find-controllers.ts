import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import { deployments } from '@sluice/kube/objects/resources.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { controllersIn } from '../running-controller.ts';
import type { RunningController } from '../running-controller.ts';

const pageSize = 500;

/**
 * The controllers of the cluster. Where Deployments may be listed in `namespace` only, those of it; undefined where they
 * may not be listed at all. Rejects with `KubeError` for all other failures.
 */
export async function findControllers(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly RunningController[] | undefined> {
  const everywhere = await controllersOf(client, {}, signal);
  if (everywhere !== undefined || namespace === '') return everywhere;
  return controllersOf(client, { namespace }, signal);
}

async function controllersOf(
  client: KubeClient,
  scope: { readonly namespace?: string },
  signal: AbortSignal,
): Promise<readonly RunningController[] | undefined> {
  const found: RunningController[] = [];
  let next: string | undefined;
  try {
    do {
      const page: { items: readonly AnyKubeObject[]; continue?: string } = await client.list(
        deployments,
        { ...scope, limit: pageSize, ...(next === undefined ? {} : { continue: next }) },
        signal,
      );
      found.push(...controllersIn(page.items));
      next = page.continue;
    } while (next !== undefined);
  } catch (error) {
    if (error instanceof KubeError && error.code === 403) return undefined;
    throw error;
  }
  return found.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}
