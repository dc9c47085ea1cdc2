import type { AnyKubeObject, ResourceType } from '../api/kube-object.ts';
import type { FieldProblem } from '../api/field-problem.ts';
import { configMaps, endpointSlices, metricTemplates, secrets, services } from '../api/resources.ts';
import type { InformerCache, KindWatch } from '../kube/informer-cache.ts';
import { asList, asRecord, asText } from '../lib/json-read.ts';
import type { ConfigReference } from '../ports/workload.ts';
import type { Providers } from '../rollout/deps.ts';

/**
 * The watches that canaries need: only in namespaces that hold canaries, only kinds that one of them uses.
 * They are shared and end with the last canary that needs them.
 */
export interface CanaryWatches {
  /** True when everything this canary reads is in the cache; otherwise `onSynced` is called when it is. */
  ensure(key: string, canary: AnyKubeObject, onSynced: () => void): boolean;
  /** Why what this canary reads cannot be read, by the field that asks for it: a kind is not installed, or forbidden. */
  problems(canary: AnyKubeObject): readonly FieldProblem[];
  release(key: string): void;
}

interface Need {
  readonly resource: ResourceType;
  readonly namespace: string;
  /** Field of the Canary that makes it needed, and its value. */
  readonly field: string;
  readonly value: string;
  /** Without it the canary works, if less well: it is not held up by it. */
  readonly optional?: boolean;
  /** Where its kind is not installed nothing of it can be there, and it is not asked for again and again. */
  readonly mayBeAbsent?: boolean;
  readonly metadataOnly?: boolean;
}

/** What a canary needs follows from its spec and from its target's references: looked at anew when one of them changes. */
interface Held {
  readonly uid: string | undefined;
  readonly generation: number | undefined;
  readonly references: readonly ConfigReference[];
  readonly needs: readonly Need[];
  readonly watches: Map<string, KindWatch>;
}

export function createCanaryWatches(deps: {
  readonly informers: InformerCache;
  readonly providers: Providers;
  readonly meshProvider: string;
  /** What the pods of its target read, as far as the target is known. */
  readonly configReferences: (canary: AnyKubeObject) => readonly ConfigReference[];
}): CanaryWatches {
  const held = new Map<string, Held>();

  const needsOf = (canary: AnyKubeObject, references: readonly ConfigReference[]): readonly Need[] => {
    const spec = asRecord(canary['spec']);
    const namespace = canary.metadata.namespace ?? '';
    const kind = asText(asRecord(spec['targetRef'])['kind']) ?? '';
    const provider = asText(spec['provider']) ?? deps.meshProvider;
    const workload = deps.providers.findWorkload(kind);
    const routes = deps.providers.findRouter(provider)?.resources ?? [];
    const need = (field: string, value: string) => (resource: ResourceType) => ({
      resource,
      namespace,
      field,
      value,
    });
    return [
      ...[services, endpointSlices].map(need('metadata.namespace', namespace)),
      ...(workload === undefined ? [] : [workload.resource]).map(need('spec.targetRef.kind', kind)),
      ...routes.map(need('spec.provider', provider)),
      ...templateNeeds(spec, namespace),
      ...scalerNeeds(spec, namespace, deps.providers),
      ...configNeeds(references, namespace),
    ];
  };

  /** Begins and ends watches until they are those that are needed. */
  const align = (watches: Map<string, KindWatch>, needs: readonly Need[], onSynced: () => void): void => {
    const wanted = new Map(needs.map((need) => [needKey(need), need]));
    for (const [id, need] of wanted) {
      if (watches.has(id)) continue;
      const { resource, namespace, metadataOnly = false } = need;
      const watch = deps.informers.watchKind(resource, { namespace, metadataOnly });
      watches.set(id, watch);
      watch.synced.then(onSynced, onSynced);
      if (need.mayBeAbsent === true)
        watch.synced.then(
          (isThere) => isThere || watch.stop(),
          () => watch.stop(),
        );
    }
    for (const [id, watch] of watches) {
      if (wanted.has(id)) continue;
      watches.delete(id);
      watch.stop();
    }
  };

  return {
    ensure(key, canary, onSynced) {
      const { uid, generation } = canary.metadata;
      const references = deps.configReferences(canary);
      let mine = held.get(key);
      const isSame = mine?.uid === uid && mine?.generation === generation && mine?.references === references;
      if (mine === undefined || generation === undefined || !isSame) {
        const watches = mine?.watches ?? new Map<string, KindWatch>();
        mine = { uid, generation, references, watches, needs: needsOf(canary, references) };
        held.set(key, mine);
        align(watches, mine.needs, onSynced);
      }
      return mine.needs.every(
        ({ resource, namespace, optional }) =>
          optional === true || deps.informers.isSynced(resource, namespace),
      );
    },
    problems(canary) {
      const known = deps.informers.problems();
      return needsOf(canary, deps.configReferences(canary)).flatMap(
        ({ resource, namespace, field, value, optional }) => {
          const found = known.find(
            (problem) => problem.resource === resource && problem.namespace === namespace,
          );
          if (found === undefined || optional === true || deps.informers.isSynced(resource, namespace))
            return [];
          return [
            {
              field,
              value,
              message: `needs ${resource.kind} of ${resource.group || 'core'}/${resource.version}: ${found.reason}`,
            },
          ];
        },
      );
    },
    release(key) {
      // guard: watches-end-with-their-last-canary
      for (const watch of held.get(key)?.watches.values() ?? []) watch.stop();
      held.delete(key);
    },
  };
}

const needKey = ({ resource, namespace, mayBeAbsent }: Need): string =>
  `${resource.group}/${resource.version}/${resource.plural}/${namespace}${mayBeAbsent === true ? '?' : ''}`;

function templateNeeds(spec: Readonly<Record<string, unknown>>, namespace: string): readonly Need[] {
  return asList(asRecord(spec['analysis'])['metrics']).flatMap((metric) => {
    const ref = asRecord(metric)['templateRef'];
    if (ref === undefined) return [];
    const at = asText(asRecord(ref)['namespace']) ?? namespace;
    const value = asText(asRecord(ref)['name']) ?? '';
    return [{ resource: metricTemplates, namespace: at, field: 'spec.analysis.metrics', value }];
  });
}

/** Also of a kind that is not named any more: what was made of it for the primary has to go. */
function scalerNeeds(
  spec: Readonly<Record<string, unknown>>,
  namespace: string,
  { scalers }: Providers,
): readonly Need[] {
  const named = asText(asRecord(spec['autoscalerRef'])['kind']) ?? '';
  return scalers.map(({ kind, resource }) => ({
    resource,
    namespace,
    field: 'spec.autoscalerRef.kind',
    value: named,
    optional: kind !== named,
    // guard: a-kind-that-is-not-installed-is-asked-for-once
    mayBeAbsent: kind !== named,
  }));
}

/**
 * Metadata only: other people's secrets have no business in this process. A canary is guarded and rolled back without them;
 * it only starts and promotes nothing.
 */
function configNeeds(references: readonly ConfigReference[], namespace: string): readonly Need[] {
  return [configMaps, secrets].flatMap((resource) => {
    const reference = references.find(({ kind }) => kind === resource.kind);
    if (reference === undefined) return [];
    const value = reference.name;
    return [{ resource, namespace, field: 'spec.targetRef', value, optional: true, metadataOnly: true }];
  });
}
