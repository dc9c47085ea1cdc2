import { describe, expect, it } from 'vitest';
import type { Canary, CanaryAnalysis, CanaryService } from '../../src/api/canary.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '../../src/api/kube-object.ts';
import { applyMergePatch, patchTo } from '../../src/lib/merge.ts';
import type { ReadObject, RouteCookies, RouteObject, RoutePlan, Router } from '../../src/ports/router.ts';
import { namesOf } from '../../src/rules/names.ts';
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

function withParts(
  canary: Canary,
  analysis: Partial<CanaryAnalysis>,
  service: Partial<CanaryService> = {},
): Canary {
  const { spec } = canary;
  return deepFreeze({
    ...canary,
    spec: {
      ...spec,
      ...(spec.service && { service: { ...spec.service, ...service } }),
      analysis: { ...spec.analysis, ...analysis },
    },
  });
}

function itMirrors(router: Router, plain: Canary): void {
  const observeAfter = (canary: Canary, ...plans: readonly Omit<RoutePlan, 'canary'>[]) => {
    const table = createRouteTable();
    for (const plan of plans) table.write(router.render({ canary, ...plan }, table.read));
    return router.observe(canary, table.read);
  };
  const mirroring = { weights: { primary: 100, canary: 0 }, mirror: true };
  const stepping = { weights: { primary: 90, canary: 10 }, mirror: false };

  it('mirrors when told, and no longer when told not to', () => {
    expect(observeAfter(plain, mirroring)).toEqual({ weights: mirroring.weights, mirrored: true });
    expect(observeAfter(plain, mirroring, stepping)).toEqual({ weights: stepping.weights, mirrored: false });
  });

  it('mirrors with iterations and without, at each weight and beside session affinity', () => {
    for (const analysis of [
      { iterations: 3 },
      { stepWeight: 10 },
      { stepWeight: 10, sessionAffinity: { cookieName: 'side' } },
    ]) {
      const canary = withParts(plain, analysis);
      expect(observeAfter(canary, mirroring)).toEqual({ weights: mirroring.weights, mirrored: true });
      expect(observeAfter(canary, { ...stepping, mirror: true })?.mirrored).toBe(true);
    }
  });

  it("keeps the service's own mirror, and does not take it for the one to the canary", () => {
    const mirror = [
      { backendRef: { name: 'shadow', port: 80 } },
      { backendRef: { name: namesOf(plain).canaryService, namespace: 'elsewhere', port: 80 } },
    ];
    const canary = withParts(plain, {}, { mirror });
    expect(observeAfter(canary, stepping)?.mirrored).toBe(false);
    expect(observeAfter(canary, mirroring)?.mirrored).toBe(true);
    const rendered = JSON.stringify(
      router.render({ canary, ...mirroring }, createRouteTable().read).map(({ object }) => object),
    );
    expect(rendered).toContain('shadow');
    expect(rendered).toContain('elsewhere');
  });
}

function itKeepsCallers(router: Router, plain: Canary): void {
  const { sessionAffinity } = router.capabilities;
  const canary = withParts(plain, { sessionAffinity: { cookieName: 'side', primaryCookieName: 'home' } });
  const planOf = (weight: number, cookies?: RouteCookies): RoutePlan =>
    deepFreeze({
      canary,
      weights: { primary: 100 - weight, canary: weight },
      mirror: false,
      ...(cookies && { cookies }),
    });
  const running = { canary: 'side=b', primary: 'home=c', redraw: { cookie: 'home=d', weight: 5 } };
  const over = { previous: 'side=a' };

  it.runIf(sessionAffinity)(
    'observes its weights and has nothing more to write while it keeps callers',
    () => {
      const table = createRouteTable();
      for (const plan of [planOf(10, running), planOf(100, running), planOf(0, running), planOf(0, over)]) {
        table.write(router.render(plan, table.read));
        expect(router.observe(canary, table.read)?.weights).toEqual(plan.weights);
        for (const { resource, object } of router.render(plan, table.read)) {
          expect(patchTo(table.read(resource, object.metadata) ?? {}, object)).toBeUndefined();
        }
      }
    },
  );

  it.runIf(sessionAffinity)('names the cookies it keeps callers by, and none that is over', () => {
    const table = createRouteTable();
    const rendered = (plan: RoutePlan) => {
      const routes = router.render(plan, table.read);
      table.write(routes);
      return JSON.stringify(routes.map(({ resource, object }) => table.read(resource, object.metadata)));
    };
    expect(rendered(planOf(10, running))).toContain('side=b; Max-Age=86400');
    const taken = rendered(planOf(0, { previous: 'side=b' }));
    expect(taken).toContain('side=b; Max-Age=-1');
    expect(taken).not.toContain('86400');
    expect(rendered(planOf(0))).not.toContain('side=');
  });

  it(`writes no cookie ${sessionAffinity ? 'before there is one' : 'at all'}`, () => {
    const table = createRouteTable();
    const rendered = router.render(planOf(10, sessionAffinity ? undefined : running), table.read);
    expect(rendered).toEqual(router.render({ ...planOf(10), canary: plain }, table.read));
  });
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

    if (router.capabilities.mirror) itMirrors(router, canary);
    itKeepsCallers(router, canary);

    it('has a name, and each name once', () => {
      expect(router.names.length).toBeGreaterThan(0);
      expect(new Set(router.names).size).toBe(router.names.length);
    });
  });
}
