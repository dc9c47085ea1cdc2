import { createInformerCache } from '@sluice/kube/cache/informer-cache.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps } from '@sluice/kube/objects/resources.ts';
import { createBreakableKubeClient } from '../fakes/breakable-kube-client.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';

export type InformerBench = ReturnType<typeof createInformerBench>;

/** An informer cache over a server that can be broken, and what it told: `MODIFIED a 2 was 1`. */
export function createInformerBench(server = createBreakableKubeClient()) {
  const clock = createFakeClock();
  const log = createFakeLog();
  const cache = createInformerCache({ client: server, clock, log, random: () => 0.5 });
  const changes: string[] = [];
  cache.onChange((_resource, { type, object, previous }) => {
    const before = previous === undefined ? '' : ` was ${valueOf(previous)}`;
    changes.push(`${type} ${object.metadata.name} ${valueOf(object)}${before}`);
  });
  return {
    server,
    clock,
    log,
    cache,
    changes,
    /** The value of a ConfigMap as the cache has it. */
    read: (name: string): string | undefined => valueOf(cache.get(configMaps, { namespace: 'test', name })),
    async watchAll(): Promise<void> {
      cache.watchKind(configMaps);
      await clock.settle();
    },
    /** Throws when something of it is left. */
    async end(): Promise<void> {
      await cache.stop();
      if (clock.pending > 0) throw new Error(`${clock.pending} timers were left behind`);
      if (server.openWatches > 0) throw new Error(`${server.openWatches} watches were left behind`);
    },
  };
}

export const config = (name: string, value = '1', labels: Record<string, string> = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'test', uid: `uid-${name}`, labels },
  data: { value },
});

function valueOf(object: AnyKubeObject | undefined): string | undefined {
  const data = object?.['data'];
  if (typeof data !== 'object' || data === null || !('value' in data)) return undefined;
  return typeof data.value === 'string' ? data.value : undefined;
}
