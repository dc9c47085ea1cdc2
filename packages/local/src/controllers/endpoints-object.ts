import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { SliceContent } from './endpoint-slices.ts';

export const endpoints: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'endpoints',
  kind: 'Endpoints',
  namespaced: true,
};

/** The Endpoints object of a Service, which older clients read instead of its slices. */
export function endpointsObject(service: AnyKubeObject, contents: readonly SliceContent[]): AnyKubeObject {
  const { name, namespace, labels, uid = '' } = service.metadata;
  const owner = { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true };
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      // A real cluster deletes Endpoints by name; here the garbage collector does it by the owner.
      ownerReferences: [owner],
    },
    subsets: contents.map(subset),
  };
}

function subset({ ports, endpoints: members }: SliceContent): Readonly<Record<string, unknown>> {
  const addresses = (ready: boolean): readonly unknown[] =>
    members
      .filter(({ conditions }) => conditions.ready === ready && !conditions.terminating)
      .map(({ addresses: [ip], nodeName, targetRef }) => ({ ip, nodeName, targetRef }));
  const named = ports.map(({ name, ...port }) => (name === '' ? port : { name, ...port }));
  const [ready, notReady] = [addresses(true), addresses(false)];
  return {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
    ports: named,
  };
}
