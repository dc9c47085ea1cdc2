import type { Canary } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { configMaps } from '@sluice/kube/objects/resources.ts';
import { asRecord, asTextMap } from '@sluice/lib/json/json-read.ts';
import type { ReadObject, RouteObject, RoutePlan, Router } from '@sluice/sluice/ports/router.ts';
import { namesOf } from '@sluice/sluice/rules/objects/names.ts';
import { canaryAnnotation } from '@sluice/sluice/rules/objects/object-keys.ts';
import { markOf } from '@sluice/sluice/rules/objects/ownership.ts';

export const ingressClasses: ResourceType = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'ingressclasses',
  kind: 'IngressClass',
  namespaced: false,
};

export const ingresses: ResourceType = {
  ...ingressClasses,
  plural: 'ingresses',
  kind: 'Ingress',
  namespaced: true,
};

const farName = ({ metadata: { namespace = '', name } }: Canary): string => `${namespace}-${name}`;
export const weightsRef = (canary: Canary): ObjectRef => ({ namespace: 'mesh', name: farName(canary) });
export const classRef = (canary: Canary): ObjectRef => ({ name: farName(canary) });
/** Of the user, who need not have one. */
export const ingressRef = ({ metadata }: Canary): ObjectRef => ({
  namespace: metadata.namespace ?? '',
  name: 'ours',
});
const weightKey = (read: ReadObject): string => `${read.options?.annotationsPrefix ?? 'far'}/weight`;

/**
 * A router without a data plane, whose objects no owner reference can hold: the weights in a ConfigMap of another namespace, in
 * an annotation of a cluster-scoped IngressClass, and in one of an Ingress of the user.
 */
export const farRouter: Router = {
  names: ['osm'],
  capabilities: { weights: true, match: false, mirror: false, sessionAffinity: false },
  meshKinds: [],
  check: () => [],
  objects: (canary) => [
    {
      resource: configMaps,
      ref: weightsRef(canary),
      access: 'own',
      belongs: () => false,
      changes: 'its data',
    },
    {
      resource: ingressClasses,
      ref: classRef(canary),
      access: 'own',
      belongs: () => false,
      changes: 'an annotation',
    },
    { resource: ingresses, ref: ingressRef(canary), access: 'patch' },
  ],
  render: (plan, read) => [
    { resource: configMaps, object: weightsOf(plan) },
    { resource: ingressClasses, object: classOf(plan, read) },
    ...ingressOf(plan, read),
  ],
  retreat: (canary, read) =>
    patches(canary, read, {
      data: { primary: '100', canary: '0' },
      annotations: { [weightKey(read)]: '0' },
    }),
  release: (canary, read) =>
    patches(canary, read, {
      data: { service: namesOf(canary).apex, primary: undefined, canary: undefined },
      annotations: { [weightKey(read)]: undefined, [canaryAnnotation]: undefined },
    }),
  observe(canary, read) {
    const found = read(configMaps, weightsRef(canary));
    if (found === undefined || read(ingressClasses, classRef(canary)) === undefined) return undefined;
    const { primary = '100', canary: share = '0' } = asTextMap(asRecord(found['data']));
    const weights = { primary: Number(primary), canary: Number(share) };
    return { weights, mirrored: false, gateway: { state: 'follows' } };
  },
};

const weightsOf = ({ canary, weights }: RoutePlan): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...weightsRef(canary), annotations: markOf(canary) },
  data: { primary: String(weights.primary), canary: String(weights.canary) },
});

const classOf = ({ canary, weights }: RoutePlan, read: ReadObject): AnyKubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: {
    ...classRef(canary),
    annotations: { ...markOf(canary), [weightKey(read)]: String(weights.canary) },
  },
  spec: { controller: 'sluice.dev/far' },
});

function ingressOf({ canary, weights }: RoutePlan, read: ReadObject): readonly RouteObject[] {
  const existing = read(ingresses, ingressRef(canary));
  if (existing === undefined) return [];
  const annotations = { [weightKey(read)]: String(weights.canary) };
  const { apiVersion, kind } = existing;
  return [
    { resource: ingresses, object: { apiVersion, kind, metadata: { ...ingressRef(canary), annotations } } },
  ];
}

function patches(
  canary: Canary,
  read: ReadObject,
  { data, annotations }: { readonly data: object; readonly annotations: Record<string, string | undefined> },
) {
  const weights = read(configMaps, weightsRef(canary));
  const ingressClass = read(ingressClasses, classRef(canary));
  const ingress = read(ingresses, ingressRef(canary));
  const mark = Object.hasOwn(annotations, canaryAnnotation) ? { [canaryAnnotation]: undefined } : {};
  return [
    ...(weights
      ? [{ resource: configMaps, object: weights, wanted: { metadata: { annotations: mark }, data } }]
      : []),
    ...(ingressClass
      ? [{ resource: ingressClasses, object: ingressClass, wanted: { metadata: { annotations } } }]
      : []),
    ...(ingress
      ? [
          {
            resource: ingresses,
            object: ingress,
            wanted: { metadata: { annotations: { [weightKey(read)]: annotations[weightKey(read)] } } },
          },
        ]
      : []),
  ];
}
