import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { isObject, listAt, objectAt, textAt } from './json.ts';
import { timestamp } from './metadata.ts';

/** The status of a CustomResourceDefinition that is served at once, as `kubectl wait --for=condition=established` reads it. */
export function establishedStatus(definition: AnyKubeObject, now: number): unknown {
  const spec = objectAt(definition, 'spec');
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    reason,
    message,
    lastTransitionTime: timestamp(now),
  });
  const stored = listAt(spec, 'versions').find((version) => isObject(version) && version['storage'] === true);
  return {
    acceptedNames: spec['names'],
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    storedVersions: stored === undefined ? [] : [textAt(stored, 'name')],
  };
}
