import { describe, expect, it } from 'vitest';
import {
  configMaps,
  deployments,
  horizontalPodAutoscalers,
  httpRoutes,
  services,
} from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { createScenario, initialized } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';
import { configMap, reading } from '../support/scenario/configs.ts';
import { scenarioDeployment, scenarioHpa } from '../support/scenario/objects.ts';

type Object = readonly [ResourceType, AnyKubeObject];
type Fields = Readonly<Record<string, unknown>>;

const namespace = 'test';
const adopt = { 'sluice.dev/adopt': 'true' };

const service = (name: string, spec: Fields, annotations: Fields = {}): Object => [
  services,
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      annotations: annotations as Record<string, string>,
      labels: { team: 'shop' },
    },
    spec: { ports: [{ name: 'http', port: 9898, targetPort: 9898 }], ...spec },
  },
];
const route = (rules: readonly Fields[], annotations: Fields = {}, spec: Fields = {}): Object => [
  httpRoutes,
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'podinfo', namespace, annotations: annotations as Record<string, string> },
    spec: { parentRefs: [{ name: 'gateway' }], ...spec, rules },
  },
];
const deployment = (name: string, annotations: Fields = {}): Object => {
  const made = scenarioDeployment('theirs:1');
  const labels = { app: name };
  const spec = asRecord(made['spec']);
  const template = { ...asRecord(spec['template']), metadata: { labels } };
  return [
    deployments,
    {
      ...made,
      metadata: { name, namespace, annotations: annotations as Record<string, string> },
      spec: { ...spec, selector: { matchLabels: labels }, template },
    },
  ];
};
const hpa = (fields: Fields, annotations: Fields = {}): Object => {
  const made = scenarioHpa('podinfo-primary', fields);
  return [
    horizontalPodAutoscalers,
    { ...made, metadata: { ...made.metadata, annotations: annotations as Record<string, string> } },
  ];
};
const toApex = { backendRefs: [{ name: 'podinfo', port: 9898 }] };
const scaled: ScenarioOptions['spec'] = {
  autoscalerRef: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'podinfo' },
};

const find = ({ store }: Scenario, [resource, { metadata }]: Object) =>
  store.get(resource, { namespace, name: metadata.name });
const specOf = (scenario: Scenario, object: Object) => asRecord(find(scenario, object)?.['spec']);
/** All of an object but what Kubernetes' own controllers write of it. */
function contentOf(scenario: Scenario, object: Object) {
  const { status: _status, metadata, ...content } = find(scenario, object) ?? object[1];
  const { resourceVersion: _version, ...kept } = metadata;
  const { 'deployment.kubernetes.io/revision': _revision, ...annotations } = kept.annotations ?? {};
  return { ...content, metadata: { ...kept, annotations } };
}

interface Foreign {
  readonly name: string;
  readonly object: Object;
  readonly options?: ScenarioOptions;
}

const foreign: readonly Foreign[] = [
  {
    name: 'an HTTPRoute with rules that lead elsewhere',
    object: route([
      {
        matches: [{ path: { type: 'PathPrefix', value: '/admin' } }],
        backendRefs: [{ name: 'admin', port: 80 }],
      },
      toApex,
    ]),
  },
  {
    name: 'an HTTPRoute that only redirects',
    object: route([{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] }]),
  },
  { name: 'a Service of other pods', object: service('podinfo', { selector: { app: 'somebody' } }) },
  { name: 'a Service without a selector', object: service('podinfo', {}) },
  {
    name: "a canary's Service of other pods",
    object: service('podinfo-canary', { selector: { app: 'somebody' } }),
  },
  {
    name: "a primary's Service of other pods",
    object: service('podinfo-primary', { selector: { app: 'somebody' } }),
  },
  { name: 'a Deployment named like the primary', object: deployment('podinfo-primary') },
  {
    name: "a scaler named like the primary's that scales something else",
    object: hpa({ scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'somebody' } }),
    options: { objects: [[horizontalPodAutoscalers, scenarioHpa()]], spec: scaled },
  },
  {
    name: 'a ConfigMap named like a copy',
    object: [configMaps, configMap('settings-primary', { color: 'theirs' })],
    options: {
      target: reading('envFrom configMap'),
      objects: [[configMaps, configMap('settings', { color: 'blue' })]],
    },
  },
];

