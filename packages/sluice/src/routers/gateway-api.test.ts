import { describe, expect, it } from 'vitest';
import { describeRouterContract } from '../../../../test/contracts/router.ts';
import { createRouteTable } from '../../../../test/contracts/router/route-table.ts';
import { podinfoCanary } from '../../../../test/support/rigs/podinfo-objects.ts';
import { routePlan } from '../../../../test/support/rigs/route-plan.ts';
import type { Canary } from '../api/canary.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { apiVersionOf, gateways, httpRoutes, httpRoutesV1beta1 } from '@sluice/kube/objects/resources.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import type { RouteObject, Router } from '../ports/router.ts';
import { gatewayApiV1 } from './gateway-api-v1.ts';
import { gatewayApiV1beta1 } from './gateway-api-v1beta1.ts';
import { findRouter, routers } from './index.ts';
import { kubernetes } from './kubernetes.ts';

/** "Route first, Canary later": of the user, with a rule and annotations of their own. */
const routeOfTheUser = (resource: ResourceType): RouteObject => ({
  resource,
  object: {
    apiVersion: apiVersionOf(resource),
    kind: 'HTTPRoute',
    metadata: { ...routeOf(podinfoCanary()), labels: { team: 'web' }, annotations: { theirs: 'stays' } },
    spec: {
      parentRefs: [{ name: 'theirs' }],
      hostnames: ['example.com'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/api' } }],
          backendRefs: [{ name: 'podinfo', port: 9898 }],
        },
      ],
    },
  },
});
const routeOf = ({ metadata: { namespace = '' }, spec }: Canary) => ({
  namespace,
  name: spec.service?.name ?? spec.targetRef.name,
});

describeRouterContract('gatewayapi:v1', () => ({
  router: gatewayApiV1,
  canary: podinfoCanary(),
  given: [routeOfTheUser(httpRoutes)],
}));
describeRouterContract('gatewayapi:v1beta1', () => ({
  router: gatewayApiV1beta1,
  canary: podinfoCanary(),
  given: [routeOfTheUser(httpRoutesV1beta1)],
}));
describe('a spec beyond what an HTTPRoute can say', () => {
  const checked = (service: object, analysis: object = {}) => {
    const canary = podinfoCanary();
    const spec = {
      ...canary.spec,
      service: { port: 80, ...canary.spec.service, ...service },
      analysis: { ...canary.spec.analysis, ...analysis },
    };
    return gatewayApiV1.check({ ...canary, spec }, () => undefined);
  };
  const header = { headers: { 'x-user': { exact: 'test' } } };
  const many = (count: number): readonly object[] => Array.from({ length: count }, () => header);
  const test = (count: number): object => ({ stepWeight: undefined, iterations: 3, match: many(count) });

  it('has more matches than one rule, once those of the test are combined with those of the service', () => {
    expect(checked({ match: many(8) }, test(8))).toEqual([]);
    expect(checked({ match: many(8) }, test(9))).toMatchObject([
      { field: 'spec.analysis.match', message: expect.stringContaining('at most 64: write fewer') },
    ]);
    expect(checked({}, test(65))).toMatchObject([{ field: 'spec.analysis.match' }]);
  });

  it('has a maxAge that is no duration: it is a problem of that field, and breaks no pass', () => {
    expect(checked({ corsPolicy: { maxAge: '24h' } })).toEqual([]);
    expect(checked({ corsPolicy: { maxAge: 'a day' } })).toEqual([
      {
        field: 'spec.service.corsPolicy.maxAge',
        value: '"a day"',
        message: 'write a duration, such as "24h"',
      },
    ]);
  });
});

describeRouterContract('kubernetes', () => ({ router: kubernetes, canary: podinfoCanary() }));

function render(canary: Canary, weight = 0, mirror = false, router: Router = gatewayApiV1) {
  const table = createRouteTable();
  const plan = routePlan(canary, weight, { mirror });
  const routes = router.render(plan, table.read);
  table.write(routes);
  const route = routes[0];
  const object = route && table.read(route.resource, route.object.metadata);
  if (route === undefined || object === undefined) throw new Error('no route');
  const spec = asRecord(object['spec']);
  return { table, route, object, spec, rules: asList(spec['rules']).map(asRecord) };
}

const backends = (primary: number, canary: number) => [
  { group: '', kind: 'Service', name: 'podinfo-primary', port: 9898, weight: primary },
  { group: '', kind: 'Service', name: 'podinfo-canary', port: 9898, weight: canary },
];

