import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';

export interface Follower {
  /** All there is, at the start and after each break. */
  readonly onList: (items: readonly AnyKubeObject[]) => Promise<void> | void;
  readonly onChange: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: AnyKubeObject) => Promise<void> | void;
}

/** Lists and watches a kind until `signal`; an API server that is away is asked again. Rejects with what a follower throws. */
export async function followKind(
  client: KubeClient,
  resource: ResourceType,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  const once = async (): Promise<void> => {
    const { items, resourceVersion } = await client.list(resource, {}, signal);
    await follower.onList(items);
    const events = client.watch(resource, { resourceVersion, timeoutSeconds: 300 }, signal);
    for await (const { type, object } of events)
      if (type !== 'BOOKMARK') await follower.onChange(type, object);
  };
  while (!signal.aborted) {
    try {
      await once();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof KubeError)) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
  }
}
