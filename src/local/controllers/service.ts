import type { AnyKubeObject } from '../../api/kube-object.ts';
import { endpointSlices, pods, services } from '../../api/resources.ts';
import type { StoreEvent } from '../contracts.ts';
import { asPod, isFinished, refOf } from '../kubelet/pod.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
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
  owned: [endpointSlices],
  related: [{ resource: pods, keys: servicesOfPod }],
  reconcile(key, parts) {
    const service = parts.store.get(services, namespaceAndName(key));
    // Its slices go with it: they are owned.
    if (service === undefined || service.metadata.deletionTimestamp !== undefined) return undefined;
    const wanted = wantedSlices(service, parts);
    if (wanted === undefined) return undefined;
    for (const slice of wanted.values()) writeSlice(slice, parts);
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

/** Undefined: the Service selects nothing, its slices are somebody else's. */
function wantedSlices(
  service: AnyKubeObject,
  { store }: ControllerParts,
): ReadonlyMap<string, AnyKubeObject> | undefined {
  const { selector = {}, ports = [], publishNotReadyAddresses = false } = specOf(service);
  if (Object.keys(selector).length === 0) return undefined;
  const { namespace = '', name } = service.metadata;
  const members = store
    .list(pods, { namespace, labels: selector })
    .map(asPod)
    .filter((pod) => !isFinished(pod));
  const contents = sliceContents(ports, members, publishNotReadyAddresses);
  // A Service always has a slice, if an empty one, as in a real cluster.
  const all = contents.length > 0 ? contents : [{ ports: [], endpoints: [] }];
  return new Map(
    all.map((content) => {
      const slice = sliceObject(
        service,
        `${name}-${shortHash(contents.length > 1 ? content.ports : name, 5)}`,
        content,
      );
      return [slice.metadata.name, slice];
    }),
  );
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

function writeSlice(slice: AnyKubeObject, { store }: ControllerParts): void {
  const present = store.get(endpointSlices, refOf(slice));
  if (present === undefined) {
    store.create(endpointSlices, slice);
    return;
  }
  const same =
    canonicalJson([present['ports'], present['endpoints'], present.metadata.labels]) ===
    canonicalJson([slice['ports'], slice['endpoints'], slice.metadata.labels]);
  if (same) return;
  store.update(endpointSlices, {
    ...slice,
    metadata: { ...unversioned(present.metadata), labels: slice.metadata.labels ?? {} },
  });
}