describe('the HTTPRoute', () => {
  it('splits requests of its hosts at its gateways by weight', () => {
    const gatewayRefs = [{ name: 'gateway', namespace: 'ingress', sectionName: 'web' }, { name: 'own' }];
    const { object, spec, rules } = render(
      podinfoCanary({ service: { gatewayRefs, hosts: ['a.example'] } }),
      30,
    );
    expect(object).toMatchObject({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'podinfo', namespace: 'test', ownerReferences: [{ uid: 'canary-uid' }] },
    });
    const group = 'gateway.networking.k8s.io';
    expect(spec['parentRefs']).toEqual([
      { group, kind: 'Gateway', namespace: 'ingress', name: 'gateway', sectionName: 'web' },
      { group, kind: 'Gateway', name: 'own' },
    ]);
    expect(spec['hostnames']).toEqual(['a.example']);
    expect(rules).toHaveLength(1);
    expect(rules[0]).toMatchObject({
      matches: [{ path: { type: 'PathPrefix', value: '/' } }],
      backendRefs: backends(70, 30),
    });
  });

  it('is named after the service, with the metadata of the apex and the marks for Flux', () => {
    const apex = { labels: { team: 'x' }, annotations: { note: 'y' } };
    const { object } = render(podinfoCanary({ service: { name: 'front', apex } }));
    expect(object.metadata).toMatchObject({
      name: 'front',
      labels: { team: 'x' },
      annotations: { note: 'y', 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' },
    });
  });

  it.each([undefined, []])('is refused without gatewayRefs (%j), naming the field', (gatewayRefs) => {
    const { gatewayRefs: _all, ...service } = podinfoCanary().spec.service ?? { port: 1 };
    const canary = podinfoCanary({ spec: { service: gatewayRefs ? { ...service, gatewayRefs } : service } });
    expect(() => render(canary)).toThrow('spec.service.gatewayRefs is');
  });

  it('maps matches of path, method, headers and query', () => {
    const match = [
      {
        uri: { regex: '/api/.*' },
        method: { exact: 'POST' },
        headers: { 'x-b': { regex: 'b.*' }, 'x-a': { exact: 'a' } },
        queryParams: { page: { exact: '1' } },
      },
      { uri: { exact: '/health' } },
      { uri: { prefix: '/v2' } },
    ];
    expect(render(podinfoCanary({ service: { match } })).rules[0]?.['matches']).toMatchObject([
      {
        path: { type: 'RegularExpression', value: '/api/.*' },
        method: 'POST',
        headers: [
          { type: 'Exact', name: 'x-a', value: 'a' },
          { type: 'RegularExpression', name: 'x-b', value: 'b.*' },
        ],
        queryParams: [{ type: 'Exact', name: 'page', value: '1' }],
      },
      { path: { type: 'Exact', value: '/health' } },
      { path: { type: 'PathPrefix', value: '/v2' } },
    ]);
  });

  it.each([
    ['a method by prefix', { method: { prefix: 'P' } }, 'spec.service.match[0].method'],
    ['a header by prefix', { headers: { 'x-a': { prefix: 'a' } } }, 'spec.service.match[0].headers.x-a'],
  ])('refuses %s, which no HTTPRoute can say', (_name, match, field) => {
    expect(() => render(podinfoCanary({ service: { match: [match] } }))).toThrow(field);
  });

  it('carries header changes, rewrite, static mirrors, CORS and timeouts', () => {
    const service = {
      headers: { request: { add: { b: '2', a: '1' }, remove: ['c'] }, response: { set: { d: '4' } } },
      rewrite: { uri: '/new', authority: 'host', type: 'ReplacePrefixMatch' },
      mirror: [{ backendRef: { name: 'shadow', port: 80 } }],
      corsPolicy: { allowOrigin: ['https://a'], allowMethods: ['GET'], maxAge: '1h', allowCredentials: true },
      timeout: '15s',
      backendTimeout: '5s',
    };
    const rule = render(podinfoCanary({ service })).rules[0];
    expect(rule?.['filters']).toMatchObject([
      {
        type: 'RequestHeaderModifier',
        requestHeaderModifier: {
          add: [
            { name: 'a', value: '1' },
            { name: 'b', value: '2' },
          ],
          remove: ['c'],
        },
      },
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: 'd', value: '4' }] } },
      {
        type: 'URLRewrite',
        urlRewrite: { hostname: 'host', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' } },
      },
      { type: 'RequestMirror', requestMirror: { backendRef: { kind: 'Service', name: 'shadow', port: 80 } } },
      {
        type: 'CORS',
        cors: { allowOrigins: ['https://a'], allowMethods: ['GET'], maxAge: 3600, allowCredentials: true },
      },
    ]);
    expect(rule?.['timeouts']).toEqual({ request: '15s', backendRequest: '5s' });
    const old = render(podinfoCanary({ service }), 0, false, gatewayApiV1beta1).rules[0];
    expect(asList(old?.['filters']).map((filter) => asRecord(filter)['type'])).not.toContain('CORS');
    expect(old).not.toHaveProperty('timeouts');
  });

  it('loses a timeout and a filter that the spec lost', () => {
    const { table, route } = render(podinfoCanary({ service: { timeout: '15s', rewrite: { uri: '/x' } } }));
    const plan = routePlan(podinfoCanary(), 0);
    table.write(gatewayApiV1.render(plan, table.read));
    const rule = asRecord(
      asList(asRecord(table.read(route.resource, route.object.metadata)?.['spec'])['rules'])[0],
    );
    expect(rule['filters']).toEqual([]);
    expect(rule).not.toHaveProperty('timeouts');
  });
});

