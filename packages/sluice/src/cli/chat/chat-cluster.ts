import { createInformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { loadKubeConfig } from '@sluice/kube/login/load-kube-config.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { canaries } from '../../api/resources.ts';
import type { CanarySource } from '../../chat/notifier.ts';
import type { User } from '../../people/who-am-i.ts';
import { createActingClients } from '../acting-clients.ts';
import type { Environment } from '../environment.ts';

export interface ChatCluster {
  readonly client: KubeClient;
  /** In the name of a user, or with the own login where that may not impersonate. */
  readonly clientFor: (user: User) => KubeClient;
  /** Own namespace. */
  readonly namespace: string;
  close(): Promise<void>;
}

interface ConnectOptions {
  readonly env: Environment;
  readonly clock: Clock;
  readonly mayImpersonate: boolean;
}

/** Connects to the cluster of a kubeconfig or of the pod. Throws `SluiceError` when none is configured. */
export async function connectChat(
  { kubeconfig, context }: { readonly kubeconfig?: string; readonly context?: string },
  { env, clock, mayImpersonate }: ConnectOptions,
): Promise<ChatCluster> {
  const named = {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
  const connection = await loadKubeConfig({ ...named, env, clock });
  const clients = createActingClients(connection, { clock, fieldManager: 'sluice-chat' });
  return {
    client: clients.clientAs(),
    clientFor: (user) => clients.clientAs(mayImpersonate ? user : undefined),
    namespace: connection.namespace ?? 'default',
    close: () => clients.close(),
  };
}

export interface WatchedCanaries extends CanarySource {
  /** Begins to list and watch. */
  start(): void;
  readonly problems: () => readonly string[];
  /** Rejects when the Canary CRD is not installed. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** The Canaries of these namespaces, or of all. */
export function watchCanaries(
  namespaces: readonly string[],
  deps: {
    readonly client: KubeClient;
    readonly clock: Clock;
    readonly log: Log;
    readonly random: () => number;
  },
): WatchedCanaries {
  const cache = createInformerCache(deps);
  const synced = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  return {
    get: (ref) => cache.get(canaries, ref),
    onChange: (listener) =>
      cache.onChange((resource, { object }) => {
        if (resource.plural === canaries.plural) listener(object.metadata);
      }),
    synced: synced.promise,
    failed: failed.promise,
    problems: () => cache.problems().map(({ resource, reason }) => `${resource.plural}: ${reason}`),
    start() {
      const scopes = namespaces.length === 0 ? [{}] : namespaces.map((namespace) => ({ namespace }));
      const watches = scopes.map((scope) => cache.watchKind(canaries, scope).synced);
      void Promise.all(watches).then((found) =>
        found.every(Boolean)
          ? synced.resolve()
          : failed.reject(
              new SluiceError('the CRD canaries.flagger.app is not installed; apply deploy/crds'),
            ),
      );
    },
    stop: () => cache.stop(),
  };
}
