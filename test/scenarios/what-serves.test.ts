import { describe, expect, it } from 'vitest';
import { deployments, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { createScenario, initialized } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';
import { scenarioCanary, scenarioDeployment } from '../support/scenario/objects.ts';

const namespace = 'test';
type Labels = Readonly<Record<string, string>>;

/** The target with these labels, which are its selector, too; `ports` are of its one container. */
function labelled(
  name: string,
  labels: Labels,
  image = 'podinfo:1',
  ports: readonly object[] = [{ containerPort: 9898, name: 'http' }],
): AnyKubeObject {
  return {
    ...scenarioDeployment(image),
    metadata: { name, namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'podinfod', image, ports }] } },
    },
  };
}

const podLabels = ({ store }: Scenario, name: string): Labels =>
  (asRecord(
    asRecord(asRecord(store.get(deployments, { namespace, name })?.['spec'])['template'])['metadata'],
  )['labels'] ?? {}) as Labels;
const selectorOf = ({ store }: Scenario, name: string): Labels =>
  (asRecord(store.get(services, { namespace, name })?.['spec'])['selector'] ?? {}) as Labels;
const portsOf = ({ store }: Scenario, name: string): readonly string[] =>
  asList(asRecord(store.get(services, { namespace, name })?.['spec'])['ports'])
    .map(asRecord)
    .map(({ name: own, port, targetPort }) => `${String(own)} ${String(port)} ${String(targetPort)}`);
const picks = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** Each Service has the pods of its own side and no others. */
function expectOwnPods(scenario: Scenario, name = 'podinfo'): void {
  const primary = podLabels(scenario, `${name}-primary`);
  const target = podLabels(scenario, name);
  for (const service of [name, `${name}-primary`]) {
    expect(picks(selectorOf(scenario, service), primary), `${service} has the primary's pods`).toBe(true);
    expect(picks(selectorOf(scenario, service), target), `${service} has the target's pods`).toBe(false);
  }
  expect(picks(selectorOf(scenario, `${name}-canary`), target)).toBe(true);
  expect(picks(selectorOf(scenario, `${name}-canary`), primary)).toBe(false);
}

describe('another -selector-labels', () => {
  const both = { app: 'podinfo', deploy: 'podinfo' };
  it.each([
    ['app, then deploy', ['app'], ['deploy', 'app']],
    ['deploy, then app', ['deploy'], ['app']],
    ['both ways round', ['app', 'deploy'], ['deploy', 'app']],
  ] as const)(
    '%s: the Services keep the pods that serve, at rest and through a run',
    async (_name, first, then) => {
      const scenario = await initialized({
        target: labelled('podinfo', both),
        controllerOptions: { selectorLabels: first },
      });
      await scenario.restart({ selectorLabels: then });
      await scenario.clock.advance('10s');
      expectOwnPods(scenario);
      expect(scenario.weight()).toBe(0);
      scenario.ship('podinfo:2');
      await scenario.until(() => scenario.weight() === 25);
      expectOwnPods(scenario);
      await scenario.reaches('Succeeded');
      expectOwnPods(scenario);
      expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
    },
  );
});

