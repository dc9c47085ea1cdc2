import { expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { patchTo } from '@sluice/lib/json/merge.ts';
import type { Canary } from '@sluice/sluice/api/canary.ts';
import type { RouteObject, Router } from '@sluice/sluice/ports/router.ts';
import { namesOf } from '@sluice/sluice/rules/objects/names.ts';
import { routePlan } from '../../support/rigs/route-plan.ts';
import { createRouteTable, objectsIn } from './route-table.ts';
import type { RouteTable } from './route-table.ts';

/** The way back needs no spec: only the objects that stand. */
export function itRetreats(router: Router, canary: Canary): void {
  const retreat = (table: RouteTable): void => {
    for (const { resource, object, wanted } of router.retreat(canary, table.read))
      table.change({ resource, object }, patchTo(object, wanted) ?? {});
  };

  it.runIf(router.capabilities.weights)('puts all traffic to the primary by the objects that stand', () => {
    for (const weight of [0, 30, 100]) {
      const table = createRouteTable();
      table.write(router.render(routePlan(canary, weight), table.read));
      retreat(table);
      expect(router.observe(canary, table.read)?.weights).toEqual({ primary: 100, canary: 0 });
      retreat(table);
      expect(router.observe(canary, table.read)?.weights).toEqual({ primary: 100, canary: 0 });
    }
  });

  it('has nothing to put back where nothing stands', () => {
    expect(router.retreat(canary, createRouteTable().read)).toEqual([]);
  });

  it('leaves nothing of the Canary in what it releases: no owner, and no side of it', () => {
    const table = createRouteTable();
    table.write(router.render(routePlan(canary, 30), table.read));
    for (const { resource, object, wanted } of router.release(canary, table.read))
      table.change({ resource, object }, patchTo(object, wanted) ?? {});
    const { canaryService, primaryService } = namesOf(canary);
    for (const object of objectsIn(router, canary, table)) {
      expect(object.metadata.ownerReferences ?? []).toEqual([]);
      const text = JSON.stringify(contentOf(object));
      expect(text).not.toContain(canaryService);
      expect(text).not.toContain(primaryService);
    }
  });
}

/** An object that was there before the Canary keeps what the spec does not name, and gets back what stood in it. */
export function itGivesBack(router: Router, canary: Canary, given: readonly RouteObject[]): void {
  const start = () => {
    const table = createRouteTable();
    table.write(given);
    const before = given.map(({ resource, object }) => table.read(resource, object.metadata));
    for (const weight of [0, 30]) table.write(router.render(routePlan(canary, weight), table.read));
    const now = () => given.map(({ resource, object }) => table.read(resource, object.metadata));
    return { table, before, now };
  };

  it('changes an object that was there before, and keeps its labels, annotations and owners', () => {
    const { before, now } = start();
    expect(now()).not.toEqual(before);
    for (const [index, object] of now().entries()) {
      const { labels = {}, annotations = {}, ownerReferences = [] } = before[index]?.metadata ?? {};
      expect(object?.metadata.labels ?? {}).toMatchObject(labels);
      expect(object?.metadata.annotations ?? {}).toMatchObject(annotations);
      expect(object?.metadata.ownerReferences ?? []).toEqual(ownerReferences);
    }
  });

  it('gives an object that was there before back as it was', () => {
    const { table, before, now } = start();
    for (const { resource, object, wanted } of router.release(canary, table.read))
      table.change({ resource, object }, patchTo(object, wanted) ?? {});
    expect(now().map(contentOf)).toEqual(before.map(contentOf));
  });
}

/** What a user would compare: an empty map is none. */
const contentOf = (object: AnyKubeObject | undefined): unknown => {
  const { metadata, ...content } = object ?? { metadata: { name: '' } };
  return { ...content, labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} };
};
