import type { AnyKubeObject, ResourceType } from '../api/kube-object.ts';
import { configMaps, secrets } from '../api/resources.ts';
import { asRecord, asText } from '../lib/json-read.ts';
import type { KubeCache } from '../ports/kube-cache.ts';
import type { ConfigReference } from '../ports/workload.ts';
import type { Providers } from '../rollout/deps.ts';

export interface ConfigReaders {
  /** The ConfigMaps and Secrets that the pods of the canary's target read, as far as its target is known; the same list while nothing changes. */
  referencesOf(canary: AnyKubeObject): readonly ConfigReference[];
  /** Which of `known` read this ConfigMap or Secret. */
  of(
    resource: ResourceType,
    object: AnyKubeObject,
    known: readonly AnyKubeObject[],
  ): readonly AnyKubeObject[];
}

/** Of a ConfigMap or Secret only metadata are watched, so a moved version may be other content: always news. */
export const isConfig = (resource: ResourceType): boolean =>
  resource.group === '' && (resource.plural === configMaps.plural || resource.plural === secrets.plural);

const none: readonly ConfigReference[] = [];

export function createConfigReaders(deps: {
  readonly cache: Pick<KubeCache, 'get'>;
  readonly providers: Pick<Providers, 'findWorkload'>;
  readonly configTracking: boolean;
}): ConfigReaders {
  const referencesOf = (canary: AnyKubeObject): readonly ConfigReference[] => {
    if (!deps.configTracking) return none;
    const ref = asRecord(asRecord(canary['spec'])['targetRef']);
    const workload = deps.providers.findWorkload(asText(ref['kind']) ?? '');
    if (workload === undefined) return none;
    const at = { namespace: canary.metadata.namespace ?? '', name: asText(ref['name']) ?? '' };
    const target = deps.cache.get(workload.resource, at);
    return target === undefined ? none : workload.configReferences(target);
  };
  return {
    referencesOf,
    of: (resource, { metadata }, known) =>
      known.filter(
        (canary) =>
          canary.metadata.namespace === metadata.namespace &&
          referencesOf(canary).some(({ kind, name }) => kind === resource.kind && name === metadata.name),
      ),
  };
}
