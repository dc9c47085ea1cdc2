import type { KubeObject, ObjectRef } from './kube-object.ts';

/** The name of an object within its kind. */
export function refOf({ metadata: { name, namespace } }: Pick<KubeObject, 'metadata'>): ObjectRef {
  return namespace === undefined ? { name } : { namespace, name };
}

/** `namespace/name`, or the name alone when the kind is cluster-scoped. */
export const placeOf = ({ namespace, name }: ObjectRef): string =>
  namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
