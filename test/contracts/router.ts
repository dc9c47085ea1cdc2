import { describe, expect, it } from 'vitest';
import type { Canary } from '../../src/api/canary.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '../../src/api/kube-object.ts';
import { applyMergePatch, patchTo } from '../../src/lib/merge.ts';
import type { ReadObject, RouteObject, RoutePlan, Router } from '../../src/ports/router.ts';
import { isKubeObject } from '../support/apply-patch.ts';
import { deepFreeze } from '../support/deep-freeze.ts';

export interface RouterFixture {
  readonly router: Router;
  /** A canary this router can run by weights. */
  readonly canary: Canary;
}

/** Route objects as a pass writes them: created, or patched to what was rendered. */
export interface RouteTable {
  readonly read: ReadObject;
  write(objects: readonly RouteObject[]): void;
  change(object: RouteObject, patch: unknown): void;
}

export function createRouteTable(): RouteTable {
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
  const read: ReadObject = (resource, ref) => objects.get(keyOf(resource, ref));
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

/** What every router keeps to. */
export function describeRouterContract(name: string, create: () => RouterFixture): void {
  describe(`${name} as a router`, () => {
    const { router, canary } = deepFreeze(create());
    const planOf = (canaryWeight: number, mirror = false): RoutePlan =>
      deepFreeze({ canary, weights: { primary: 100 - canaryWeight, canary: canaryWeight }, mirror });

    it('observes nothing before its objects exist', () => {
      const expected = router.resources.length === 0 ? { primary: 100, canary: 0 } : undefined;
      expect(router.observe(canary, createRouteTable().read)?.weights).toEqual(expected);
    });

    it('renders the same for the same plan, whatever it reads', () => {
      const table = createRouteTable();
      const first = router.render(planOf(30), table.read);
      table.write(first);
      table.write(router.render(planOf(0), table.read));
      table.write(router.render(planOf(30), table.read));
      const twice = createRouteTable();
      twice.write(first);
      for (const { resource, object } of first) {
        expect(table.read(resource, object.metadata)).toEqual(twice.read(resource, object.metadata));
      }
    });

    it('has nothing to write when its objects are as they should be', () => {
      const table = createRouteTable();
      table.write(router.render(planOf(10), table.read));
      for (const { resource, object } of router.render(planOf(10), table.read)) {
        expect(patchTo(table.read(resource, object.metadata) ?? {}, object)).toBeUndefined();
      }
    });

    it('writes only kinds it declares, in the namespace of the Canary', () => {
      for (const { resource, object } of router.render(planOf(0), createRouteTable().read)) {
        expect(router.resources).toContain(resource);
        expect(object.kind).toBe(resource.kind);
        expect(object.metadata.namespace).toBe(canary.metadata.namespace);
      }
    });

    it('leaves labels, annotations and owners of others alone', () => {
      const table = createRouteTable();
      const routes = router.render(planOf(0), table.read);
      table.write(routes);
      const theirs = { labels: { theirs: 'x' }, annotations: { theirs: 'y' }, finalizers: ['z'] };
      for (const route of routes) table.change(route, { metadata: theirs });
      table.write(router.render(planOf(50), table.read));
      for (const { resource, object } of routes) {
        expect(table.read(resource, object.metadata)?.metadata).toMatchObject(theirs);
      }
    });

    it.runIf(router.capabilities.weights)('observes the weights it was given', () => {
      const table = createRouteTable();
      for (const weight of [0, 1, 50, 99, 100, 0]) {
        table.write(router.render(planOf(weight), table.read));
        expect(router.observe(canary, table.read)).toMatchObject({
          weights: { primary: 100 - weight, canary: weight },
          mirrored: false,
        });
      }
    });

    it.runIf(router.capabilities.mirror)('mirrors when told, and no longer when told not to', () => {
      const table = createRouteTable();
      table.write(router.render(planOf(0, true), table.read));
      expect(router.observe(canary, table.read)?.mirrored).toBe(true);
      table.write(router.render(planOf(10), table.read));
      expect(router.observe(canary, table.read)?.mirrored).toBe(false);
    });

    it('has a name, and each name once', () => {
      expect(router.names.length).toBeGreaterThan(0);
      expect(new Set(router.names).size).toBe(router.names.length);
    });
  });
}
