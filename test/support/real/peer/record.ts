import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import {
  configMaps,
  deployments,
  horizontalPodAutoscalers,
  httpRoutes,
  pods,
  secrets,
  services,
} from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { within } from '../../../contracts/kube-client/contract-space.ts';

const kinds = [deployments, services, httpRoutes, pods, horizontalPodAutoscalers, configMaps, secrets];

/** Every object of the cluster that two controllers could write, but Canaries: `Deployment test/podinfo` to what it is at. */
export async function takeSnapshot(
  client: KubeClient,
  more: readonly ResourceType[] = [],
): Promise<Readonly<Record<string, string>>> {
  const lists = await Promise.all(
    [...kinds, ...more].map(async (kind) => [kind, (await client.list(kind, {}, within())).items] as const),
  );
  return Object.fromEntries(
    lists.flatMap(([kind, items]) =>
      items.map(({ metadata: { namespace = '', name, uid, generation, resourceVersion } }) => [
        `${kind.kind} ${namespace}/${name}`,
        `uid ${uid ?? ''} generation ${generation ?? 0} version ${resourceVersion ?? ''}`,
      ]),
    ),
  );
}

export interface Changes {
  /** In order, without repetition: of `read`, by the object's `NAMESPACE/NAME`. */
  of(key: string): readonly unknown[];
  stop(): Promise<void>;
}

/** Records what `read` says of each object of a kind, each time that it says something else. */
export async function recordChanges(
  client: KubeClient,
  resource: ResourceType,
  read: (object: AnyKubeObject) => unknown,
): Promise<Changes> {
  const ending = new AbortController();
  const seen = new Map<string, unknown[]>();
  const see = (object: AnyKubeObject): void => {
    const { namespace = '', name } = object.metadata;
    const key = `${namespace}/${name}`;
    const values = seen.get(key) ?? [];
    seen.set(key, values);
    const value = read(object);
    if (values.length === 0 || values.at(-1) !== value) values.push(value);
  };
  const { items, resourceVersion } = await client.list(resource, {}, within());
  items.forEach(see);
  const follow = async (): Promise<void> => {
    const watch = client.watch(resource, { resourceVersion, timeoutSeconds: 600 }, ending.signal);
    for await (const { type, object } of watch) if (type === 'ADDED' || type === 'MODIFIED') see(object);
  };
  const following = follow().catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });
  return {
    of: (key) => seen.get(key) ?? [],
    async stop() {
      ending.abort();
      await following;
    },
  };
}

export const recordPhases = (client: KubeClient): Promise<Changes> =>
  recordChanges(
    client,
    canaries,
    ({ status }) => (status as { readonly phase?: unknown } | undefined)?.phase ?? '',
  );