describe('an object of somebody else', () => {
  it.each(foreign.map((one) => [one.name, one] as const))(
    '%s is refused by name, and nothing is made',
    async (_name, { object, options = {} }) => {
      const scenario = await createScenario({ ...options, objects: [...(options.objects ?? []), object] });
      const before = contentOf(scenario, object);
      await scenario.clock.advance('10s');
      const { name } = object[1].metadata;
      expect(scenario.condition('Invalid')?.message).toContain(`${object[0].kind} ${namespace}/${name}`);
      expect(scenario.condition('Invalid')?.message).toContain('sluice.dev/adopt');
      expect(contentOf(scenario, object)).toEqual(before);
      for (const [resource, own] of [
        [deployments, 'podinfo-primary'],
        [services, 'podinfo'],
        [services, 'podinfo-canary'],
        [services, 'podinfo-primary'],
        [httpRoutes, 'podinfo'],
      ] as const)
        if (own !== name || resource !== object[0])
          expect(scenario.store.get(resource, { namespace, name: own })).toBeUndefined();
      expect(scenario.replicas('podinfo')).toBe(2);
      // Made ours by its owner, or taken away, it is no obstacle any more.
      const found = find(scenario, object) as AnyKubeObject;
      scenario.store.update(object[0], {
        ...found,
        metadata: { ...found.metadata, annotations: { ...found.metadata.annotations, ...adopt } },
      });
      await scenario.reaches('Initialized', 300_000);
      await scenario.clock.advance('2s');
      expect(scenario.condition('Invalid')).toBeUndefined();
    },
  );

  it('that comes in the middle is not overwritten, and its name is said', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('2s');
    scenario.store.delete(services, { namespace, name: 'podinfo-canary' });
    const [resource, object] = service('podinfo-canary', { selector: { app: 'somebody' } });
    await scenario.until(
      () => scenario.store.get(services, { namespace, name: 'podinfo-canary' }) !== undefined,
    );
    scenario.store.delete(resource, { namespace, name: 'podinfo-canary' });
    scenario.store.create(resource, object);
    const before = contentOf(scenario, [resource, object]);
    await scenario.clock.advance('10s');
    expect(contentOf(scenario, [resource, object])).toEqual(before);
    expect(scenario.messages().join('\n')).toContain('Service test/podinfo-canary');
  });
});

