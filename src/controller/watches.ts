import type { AnyKubeObject, ResourceType } from '../api/kube-object.ts';
import { endpointSlices, metricTemplates, services } from '../api/resources.ts';
import type { InformerCache, KindWatch } from '../kube/informer-cache.ts';
import { asList, asRecord, asText } from '../lib/json-read.ts';
import type { Providers } from '../rollout/deps.ts';

/**
 * The watches that canaries need: only in namespaces that hold canaries, only kinds that one of them uses.
 * They are shared and end with the last canary that needs them.
 */
export interface CanaryWatches {
  /** True when everything this canary reads is in the cache; otherwise `onSynced` is called when it is. */
  ensure(key: string, canary: AnyKubeObject, onSynced: () => void): boolean;
  release(key: string): void;
}

interface Need {
  readonly resource: ResourceType;
  readonly namespace: string;
}

export function createCanaryWatches(deps: {
  readonly informers: InformerCache;
  readonly providers: Providers;
  readonly meshProvider: string;
}): CanaryWatches {
  const held = new Map<string, Map<string, KindWatch>>();

  const needsOf = (canary: AnyKubeObject): readonly Need[] => {
    const spec = asRecord(canary['spec']);
    const namespace = canary.metadata.namespace ?? '';
    const workload = deps.providers.findWorkload(asText(asRecord(spec['targetRef'])['kind']) ?? '');
    const router = deps.providers.findRouter(asText(spec['provider']) ?? deps.meshProvider);
    const kinds = [
      services,
      endpointSlices,
      ...(workload === undefined ? [] : [workload.resource]),
      ...(router?.resources ?? []),
    ];
    return [...kinds.map((resource) => ({ resource, namespace })), ...templateNeeds(spec, namespace)];
  };

  return {
    ensure(key, canary, onSynced) {
      const mine = held.get(key) ?? new Map<string, KindWatch>();
      held.set(key, mine);
      const needs = needsOf(canary);
      const wanted = new Map(needs.map((need) => [needKey(need), need]));
      for (const [id, need] of wanted) {
        if (mine.has(id)) continue;
        const watch = deps.informers.watchKind(need.resource, { namespace: need.namespace });
        mine.set(id, watch);
        watch.synced.then(onSynced, onSynced);
      }
      for (const [id, watch] of mine) {
        if (wanted.has(id)) continue;
        mine.delete(id);
        watch.stop();
      }
      return needs.every(({ resource, namespace }) => deps.informers.isSynced(resource, namespace));
    },
    release(key) {
      for (const watch of held.get(key)?.values() ?? []) watch.stop();
      held.delete(key);
    },
  };
}

const needKey = ({ resource, namespace }: Need): string =>
  `${resource.group}/${resource.version}/${resource.plural}/${namespace}`;

function templateNeeds(spec: Readonly<Record<string, unknown>>, namespace: string): readonly Need[] {
  return asList(asRecord(spec['analysis'])['metrics']).flatMap((metric) => {
    const ref = asRecord(metric)['templateRef'];
    if (ref === undefined) return [];
    return [{ resource: metricTemplates, namespace: asText(asRecord(ref)['namespace']) ?? namespace }];
  });
}
