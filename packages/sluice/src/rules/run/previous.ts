import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { hashJson } from '@sluice/lib/json/canonical-json.ts';
import { previousAnnotation } from '../objects/object-keys.ts';

const hashLength = 10;

/** Name of the ControllerRevision that keeps the version of `primary` from before this run was promoted. */
export const previousName = (primary: string, runId: string): string =>
  `${primary}-${hashJson(runId).slice('v1:'.length, 'v1:'.length + hashLength)}`;

/** The ControllerRevision kept for this run, by the annotation of the primary; undefined when there is none. */
export function keptFor(primary: AnyKubeObject, runId: string): string | undefined {
  const kept = primary.metadata.annotations?.[previousAnnotation];
  return kept === previousName(primary.metadata.name, runId) ? kept : undefined;
}
