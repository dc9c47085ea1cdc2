import { refOf } from '@sluice/kube/objects/object-ref.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { endpointSlices, pods, services } from '@sluice/kube/objects/resources.ts';
import { byObject } from '@sluice/lib/json/by-object.ts';
import type { StoreEvent } from '../contracts.ts';
import { asPod, isFinished } from '../kubelet/pod.ts';
import { equalJson } from '../store/json.ts';
import { endpoints, endpointsObject } from './endpoints-object.ts';
import { shortHash } from './short-hash.ts';
import { keyOf, namespaceAndName } from './controller.ts';
import type { Controller, ControllerParts } from './controller.ts';
import { sliceContents } from './endpoint-slices.ts';
import type { ServicePort, SliceContent } from './endpoint-slices.ts';
import { unversioned } from './workload.ts';

interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly ServicePort[];
  readonly publishNotReadyAddresses?: boolean;
}

const serviceName = 'kubernetes.io/service-name';
const managedBy = 'endpointslice.kubernetes.io/managed-by';
const ourName = 'endpointslice-controller.k8s.io';

/** Keeps the EndpointSlices of each Service that selects pods. */
export const serviceController = {
  resource: services,
  owned: [endpointSlices, endpoints],
  related: [{ resource: pods, keys: servicesOfPod }],
  reconcile(key, parts) {
    const service = parts.store.get(services, namespaceAndName(key));
    // The Service owns its slices, so they are deleted with it.
    if (service === undefined || service.metadata.deletionTimestamp !== undefined) return undefined;
    const contents = contentsOf(service, parts);
    if (contents === undefined) return undefined;
    writeChanged(endpoints, endpointsObject(service, contents), parts);
    const wanted = slicesOf(service, contents);
    for (const slice of wanted.values()) writeChanged(endpointSlices, slice, parts);
    for (const slice of ourSlices(service, parts)) {
      if (!wanted.has(slice.metadata.name)) parts.store.delete(endpointSlices, refOf(slice));
    }
    return undefined;
  },
} satisfies Controller;

const specOf = (service: AnyKubeObject): ServiceSpec => service['spec'] ?? {};

function servicesOfPod({ object, previous }: StoreEvent, { store }: ControllerParts): readonly string[] {
  const { namespace = '' } = object.metadata;
  return store
    .list(services, { namespace })
    .filter((service) => {
      const { selector } = specOf(service);
      return selects(selector, object) || (previous !== undefined && selects(selector, previous));
    })
    .map(({ metadata }) => keyOf(metadata));
}

function selects(selector: ServiceSpec['selector'], { metadata }: AnyKubeObject): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => metadata.labels?.[key] === value);
}

/** Undefined for a Service without a selector, whose slices have other writers. */
function contentsOf(service: AnyKubeObject, { store }: ControllerParts): readonly SliceContent[] | undefined {
  const { selector = {}, ports = [], publishNotReadyAddresses = false } = specOf(service);
  if (Object.keys(selector).length === 0) return undefined;
  const { namespace = '' } = service.metadata;
  const members = store
    .list(pods, { namespace, labels: selector })
    .map(asPod)
    .filter((pod) => !isFinished(pod));
  return sliceContents(ports, members, publishNotReadyAddresses);
}

const suffixOf = byObject(({ metadata }: AnyKubeObject) => shortHash(metadata.name, 5));

/** A Service always has a slice, even an empty one, as in a real cluster. */
function slicesOf(
  service: AnyKubeObject,
  contents: readonly SliceContent[],
): ReadonlyMap<string, AnyKubeObject> {
  const { name } = service.metadata;
  const all = contents.length > 0 ? contents : [{ ports: [], endpoints: [] }];
  const slices = all.map((content) => {
    const suffix = contents.length > 1 ? shortHash(content.ports, 5) : suffixOf(service);
    return sliceObject(service, `${name}-${suffix}`, content);
  });
  return new Map(slices.map((slice) => [slice.metadata.name, slice]));
}

function sliceObject(service: AnyKubeObject, name: string, content: SliceContent): AnyKubeObject {
  const { metadata } = service;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      labels: { ...metadata.labels, [serviceName]: metadata.name, [managedBy]: ourName },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          name: metadata.name,
          uid: metadata.uid ?? '',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    addressType: 'IPv4',
    ports: content.ports,
    endpoints: content.endpoints,
  };
}

function ourSlices({ metadata }: AnyKubeObject, { store }: ControllerParts): readonly AnyKubeObject[] {
  const labels = { [serviceName]: metadata.name, [managedBy]: ourName };
  return store.list(endpointSlices, { namespace: metadata.namespace ?? '', labels });
}

function writeChanged(resource: ResourceType, wanted: AnyKubeObject, { store }: ControllerParts): void {
  const present = store.get(resource, refOf(wanted));
  if (present === undefined) {
    store.create(resource, wanted);
    return;
  }
  const said = ({ metadata, ports, endpoints: members, subsets }: AnyKubeObject): readonly unknown[] => [
    ports,
    members,
    subsets,
    metadata.labels ?? {},
  ];
  if (equalJson(said(present), said(wanted))) return;
  const { labels, ownerReferences = [] } = wanted.metadata;
  const metadata = { ...unversioned(present.metadata), labels: labels ?? {}, ownerReferences };
  store.update(resource, { ...wanted, metadata });
}