describe('an A/B test on the Gateway API', () => {
  const analysis = { iterations: 3, match: [{ headers: { 'x-beta': { exact: 'yes' } } }] };

  it('sends the picked requests by weight and all others to the primary', () => {
    const service = { match: [{ uri: { prefix: '/api' }, headers: { host: { exact: 'a' } } }] };
    const canary = podinfoCanary({ service, analysis });
    const { rules, table } = render(canary, 100, true);
    expect(rules).toHaveLength(2);
    expect(rules[0]).toMatchObject({
      matches: [
        {
          path: { type: 'PathPrefix', value: '/api' },
          headers: [{ name: 'host' }, { name: 'x-beta', value: 'yes' }],
        },
      ],
      backendRefs: backends(0, 100),
    });
    expect(rules[1]).toMatchObject({
      matches: [{ headers: [{ name: 'host' }] }],
      filters: [],
      backendRefs: [{ name: 'podinfo-primary', weight: 100 }],
    });
    expect(gatewayApiV1.observe(canary, table.read)?.weights).toEqual({ primary: 0, canary: 100 });
  });

  it('has the last word on a header that the service matches, too: a name may come once', () => {
    const service = { match: [{ headers: { 'X-Beta': { exact: 'no' }, host: { exact: 'a' } } }] };
    const { rules } = render(podinfoCanary({ service, analysis }));
    expect(rules[0]?.['matches']).toMatchObject([
      { headers: [{ name: 'host' }, { name: 'x-beta', value: 'yes' }] },
    ]);
  });

  it('is refused when a match picks nothing: all requests would go to the canary', () => {
    const match = [{ sourceLabels: { app: 'x' } }];
    const canary = podinfoCanary({ analysis: { iterations: 3, match } });
    expect(() => render(canary)).toThrow('spec.analysis.match[0]');
  });

  it('is no A/B test without iterations', () => {
    expect(render(podinfoCanary({ analysis: { match: analysis.match } })).rules).toHaveLength(1);
  });
});

