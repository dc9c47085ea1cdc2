import type { Canary, CanaryService } from '../../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { services } from '@sluice/kube/objects/resources.ts';
import { asRecord, asTextMap } from '@sluice/lib/json/json-read.ts';
import type { ReadObject, RouteObject } from '../../ports/router.ts';
import type { DiscoveredPort, Labels, ServicePort } from '../../ports/workload.ts';
import { namesOf } from './names.ts';
import { originalAnnotation, toolkitAnnotations } from './object-keys.ts';
import { isMadeFor, ownersOf } from './ownership.ts';
import { serviceOf } from './service-spec.ts';
import { keepOriginal } from './original.ts';
import { mergePorts, renderPorts } from './service-ports.ts';

/** Selector and ports of one side's services. */
export interface ServiceSide {
  readonly selector: Labels;
  readonly port: ServicePort;
  readonly discovered: readonly DiscoveredPort[];
}

export interface ServiceSides {
  /** Key of the label that tells the sides apart. */
  readonly key: string;
  readonly canary: ServiceSide;
  /** Undefined while there is no primary: an existing service stays as it is. */
  readonly primary: ServiceSide | undefined;
}

/** Fields that change in a Service that was taken over. */
export const takenServiceFields = ['selector', 'ports'] as const;

/**
 * The ClusterIP services of a canary, in the order they are written: `A-canary`, `A-primary` and, last, the apex `A`,
 * which sends to the primary. They are for `patchTo` (`@sluice/lib/json/merge.ts`), which removes a key that is
 * `undefined`. A service that was taken over keeps its metadata, its type, and the ports that the spec does not name;
 * ours gets exactly the labels and annotations of the spec, `unmanagedMetadata` excepted.
 */
export function renderServices(
  canary: Canary,
  { key, canary: own, primary }: ServiceSides,
  read: ReadObject,
): readonly RouteObject[] {
  const service = serviceOf(canary);
  const names = namesOf(canary);
  const render = (name: string, side: ServiceSide, metadata: CustomMetadata): RouteObject => {
    const ref = { ...namespaceOf(canary), name };
    return {
      resource: services,
      object: renderService({ canary, name, key, side, metadata }, read(services, ref)),
    };
  };
  return [
    render(names.canaryService, own, service.canary),
    ...(primary === undefined
      ? []
      : [render(names.primaryService, primary, service.primary), render(names.apex, primary, service.apex)]),
  ];
}

type CustomMetadata = CanaryService['apex'];

interface ServiceWish {
  readonly canary: Canary;
  readonly name: string;
  readonly key: string;
  readonly side: ServiceSide;
  readonly metadata: CustomMetadata;
}

function renderService(wish: ServiceWish, existing: AnyKubeObject | undefined): AnyKubeObject {
  const ownerReferences = ownersOf(wish.canary, existing);
  const isTaken = existing !== undefined && !isMadeFor(wish.canary, existing);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...namespaceOf(wish.canary),
      name: wish.name,
      ...(isTaken ? takenMetadata(existing) : ownMetadata(wish, existing)),
      ...(ownerReferences && { ownerReferences }),
    },
    spec: isTaken ? takenSpec(wish, existing) : ownSpec(wish, existing),
  };
}

function namespaceOf(canary: Canary): { readonly namespace?: string } {
  const { namespace } = canary.metadata;
  return namespace === undefined ? {} : { namespace };
}

function takenMetadata(existing: AnyKubeObject) {
  const isKept = Object.hasOwn(existing.metadata.annotations ?? {}, originalAnnotation);
  return {
    annotations: { ...toolkitAnnotations, ...(isKept ? {} : keepOriginal(existing, takenServiceFields)) },
  };
}

function ownMetadata(wish: ServiceWish, existing: AnyKubeObject | undefined) {
  const unmanaged = serviceOf(wish.canary).unmanagedMetadata;
  const labels = { ...wish.metadata?.labels, [wish.key]: wish.name };
  const annotations = { ...wish.metadata?.annotations, ...toolkitAnnotations };
  return {
    labels: exactly(labels, existing?.metadata.labels, unmanaged?.labels),
    annotations: exactly(annotations, existing?.metadata.annotations, unmanaged?.annotations),
  };
}

/** All of `wanted`, and `undefined` (remove) for every other existing key. */
function exactly(wanted: Labels, existing: Labels = {}, unmanaged: readonly string[] = []): Labels {
  const kept = new Set(unmanaged);
  const extra = Object.keys(existing).filter((key) => !Object.hasOwn(wanted, key) && !kept.has(key));
  const removals: Record<string, string | undefined> = Object.fromEntries(
    extra.map((key) => [key, undefined]),
  );
  // The type of metadata allows no `undefined`; patchTo removes such keys.
  return { ...(removals as Record<string, string>), ...wanted };
}

const selectorOf = (wish: ServiceWish, existing: AnyKubeObject | undefined): Labels =>
  exactly(wish.side.selector, asTextMap(asRecord(existing?.['spec'])['selector']));

function takenSpec(wish: ServiceWish, existing: AnyKubeObject) {
  const standing = asRecord(existing['spec'])['ports'];
  return {
    ports: mergePorts(renderPorts(wish.side.port, wish.side.discovered), standing, wish.side.port),
    selector: selectorOf(wish, existing),
  };
}

function ownSpec(wish: ServiceWish, existing: AnyKubeObject | undefined) {
  const { headless, trafficDistribution } = serviceOf(wish.canary);
  const standing = asRecord(existing?.['spec'])['ports'];
  return {
    ports: renderPorts(wish.side.port, wish.side.discovered, standing),
    selector: selectorOf(wish, existing),
    ...(trafficDistribution ? { trafficDistribution } : {}),
    // Type and clusterIP are set at creation only: the API server refuses to change the address of a service.
    ...(existing === undefined ? { type: 'ClusterIP', ...(headless && { clusterIP: 'None' }) } : {}),
  };
}