describe('a Service that was there first', () => {
  const theirs = service(
    'podinfo',
    {
      type: 'NodePort',
      sessionAffinity: 'ClientIP',
      selector: { app: 'podinfo' },
      ports: [
        { name: 'web', port: 9898, targetPort: 'http', nodePort: 31_080 },
        { name: 'https', port: 443, targetPort: 'https', nodePort: 31_443 },
      ],
    },
    { 'team/owner': 'shop' },
  );
  const options: ScenarioOptions = { objects: [theirs], spec: { revertOnDeletion: true } };

  it('and picks the pods of the target is taken over with all that the Canary does not name', async () => {
    const scenario = await initialized(options);
    await scenario.clock.advance('2s');
    const spec = specOf(scenario, theirs);
    expect(spec).toMatchObject({
      type: 'NodePort',
      sessionAffinity: 'ClientIP',
      selector: { app: 'podinfo-primary' },
    });
    const ports = asList(spec['ports']).map(asRecord);
    expect(ports.map(({ port, nodePort }) => [port, nodePort])).toEqual([
      [9898, 31_080],
      [443, 31_443],
    ]);
    expect(find(scenario, theirs)?.metadata.annotations).toMatchObject({ 'team/owner': 'shop' });
    const said = scenario.messages().filter((text) => text.includes('Service test/podinfo '));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('selector');
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(asList(specOf(scenario, theirs)['ports'])).toHaveLength(2);
  });

  it('gets back what stood when the Canary goes', async () => {
    const scenario = await initialized(options);
    await scenario.clock.advance('2s');
    scenario.store.delete(canaries, { namespace, name: 'podinfo' });
    await scenario.until(() => scenario.store.get(canaries, { namespace, name: 'podinfo' }) === undefined);
    const after = find(scenario, theirs);
    expect(after?.['spec']).toMatchObject(theirs[1]['spec'] as object);
    expect(asRecord(asRecord(after?.['spec'])['selector'])).toEqual({ app: 'podinfo' });
    expect(after?.metadata.annotations).toEqual({ 'team/owner': 'shop' });
    expect(after?.metadata.labels).toEqual({ team: 'shop' });
  });

  it('with a port that has no name keeps its node port', async () => {
    const unnamed = service('podinfo', {
      type: 'NodePort',
      selector: { app: 'podinfo' },
      ports: [{ port: 9898, targetPort: 'http', nodePort: 31_081 }],
    });
    const scenario = await initialized({ objects: [unnamed], spec: { revertOnDeletion: true } });
    expect(asList(specOf(scenario, unnamed)['ports']).map(asRecord)).toMatchObject([
      { port: 9898, nodePort: 31_081 },
    ]);
  });
});

describe('an HTTPRoute that was there first', () => {
  const theirs = route(
    [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/shop' } }],
        filters: [
          {
            type: 'RequestHeaderModifier',
            requestHeaderModifier: { add: [{ name: 'x-team', value: 'shop' }] },
          },
        ],
        ...toApex,
      },
    ],
    { 'team/owner': 'shop' },
    { hostnames: ['shop.example.com'] },
  );

  it('and leads to the apex alone is taken over with its hosts, matches and filters', async () => {
    const scenario = await initialized({ objects: [theirs] });
    await scenario.clock.advance('2s');
    expect(specOf(scenario, theirs)['hostnames']).toEqual(['shop.example.com']);
    const [rule] = asList(specOf(scenario, theirs)['rules']).map(asRecord);
    expect(JSON.stringify(rule?.['matches'])).toContain('/shop');
    expect(JSON.stringify(rule?.['filters'])).toContain('x-team');
    expect(JSON.stringify(rule?.['backendRefs'])).toContain('podinfo-primary');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    expect(JSON.stringify(specOf(scenario, theirs)['rules'])).toContain('/shop');
    await scenario.reaches('Succeeded');
  });

  it('and is marked to be taken keeps the rules that lead elsewhere', async () => {
    const admin = {
      matches: [{ path: { type: 'PathPrefix', value: '/admin' } }],
      backendRefs: [{ name: 'admin', port: 80 }],
    };
    const marked = route([admin, toApex], adopt);
    const scenario = await initialized({ objects: [marked] });
    await scenario.clock.advance('2s');
    expect(JSON.stringify(specOf(scenario, marked)['rules'])).toContain('"admin"');
    expect(scenario.weight()).toBe(0);
    scenario.ship('podinfo:2');
    await scenario.until(() => JSON.stringify(specOf(scenario, marked)['rules']).includes('"weight":25'));
    expect(JSON.stringify(specOf(scenario, marked)['rules'])).toContain('"admin"');
    await scenario.reaches('Succeeded');
  });

  it('gets back what stood when the Canary goes', async () => {
    const scenario = await initialized({ objects: [theirs], spec: { revertOnDeletion: true } });
    await scenario.clock.advance('2s');
    scenario.store.delete(canaries, { namespace, name: 'podinfo' });
    await scenario.until(() => scenario.store.get(canaries, { namespace, name: 'podinfo' }) === undefined);
    const after = find(scenario, theirs);
    expect(after?.['spec']).toMatchObject(theirs[1]['spec'] as object);
    expect(after?.metadata.annotations).toEqual({ 'team/owner': 'shop' });
  });
});