describe('the word of the gateway', () => {
  const programmed = { conditions: [{ type: 'Programmed', status: 'True' }] };
  const unknown = { conditions: [{ type: 'Accepted', status: 'Unknown', reason: 'Pending' }] };
  const gatewayOf = (status?: object): AnyKubeObject => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'gateway', namespace: 'istio-ingress' },
    ...(status && { status }),
  });

  interface World {
    readonly gateway?: AnyKubeObject | undefined;
    readonly parents?: readonly unknown[];
    readonly router?: Router;
  }
  const wordOf = ({ gateway = gatewayOf(programmed), parents = [], router = gatewayApiV1 }: World) => {
    const { table, route } = render(podinfoCanary(), 10, false, router);
    table.change({ resource: gateways, object: gateway }, gateway);
    table.change(route, { metadata: { generation: 4 }, status: { parents } });
    return router.observe(podinfoCanary(), table.read)?.gateway;
  };
  const parent = (conditions: readonly object[], ref: object = {}) => ({
    parentRef: { name: 'gateway', namespace: 'istio-ingress', ...ref },
    conditions: conditions.map((condition) => ({ observedGeneration: 4, ...condition })),
  });
  const accepted = { type: 'Accepted', status: 'True' };

  it('is that it follows when it accepted the latest generation', () => {
    expect(wordOf({ parents: [parent([accepted])] })).toEqual({ state: 'follows' });
  });

  it.each([
    [
      'does not accept the route (NotAllowedByListeners: no)',
      [{ type: 'Accepted', status: 'False', reason: 'NotAllowedByListeners', message: 'no' }],
    ],
    [
      'takes only a part of the route (UnsupportedValue: no)',
      [accepted, { type: 'PartiallyInvalid', status: 'True', reason: 'UnsupportedValue', message: 'no' }],
    ],
    [
      'does not find what the route refers to (BackendNotFound: no)',
      [accepted, { type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound', message: 'no' }],
    ],
  ])('is a refusal when it %s', (words, conditions) => {
    for (const router of [gatewayApiV1, gatewayApiV1beta1])
      expect(wordOf({ parents: [parent(conditions)], router })).toEqual({
        state: 'refuses',
        message: `Gateway istio-ingress/gateway ${words}`,
      });
  });

  it('is not there yet while it lags behind, or has not answered although it answers elsewhere', () => {
    const behind = wordOf({ parents: [parent([{ ...accepted, observedGeneration: 3 }])] });
    expect(behind).toMatchObject({
      state: 'pending',
      message: expect.stringContaining('generation 3 of the route, not yet 4') as unknown,
    });
    expect(wordOf({})).toMatchObject({ state: 'pending' });
    expect(wordOf({ parents: [parent([])] })).toMatchObject({ state: 'pending' });
  });

  it('is believed when it counts no generations', () => {
    const conditions = [{ ...accepted, observedGeneration: undefined }];
    expect(wordOf({ parents: [parent(conditions)] })).toEqual({ state: 'follows' });
  });

  it.each([undefined, {}, unknown])('is silence where nobody writes a status, as in %j', (status) => {
    expect(wordOf({ gateway: gatewayOf(status) })).toMatchObject({ state: 'silent' });
  });

  it('is not that of gateways that are not ours', () => {
    const refused = [{ ...accepted, status: 'False' }];
    for (const ref of [{ name: 'other' }, { namespace: 'other' }, { sectionName: 'web' }, { port: 80 }])
      expect(wordOf({ parents: [parent(refused, ref), parent([accepted])] })).toEqual({ state: 'follows' });
  });

  it('is that of the worst of several', () => {
    const refs = [{ name: 'gateway', namespace: 'istio-ingress' }, { name: 'inner' }];
    const canary = podinfoCanary({ service: { gatewayRefs: refs } });
    const { table } = render(canary, 10);
    table.change({ resource: gateways, object: gatewayOf(programmed) }, gatewayOf(programmed));
    expect(gatewayApiV1.observe(canary, table.read)?.gateway).toEqual({
      state: 'refuses',
      message: 'Gateway test/inner does not exist',
    });
  });

  it('of one whose kind may not be read is asked of the route alone', () => {
    const { table } = render(podinfoCanary(), 10);
    const read = Object.assign(table.read.bind(undefined), { isListed: () => false });
    expect(gatewayApiV1.observe(podinfoCanary(), read)?.gateway.state).toBe('silent');
    expect(gatewayApiV1.observe(podinfoCanary(), table.read)?.gateway.state).toBe('refuses');
  });
});

describe('the weights of a route that somebody else wrote', () => {
  const observe = (...rules: readonly (readonly unknown[])[]) => {
    const { table, route } = render(podinfoCanary());
    table.change(route, { spec: { rules: rules.map((backendRefs) => ({ backendRefs })) } });
    return gatewayApiV1.observe(podinfoCanary(), table.read)?.weights;
  };
  const primary = { name: 'podinfo-primary' };
  const canary = { name: 'podinfo-canary' };

  it('are those of the last rule with both backends', () => {
    const sticky = [
      { ...primary, weight: 0 },
      { ...canary, weight: 100 },
    ];
    const weighted = [
      { ...primary, weight: 90 },
      { ...canary, weight: 10 },
    ];
    expect(observe(sticky, weighted, [primary])).toEqual({ primary: 90, canary: 10 });
  });

  it('are percent, whatever they sum to, and 1 where none is written', () => {
    expect(observe([primary, { ...canary, weight: 3 }])).toEqual({ primary: 25, canary: 75 });
    expect(observe([primary, canary])).toEqual({ primary: 50, canary: 50 });
  });

  it('belong to the one backend there is', () => {
    expect(observe([canary])).toEqual({ primary: 0, canary: 100 });
    expect(observe([primary])).toEqual({ primary: 100, canary: 0 });
    expect(observe()).toEqual({ primary: 100, canary: 0 });
  });
});

describe('findRouter', () => {
  it('takes names exactly, also where one is the beginning of another', () => {
    expect(findRouter('gatewayapi:v1')).toBe(gatewayApiV1);
    expect(findRouter('gatewayapi:v1beta1')).toBe(gatewayApiV1beta1);
    expect(findRouter('kubernetes')).toBe(kubernetes);
  });

  it.each(['gatewayapi', 'gatewayapi:v1alpha2', 'gatewayapi:v1 ', 'istio', ''])(
    'does not know %j',
    (name) => {
      expect(findRouter(name)).toBeUndefined();
    },
  );

  it('gives no name to two routers', () => {
    const names = routers.flatMap((router) => router.names);
    expect(new Set(names).size).toBe(names.length);
  });
});