describe('a revision that nobody approved', () => {
  const one = [
    { containerPort: 9898, name: 'http' },
    { containerPort: 9797, name: 'grpc' },
  ];
  const gate: ScenarioOptions = {
    hooks: [['confirm-rollout', '/gate']],
    replies: { '/gate': 403 },
    spec: {
      service: { port: 80, targetPort: 'http', portDiscovery: true, gatewayRefs: [{ name: 'gateway' }] },
    },
  };
  const live = ['podinfo', 'podinfo-primary'];

  it.each([
    ['a discovered port by number', [one[0], { containerPort: 9999, name: 'grpc' }]],
    ['a discovered port by name', [one[0], { containerPort: 9797, name: 'grpc-web' }]],
    ['a port more', [...one, { containerPort: 7070, name: 'debug' }]],
    ['a port less', [one[0]]],
  ] as const)('moves no port of the live Services: %s', async (_name, ports) => {
    const scenario = await initialized({
      ...gate,
      target: labelled('podinfo', { app: 'podinfo' }, 'podinfo:1', one),
    });
    const before = live.map((name) => portsOf(scenario, name));
    scenario.store.update(deployments, {
      ...labelled('podinfo', { app: 'podinfo' }, 'podinfo:2', ports as readonly object[]),
      metadata: scenario.deployment('podinfo')?.metadata ?? { name: 'podinfo' },
    });
    await scenario.reaches('Waiting');
    await scenario.clock.advance('10s');
    expect(live.map((name) => portsOf(scenario, name))).toEqual(before);
    scenario.receiver.reply('/gate', 200);
    await scenario.until(() => scenario.weight() === 25);
    expect(live.map((name) => portsOf(scenario, name))).toEqual(before);
    expect(portsOf(scenario, 'podinfo-canary')).toHaveLength(ports.length);
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('2s');
    for (const name of live) expect(portsOf(scenario, name)).toHaveLength(ports.length);
  });

  it.each([
    ['targetPort by number', { targetPort: 9797 }],
    ['targetPort by name', { targetPort: 'grpc' }],
    ['port', { port: 8080 }],
    ['portName', { portName: 'web' }],
  ])('and comes with an edit of the Canary moves none either: %s', async (_name, change) => {
    const scenario = await initialized({
      ...gate,
      target: labelled('podinfo', { app: 'podinfo' }, 'podinfo:1', one),
    });
    const before = live.map((name) => portsOf(scenario, name));
    scenario.ship('podinfo:2');
    scenario.edit(({ service }) => ({ service: { port: 80, ...service, ...change } }));
    await scenario.reaches('Waiting');
    await scenario.clock.advance('10s');
    expect(live.map((name) => portsOf(scenario, name))).toEqual(before);
    scenario.receiver.reply('/gate', 200);
    await scenario.until(() => scenario.weight() === 25);
    expect(live.map((name) => portsOf(scenario, name))).toEqual(before);
    expect(portsOf(scenario, 'podinfo-canary')).not.toEqual(before[0]);
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('2s');
    expect(portsOf(scenario, 'podinfo')).not.toEqual(before[0]);
    expect(portsOf(scenario, 'podinfo-primary')).toEqual(portsOf(scenario, 'podinfo'));
  });

  it('moves no port when it is rolled back', async () => {
    const scenario = await initialized({
      ...gate,
      hooks: [],
      analysis: { metrics: [{ name: 'request-success-rate', thresholdRange: { min: 99 } }] },
      target: labelled('podinfo', { app: 'podinfo' }, 'podinfo:1', one),
    });
    const before = live.map((name) => portsOf(scenario, name));
    scenario.measured.value = 1;
    scenario.edit(({ service }) => ({ service: { port: 80, ...service, targetPort: 'grpc' } }));
    scenario.ship('podinfo:2');
    await scenario.reaches('Failed');
    await scenario.clock.advance('5s');
    expect(live.map((name) => portsOf(scenario, name))).toEqual(before);
  });

  it('is no reason to hold back an edit of the ports while the primary runs what the target is', async () => {
    const scenario = await initialized({
      ...gate,
      target: labelled('podinfo', { app: 'podinfo' }, 'podinfo:1', one),
    });
    scenario.edit(({ service }) => ({ service: { ...service, port: 8080 } }));
    await scenario.clock.advance('3s');
    for (const name of [...live, 'podinfo-canary']) expect(portsOf(scenario, name)[0]).toBe('http 8080 http');
  });
});

