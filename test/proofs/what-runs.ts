import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { Readers } from './readers.ts';

/**
 * All that decides what the pods of a Deployment do, as one text: their template and, at its end, what the configuration
 * says that it names. The primary's own names for its copies are undone, so that both sides read the same, byte for byte.
 */
export function whatRuns(deployment: AnyKubeObject | undefined, readers: Readers | undefined): string {
  const spec = asRecord(asRecord(deployment?.['spec'])['template'])['spec'];
  const pods = JSON.stringify(spec ?? null);
  const suffix = /"(settings|key)-primary"/.test(pods) ? '-primary' : '';
  const named = pods.replaceAll('"settings-primary"', '"settings"').replaceAll('"key-primary"', '"key"');
  return `${named} ${readers?.configuration(suffix) ?? ''}`;
}
