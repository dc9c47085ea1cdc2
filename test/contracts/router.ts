import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Canary, CanaryAnalysis, CanaryService } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { applyMergePatch, patchTo } from '@sluice/lib/json/merge.ts';
import type {
  ReadObject,
  RouteCookies,
  RouteObject,
  RoutePlan,
  Router,
} from '@sluice/sluice/ports/router.ts';
import { namesOf } from '@sluice/sluice/rules/objects/names.ts';
import { isKubeObject } from '../support/rigs/apply-patch.ts';
import { deepFreeze } from '../support/rigs/deep-freeze.ts';
import { routePlan } from '../support/rigs/route-plan.ts';

export interface RouterFixture {
  readonly router: Router;
  /** A canary this router can run by weights. */
  readonly canary: Canary;
  /** Objects that the user had before the Canary, and that the router takes over or patches. */
  readonly given?: readonly RouteObject[];
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
  const observeAfter = (...plans: readonly RoutePlan[]) => {
    const table = createRouteTable();
    for (const plan of plans) table.write(router.render(plan, table.read));
    const observed = plans[0] && router.observe(plans[0].canary, table.read);
    return observed && { weights: observed.weights, mirrored: observed.mirrored };
  };
  const mirroring = (canary: Canary): RoutePlan => routePlan(canary, 0, { mirror: true });
  const stepping = (canary: Canary, mirror = false): RoutePlan => routePlan(canary, 10, { mirror });

  it('mirrors when told, and no longer when told not to', () => {
    expect(observeAfter(mirroring(plain))).toEqual({ weights: { primary: 100, canary: 0 }, mirrored: true });
    expect(observeAfter(mirroring(plain), stepping(plain))).toEqual({
      weights: { primary: 90, canary: 10 },
      mirrored: false,
    });
  });

  it('mirrors with iterations and without, at each weight and beside session affinity', () => {
    for (const analysis of [
      { iterations: 3 },
      { stepWeight: 10 },
      { stepWeight: 10, sessionAffinity: { cookieName: 'side' } },
    ]) {
      const canary = withParts(plain, analysis);
      expect(observeAfter(mirroring(canary))?.mirrored).toBe(true);
      expect(observeAfter(stepping(canary, true))?.mirrored).toBe(true);
    }
  });

  it("keeps the service's own mirror, and does not take it for the one to the canary", () => {
    const mirror = [
      { backendRef: { name: 'shadow', port: 80 } },
      { backendRef: { name: namesOf(plain).canaryService, namespace: 'elsewhere', port: 80 } },
    ];
    const canary = withParts(plain, {}, { mirror });
    expect(observeAfter(stepping(canary))?.mirrored).toBe(false);
    expect(observeAfter(mirroring(canary))?.mirrored).toBe(true);
    const rendered = JSON.stringify(
      router.render(mirroring(canary), createRouteTable().read).map(({ object }) => object),
    );
    expect(rendered).toContain('shadow');
    expect(rendered).toContain('elsewhere');
  });
}

function itPicks(router: Router, plain: Canary): void {
  const picking = withParts(plain, { iterations: 3, match: [{ headers: { 'x-beta': { exact: 'yes' } } }] });
  const everybody = (weight: number): RoutePlan => ({
    ...routePlan(picking, weight),
    audience: { kind: 'everybody' },
  });

  it('sends the picked requests where the weights say, and leaves nothing of it behind', () => {
    const table = createRouteTable();
    table.write(router.render(everybody(0), table.read));
    const before = JSON.stringify(objectsIn(router, picking, table));
    table.write(router.render(routePlan(picking, 100), table.read));
    expect(router.observe(picking, table.read)?.weights).toEqual({ primary: 0, canary: 100 });
    expect(JSON.stringify(objectsIn(router, picking, table))).toContain('x-beta');
    table.write(router.render(everybody(0), table.read));
    expect(JSON.stringify(objectsIn(router, picking, table))).toBe(before);
  });
}

