import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { apiVersionOf } from '@sluice/kube/objects/resources.ts';

/** Converts the object to another served version. Versions differ in `apiVersion` only (as with strategy None). */
export function inVersion(object: AnyKubeObject, resource: ResourceType): AnyKubeObject {
  const apiVersion = apiVersionOf(resource);
  return object.apiVersion === apiVersion ? object : Object.freeze({ ...object, apiVersion });
}
