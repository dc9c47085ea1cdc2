import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { isExpired } from '@sluice/kube/objects/kube-error.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeClient, WatchEvent } from '@sluice/kube/ports/kube.ts';

export interface AwaitDeps {
  readonly kube: KubeClient;
  readonly clock: Clock;
}

/**
 * Resolves with the object once `isDone` returns true; `undefined` stands for an absent one. Lists, then watches,
 * and begins again when the watch ends. Rejects with the signal's reason, or `KubeError`.
 */
export async function awaitObject(
  deps: AwaitDeps,
  resource: ResourceType,
  ref: ObjectRef,
  isDone: (object: AnyKubeObject | undefined) => boolean,
  signal: AbortSignal,
): Promise<AnyKubeObject | undefined> {
  const selection = {
    fieldSelector: `metadata.name=${ref.name}`,
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
  };
  for (;;) {
    const list = await deps.kube.list(resource, selection, signal);
    // Some servers do not support every field selector.
    const object = list.items.find((item) => item.metadata.name === ref.name);
    if (isDone(object)) return object;
    const options = { ...selection, resourceVersion: list.resourceVersion, timeoutSeconds: 240 };
    const seen = await watchUntil(deps.kube.watch(resource, options, signal), ref.name, isDone);
    if (seen !== 'ended') return seen.object;
    await sleep(deps.clock, 500, signal);
    signal.throwIfAborted();
  }
}

async function watchUntil(
  events: AsyncIterable<WatchEvent>,
  name: string,
  isDone: (object: AnyKubeObject | undefined) => boolean,
): Promise<{ readonly object: AnyKubeObject | undefined } | 'ended'> {
  try {
    for await (const { type, object } of events) {
      if (type === 'BOOKMARK' || object.metadata.name !== name) continue;
      const current = type === 'DELETED' ? undefined : object;
      if (isDone(current)) return { object: current };
    }
  } catch (error) {
    if (!isExpired(error)) throw error;
  }
  return 'ended';
}