const ownedBy = (router: Router, canary: Canary) =>
  router.objects(canary).filter(({ access }) => access !== 'read');

const objectsIn = (router: Router, canary: Canary, { read }: RouteTable) =>
  ownedBy(router, canary).flatMap(({ resource, ref }) => read(resource, ref) ?? []);

/** The way back needs no spec: only the objects that stand. */
function itRetreats(router: Router, canary: Canary): void {
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
function itGivesBack(router: Router, canary: Canary, given: readonly RouteObject[]): void {
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

/** Whatever a user writes: either `check` names a field, or it can be rendered, written twice and put back. */
function itChecks(router: Router, plain: Canary): void {
  it('renders whatever its check accepts, and what it does not accept it names by field', () => {
    fc.assert(
      fc.property(anyService, anyAnalysis, (service, analysis) => {
        const canary = withParts(plain, analysis, service);
        const table = createRouteTable();
        const problems = router.check(canary, table.read);
        for (const { field, message } of problems) {
          expect(field).toMatch(/^spec\./);
          expect(message.length).toBeGreaterThan(10);
        }
        if (problems.length > 0) return;
        table.write(router.render(routePlan(canary, 10), table.read));
        for (const { resource, object } of router.render(routePlan(canary, 10), table.read))
          expect(patchTo(table.read(resource, object.metadata) ?? {}, object)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
}

const anyText = fc.oneof(fc.constantFrom('/', '/api', 'GET', 'yes', '.*', ''), fc.string({ maxLength: 12 }));
const anyMatcher = fc
  .tuple(fc.constantFrom('exact', 'prefix', 'suffix', 'regex'), anyText)
  .map(([how, text]) => ({ [how]: text }));
const anyMatch = fc.record(
  {
    uri: anyMatcher,
    method: anyMatcher,
    headers: fc.dictionary(fc.constantFrom('x-a', 'X-A', 'cookie', 'host'), anyMatcher, { maxKeys: 2 }),
    queryParams: fc.dictionary(fc.constantFrom('a', 'b'), anyMatcher, { maxKeys: 2 }),
  },
  { requiredKeys: [] },
);
const anyService = fc.record(
  {
    hosts: fc.array(fc.constantFrom('a.example.com', '*.example.com', '*', '10.0.0.1', 'A.b', ''), {
      maxLength: 2,
    }),
    gatewayRefs: fc.array(fc.constantFrom({ name: 'gateway' }, { name: 'other', namespace: 'infra' }), {
      maxLength: 2,
    }),
    match: fc.array(anyMatch, { maxLength: 2 }),
    timeout: fc.constantFrom('1s', '1.5s', '15m', '', '1h', '100000h'),
    rewrite: fc.constantFrom({ uri: '/x' }, { authority: 'a' }, { uri: '/x', type: 'ReplacePrefixMatch' }),
    corsPolicy: fc.constantFrom(
      { allowOrigin: ['https://a'] },
      { allowOrigins: [{ exact: 'https://a' }, { regex: '.*' }] },
      { maxAge: '1h' },
    ),
    retries: fc.constantFrom({ attempts: 3 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<CanaryService>>;
const anyAnalysis = fc.record(
  {
    iterations: fc.constantFrom(1, 3),
    match: fc.array(anyMatch, { maxLength: 2 }),
    sessionAffinity: fc.constantFrom({ cookieName: 'side' }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<CanaryAnalysis>>;

function itKeepsCallers(router: Router, plain: Canary): void {
  const { sessionAffinity } = router.capabilities;
  const canary = withParts(plain, { sessionAffinity: { cookieName: 'side', primaryCookieName: 'home' } });
  const planOf = (weight: number, cookies?: RouteCookies): RoutePlan =>
    deepFreeze(routePlan(canary, weight, { cookies }));
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
    expect(rendered).toEqual(router.render(routePlan(plain, 10), table.read));
  });
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
