import { describe, expect, it } from 'vitest';
import { patchTo } from '@sluice/lib/json/merge.ts';
import type { Canary } from '@sluice/sluice/api/canary.ts';
import type { RouteObject, RoutePlan, Router } from '@sluice/sluice/ports/router.ts';
import { markOf } from '@sluice/sluice/rules/objects/ownership.ts';
import { deepFreeze } from '../support/rigs/deep-freeze.ts';
import { routePlan } from '../support/rigs/route-plan.ts';
import { itChecks } from './router/any-spec.ts';
import { itKeepsCallers } from './router/callers.ts';
import { itMirrors, itPicks } from './router/requests.ts';
import { createRouteTable, ownedBy } from './router/route-table.ts';
import { itGivesBack, itRetreats } from './router/way-back.ts';

export interface RouterFixture {
  readonly router: Router;
  /** A canary this router can run by weights. */
  readonly canary: Canary;
  /** Objects that the user had before the Canary, and that the router takes over or patches. */
  readonly given?: readonly RouteObject[];
}

/** What every router keeps to. */
export function describeRouterContract(name: string, create: () => RouterFixture): void {
  describe(`${name} as a router`, () => {
    const { router, canary, given = [] } = deepFreeze(create());
    const planOf = (canaryWeight: number): RoutePlan => deepFreeze(routePlan(canary, canaryWeight));

    it('observes nothing before its objects exist', () => {
      const expected = ownedBy(router, canary).length === 0 ? { primary: 100, canary: 0 } : undefined;
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

    it('writes only objects it declares, and names what it changes of one that was there', () => {
      const declared = ownedBy(router, canary);
      for (const { resource, object } of router.render(planOf(0), createRouteTable().read)) {
        const { name, namespace } = object.metadata;
        expect(
          declared.map(({ resource: kind, ref }) => [kind.plural, ref.namespace, ref.name]),
        ).toContainEqual([resource.plural, namespace, name]);
        expect(object.kind).toBe(resource.kind);
      }
      for (const { access, changes, belongs } of declared)
        if (access === 'own') expect([typeof changes, typeof belongs]).toEqual(['string', 'function']);
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

    it.runIf(router.meshKinds.length > 0)(
      'marks what it makes in another cluster with its Canary, and names no owner there',
      () => {
        const table = createRouteTable({ meshCluster: true });
        table.write(router.render(planOf(0), table.read));
        table.write(router.render(planOf(50), table.read));
        for (const { resource, ref, access } of router.objects(canary)) {
          if (access !== 'own' || !router.meshKinds.includes(resource)) continue;
          const { annotations, ownerReferences } = table.read(resource, ref)?.metadata ?? {};
          expect(annotations).toMatchObject(markOf(canary));
          expect(ownerReferences).toBeUndefined();
        }
      },
    );

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

    if (router.capabilities.mirror) itMirrors(router, canary);
    if (router.capabilities.match) itPicks(router, canary);
    itKeepsCallers(router, canary);
    itRetreats(router, canary);
    itChecks(router, canary);
    if (given.length > 0) itGivesBack(router, canary, given);

    it('has a name, and each name once', () => {
      expect(router.names.length).toBeGreaterThan(0);
      expect(new Set(router.names).size).toBe(router.names.length);
    });
  });
}
