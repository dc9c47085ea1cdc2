import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, secrets } from '@sluice/kube/objects/resources.ts';
import type { ConfigKind, Workload } from '../../ports/workload.ts';
import { noConfigs, settleConfigs } from '../../rules/configs/tracked-configs.ts';
import type { ConfigState } from '../../rules/configs/tracked-configs.ts';
import type { RolloutDeps } from '../deps.ts';

export const configResource = (kind: ConfigKind): ResourceType =>
  kind === 'ConfigMap' ? configMaps : secrets;

/**
 * What the target's pods read beside their template, as far as it is known. What is not known is asked for in the
 * background, and the pass is run again when the answer is there.
 */
export function readConfigs(
  owner: string,
  target: AnyKubeObject | undefined,
  workload: Workload,
  deps: RolloutDeps,
): ConfigState {
  const { cache, configs, options } = deps;
  if (!options.configTracking || target === undefined) return noConfigs;
  const references = workload.configReferences(target);
  configs.retain(owner, new Set(references.map(({ name }) => name)));
  const namespace = target.metadata.namespace ?? '';
  return settleConfigs(references, ({ kind, name }) => {
    const resource = configResource(kind);
    if (!cache.isSynced(resource, namespace)) {
      const message = `${resource.plural} of namespace ${namespace} are not listed yet; may the controller list and watch them?`;
      return { state: 'unknown', message };
    }
    const seen = cache.get(resource, { namespace, name });
    return seen === undefined ? { state: 'missing' } : configs.look(owner, resource, seen);
  });
}
