import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { applyMergePatch, patchTo } from '@sluice/lib/json/merge.ts';
import type { Canary } from '@sluice/sluice/api/canary.ts';
import type { ReadObject, RouteObject, Router } from '@sluice/sluice/ports/router.ts';
import { isKubeObject } from '../../support/rigs/apply-patch.ts';
import { deepFreeze } from '../../support/rigs/deep-freeze.ts';

/** Route objects as a pass writes them: created, or patched to what was rendered. */
export interface RouteTable {
  readonly read: ReadObject;
  write(objects: readonly RouteObject[]): void;
  change(object: RouteObject, patch: unknown): void;
}

export function createRouteTable({ meshCluster = false } = {}): RouteTable {
  const objects = new Map<string, AnyKubeObject>();
  const keyOf = (resource: ResourceType, ref: ObjectRef) =>
    `${resource.plural}.${resource.version}.${resource.group}/${ref.namespace ?? ''}/${ref.name}`;
  const change = ({ resource, object }: RouteObject, patch: unknown) => {
    const key = keyOf(resource, object.metadata);
    // Through JSON, as over the wire.
    const changed: unknown = JSON.parse(JSON.stringify(applyMergePatch(objects.get(key) ?? {}, patch)));
    if (!isKubeObject(changed)) throw new Error('the patch destroyed the object');
    objects.set(key, deepFreeze(changed));
  };
  const options = { ingressClass: '', annotationsPrefix: 'nginx.ingress.kubernetes.io', meshCluster };
  const find = (resource: ResourceType, ref: ObjectRef) => objects.get(keyOf(resource, ref));
  const read: ReadObject = Object.assign(find, { options });
  return {
    read,
    change,
    write: (routes) => {
      for (const route of routes) {
        const current = read(route.resource, route.object.metadata);
        change(route, current === undefined ? route.object : (patchTo(current, route.object) ?? {}));
      }
    },
  };
}

export const ownedBy = (router: Router, canary: Canary) =>
  router.objects(canary).filter(({ access }) => access !== 'read');

export const objectsIn = (router: Router, canary: Canary, { read }: RouteTable) =>
  ownedBy(router, canary).flatMap(({ resource, ref }) => read(resource, ref) ?? []);