describe('two releases of one chart', () => {
  const key = 'app.kubernetes.io/name';
  const release = (name: string): Labels => ({ [key]: 'shop', 'app.kubernetes.io/instance': name });
  const options: ScenarioOptions = { controllerOptions: { selectorLabels: ['app', key] } };
  const other = (): AnyKubeObject => ({
    ...scenarioCanary({
      spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'blue' } },
    }),
    metadata: { name: 'blue', namespace },
  });

  it('have each their own primary pods, at rest and in a run', async () => {
    const scenario = await createScenario({
      ...options,
      target: labelled('podinfo', release('red')),
      objects: [
        [deployments, labelled('blue', release('blue'))],
        [canaries, other()],
      ],
    });
    await scenario.reaches('Initialized');
    await scenario.clock.advance('5s');
    for (const name of ['podinfo', 'blue']) {
      expectOwnPods(scenario, name);
      const stranger = name === 'blue' ? 'podinfo' : 'blue';
      for (const service of [name, `${name}-primary`])
        expect(picks(selectorOf(scenario, service), podLabels(scenario, `${stranger}-primary`))).toBe(false);
      expect(picks(selectorOf(scenario, `${name}-canary`), podLabels(scenario, stranger))).toBe(false);
    }
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expectOwnPods(scenario);
  });

  it('that Flagger made keep their selector, and a Warning names the other workload', async () => {
    const labels = { ...release('red'), [key]: 'shop-primary' };
    const primary = labelled('podinfo-primary', labels);
    const scenario = await createScenario({
      ...options,
      target: labelled('podinfo', release('red')),
      objects: [
        [
          deployments,
          {
            ...primary,
            spec: {
              ...asRecord(primary['spec']),
              selector: { matchLabels: { [key]: 'shop-primary' } },
              template: {
                ...asRecord(asRecord(primary['spec'])['template']),
                metadata: { labels, annotations: { 'flagger-id': 'b3c1' } },
              },
            },
          },
        ],
        [deployments, labelled('blue-primary', { ...release('blue'), [key]: 'shop-primary' })],
      ],
      status: {
        phase: 'Succeeded',
        canaryWeight: 0,
        failedChecks: 0,
        iterations: 0,
        lastAppliedSpec: '5f8fd9c8f4',
        lastPromotedSpec: '5f8fd9c8f4',
        lastTransitionTime: '2025-12-31T00:00:00Z',
      },
    });
    await scenario.clock.advance('5s');
    expect(selectorOf(scenario, 'podinfo-primary')).toEqual({ [key]: 'shop-primary' });
    expect(scenario.messages().join('\n')).toMatch(/blue-primary/);
    expect(scenario.events()).toContain('Warning SelectorShared');
    expect(scenario.status().phase).toBe('Succeeded');
  });
});

describe('rules of the pod template that name the label', () => {
  const labels = { app: 'umami', instance: 'stats' };
  const rules = {
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'host', labelSelector: { matchLabels: labels } },
      {
        maxSkew: 1,
        topologyKey: 'zone',
        labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['umami'] }] },
      },
    ],
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'host', labelSelector: { matchLabels: { app: 'umami' } } },
        ],
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 1,
            podAffinityTerm: { topologyKey: 'host', labelSelector: { matchLabels: { app: 'umami' } } },
          },
        ],
      },
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'host', labelSelector: { matchLabels: { app: 'umami' } } },
        ],
      },
    },
  };

  it('look at the primary itself where they spread it, and stay where they attract it', async () => {
    const target = labelled('podinfo', labels);
    const spec = asRecord(target['spec']);
    const template = asRecord(spec['template']);
    const scenario = await initialized({
      target: {
        ...target,
        spec: { ...spec, template: { ...template, spec: { ...asRecord(template['spec']), ...rules } } },
      },
    });
    const pod = asRecord(
      asRecord(asRecord(scenario.deployment('podinfo-primary')?.['spec'])['template'])['spec'],
    );
    const { podAffinity, podAntiAffinity } = asRecord(pod['affinity']);
    const spread = JSON.stringify([pod['topologySpreadConstraints'], podAntiAffinity]);
    expect(spread).not.toContain('"umami"');
    expect(spread.match(/"umami-primary"/g)).toHaveLength(4);
    expect(podAffinity).toEqual(rules.affinity.podAffinity);
  });
});
