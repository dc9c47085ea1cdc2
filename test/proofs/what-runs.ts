import { configMaps, secrets } from '../../src/api/resources.ts';
import type { ResourceType } from '../../src/api/kube-object.ts';
import { asRecord } from '../../src/lib/json-read.ts';
import { namespace } from '../support/scenario-objects.ts';
import type { Scenario } from '../support/scenario.ts';

/**
 * All that decides what the pods of a Deployment do, as one text: their template and what the configuration says that
 * it names. The primary's own names for its copies are undone, so that both sides read the same, byte for byte.
 */
export function whatRuns(scenario: Scenario | undefined, deployment: string): string {
  const spec = asRecord(asRecord(scenario?.deployment(deployment)?.['spec'])['template'])['spec'];
  const pods = JSON.stringify(spec ?? null);
  const suffix = deployment.endsWith('-primary') ? '-primary' : '';
  const data = (resource: ResourceType, name: string): unknown =>
    pods.includes(`"${name}${suffix}"`)
      ? scenario?.store.get(resource, { namespace, name: `${name}${suffix}` })?.['data']
      : undefined;
  const read = { settings: data(configMaps, 'settings'), key: data(secrets, 'key') };
  const named = pods.replaceAll('"settings-primary"', '"settings"').replaceAll('"key-primary"', '"key"');
  return `${named} ${JSON.stringify(read)}`;
}
