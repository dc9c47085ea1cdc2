import type { ObjectRef, ResourceType } from '../objects/kube-object.ts';

/** URL path of a whole kind, in one namespace when given: `/apis/apps/v1/namespaces/test/deployments`. */
export function collectionPath(resource: ResourceType, namespace: string | undefined): string {
  const root =
    resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope =
    resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${resource.plural}`;
}

export function objectPath(resource: ResourceType, ref: ObjectRef, subresource?: string): string {
  const tail = subresource === undefined ? '' : `/${subresource}`;
  return `${collectionPath(resource, ref.namespace)}/${encodeURIComponent(ref.name)}${tail}`;
}

/** Name of an object in messages: `Deployment test/podinfo`. */
export function nameOf(resource: ResourceType, ref: Partial<ObjectRef>): string {
  const name = [ref.namespace, ref.name].filter((part) => part !== undefined && part !== '').join('/');
  return name === '' ? resource.plural : `${resource.kind} ${name}`;
}
