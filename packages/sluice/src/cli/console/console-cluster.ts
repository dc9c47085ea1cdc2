import { createInformerCache } from '@sluice/kube/cache/informer-cache.ts';
import type { InformerCache } from '@sluice/kube/cache/informer-cache.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { KubeConnection } from '@sluice/kube/login/kube-connection.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { canaries } from '../../api/resources.ts';
import type { CanaryChange, CanarySource, ConsoleCluster } from '../../console/console-deps.ts';
import { createActingClients } from '../acting-clients.ts';

export interface OwnCluster extends ConsoleCluster {
  close(): Promise<void>;
}

/** The cluster of a console with connections and a cache of its own. */
export function consoleCluster(
  connection: KubeConnection,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  namespace: string | undefined,
): OwnCluster {
  const clients = createActingClients(connection, { clock, fieldManager: 'sluice-console' });
  const client = clients.clientAs();
  const informers = createInformerCache({ client, clock, log, random: () => Math.random() });
  return {
    canaries: sourceOf(informers, namespace),
    client,
    clientAs: (user) => clients.clientAs(user),
    // Its path may be a secret, as that of the local cluster is.
    name: new URL(connection.server).host,
    async close() {
      await informers.stop();
      await clients.close();
    },
  };
}

/**
 * The Canaries of an informer cache, which may serve others, too. Create it before anybody watches Canaries by this cache: what
 * came before is not told again.
 */
export function sourceOf(informers: InformerCache, namespace: string | undefined): CanarySource {
  const known = new Map<string, AnyKubeObject>();
  const followers = new Set<(change: CanaryChange) => void>();
  informers.onChange((resource, { type, object }) => {
    if (resource.plural !== canaries.plural || resource.group !== canaries.group) return;
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    if (type === 'DELETED') known.delete(key);
    else known.set(key, object);
    for (const follower of followers) follower({ type, object });
  });
  return {
    follow(listener) {
      for (const object of known.values()) listener({ type: 'ADDED', object });
      followers.add(listener);
      const watch = informers.watchKind(canaries, namespace === undefined ? {} : { namespace });
      return () => {
        followers.delete(listener);
        watch.stop();
      };
    },
    problem: () => informers.problemOf(canaries, namespace),
  };
}
