import { describe, expect, it } from 'vitest';
import type { CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, deployments, httpRoutes, secrets, services } from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { configChecksum } from '@sluice/sluice/rules/configs/config-checksum.ts';
import { configMap, reading, secret } from '../support/scenario/configs.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';
import { scenarioDeployment } from '../support/scenario/objects.ts';

const namespace = 'test';
const settings = configMap('settings', { color: 'blue' });
const key = secret('key', { token: 'b25l' });
const ownerReferences = [
  { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'podinfo', uid: 'gone', controller: true },
];
const copyOf = (object: AnyKubeObject): AnyKubeObject => ({
  ...object,
  metadata: { name: `${object.metadata.name}-primary`, namespace, ownerReferences },
});
const left = {
  canaryWeight: 0,
  failedChecks: 0,
  iterations: 0,
  lastAppliedSpec: '5f8fd9c8f4',
  lastPromotedSpec: '5f8fd9c8f4',
  lastTransitionTime: '2025-12-31T00:00:00Z',
  trackedConfigs: { 'configmap/settings': configChecksum(settings), 'secret/key': configChecksum(key) },
};

/** The primary as Flagger leaves it, reading its copies of the configuration. */
function flaggerPrimary(image: string): AnyKubeObject {
  const target = reading('envFrom configMap', 'volume secret');
  const spec = JSON.parse(
    JSON.stringify(target['spec'])
      .replaceAll('"settings"', '"settings-primary"')
      .replaceAll('"key"', '"key-primary"')
      .replaceAll('podinfo:1', image),
  ) as Record<string, unknown>;
  const labels = { app: 'podinfo-primary' };
  const metadata = { labels, annotations: { 'flagger-id': 'b3c1' } };
  return {
    ...target,
    metadata: { name: 'podinfo-primary', namespace, labels },
    spec: {
      ...spec,
      selector: { matchLabels: labels },
      template: { ...asRecord(spec['template']), metadata },
    },
  };
}

const service = (name: string, app: string): readonly [ResourceType, AnyKubeObject] => [
  services,
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app }, ports: [{ name: 'http', port: 9898, targetPort: 9898 }] },
  },
];

/** A split that Flagger left in the middle of a run; no status tells the weights. */
const splitRoute = (canary: number): readonly [ResourceType, AnyKubeObject] => [
  httpRoutes,
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name: 'podinfo',
      namespace,
      ownerReferences,
    },
    spec: {
      parentRefs: [{ name: 'gateway' }],
      rules: [
        {
          backendRefs: [
            { name: 'podinfo-primary', port: 9898, weight: 100 - canary },
            { name: 'podinfo-canary', port: 9898, weight: canary },
          ],
        },
      ],
    },
  },
];

function world(status: Readonly<Record<string, unknown>>, own: ScenarioOptions = {}): ScenarioOptions {
  return {
    target: reading('envFrom configMap', 'volume secret'),
    hooks: [
      ['confirm-rollout', '/confirm-rollout'],
      ['confirm-promotion', '/promotion'],
    ],
    replies: { '/confirm-rollout': 403, '/promotion': 403 },
    ...own,
    status: { ...left, ...status },
    objects: [
      [deployments, flaggerPrimary('podinfo:1')],
      [configMaps, settings],
      [secrets, key],
      [configMaps, copyOf(settings)],
      [secrets, copyOf(key)],
      service('podinfo', 'podinfo-primary'),
      service('podinfo-primary', 'podinfo-primary'),
      service('podinfo-canary', 'podinfo'),
      splitRoute(Number(status['canaryWeight'] ?? 25)),
      ...(own.objects ?? []),
    ],
  };
}

/** What the controller asked the API server to change, the status of the Canary aside. */
const writes = (scenario: Scenario): readonly string[] =>
  scenario.api.takeRequests().filter((name) => !name.startsWith('GET ') && !name.endsWith('/status'));

const phases = [
  { phase: 'Initialized' },
  { phase: 'Succeeded' },
  { phase: 'Failed' },
  { phase: 'Waiting' },
  { phase: 'Progressing', canaryWeight: 25 },
  { phase: 'WaitingPromotion', iterations: -1 },
  { phase: 'Promoting', canaryWeight: 50 },
  { phase: 'Finalising' },
] as const;

describe('a canary that Flagger left, before its configuration is read', () => {
  it.each(phases.map((status) => [status.phase, status] as const))(
    'in %s is not touched, and taken over once it is',
    async (phase, status) => {
      const scenario = await createScenario(
        world(status, { faults: [[/^GET .*(configmaps|secrets)\/[a-z]+$/, 500, 200]] }),
      );
      await scenario.clock.advance('20s');
      expect(writes(scenario)).toEqual([]);
      expect(scenario.status().lastAppliedSpec).toBe('5f8fd9c8f4');
      expect(scenario.status().waiting?.for).toBe('api');
      scenario.api.heal();
      await scenario.until(() => scenario.events().includes('Normal Adopted'), 180_000);
      expect(['Waiting', 'Progressing', 'WaitingPromotion', phase]).toContain(scenario.status().phase);
    },
  );

  const service = { port: 9898, gatewayRefs: [{ name: 'gateway' }] };
  it.each<[string, Partial<CanarySpec>, Partial<CanarySpec>, string]>([
    ['a provider that nobody knows', { provider: 'istio' }, { provider: 'gatewayapi:v1' }, 'istio'],
    [
      'a host that no route can have',
      { service: { ...service, hosts: ['10.0.0.1'] } },
      { service },
      'hosts[0]',
    ],
  ])('is not adopted while its spec has %s, and once it is fixed', async (_name, spec, cure, word) => {
    const scenario = await createScenario(world({ phase: 'Progressing', canaryWeight: 25 }, { spec }));
    await scenario.clock.advance('20s');
    expect(writes(scenario)).toEqual([]);
    expect(scenario.condition('Invalid')?.message).toContain(word);
    expect(scenario.events()).not.toContain('Normal Adopted');
    scenario.edit(() => cure);
    await scenario.until(() => scenario.events().includes('Normal Adopted'), 60_000);
  });

  it('is not touched while a configuration is missing either', async () => {
    const { objects = [], ...rest } = world({ phase: 'Progressing', canaryWeight: 25 });
    const scenario = await createScenario({
      ...rest,
      objects: objects.filter(([, { metadata }]) => metadata.name !== 'settings'),
    });
    await scenario.clock.advance('20s');
    expect(writes(scenario)).toEqual([]);
    scenario.store.create(configMaps, settings);
    await scenario.until(() => scenario.events().includes('Normal Adopted'), 60_000);
  });
});

describe('a canary that Flagger left, with flags that were not carried over', () => {
  // A promotion that is on gives the primary what the target runs, without the copies.
  it.each(
    phases.filter(({ phase }) => phase !== 'Promoting').map((status) => [status.phase, status] as const),
  )('in %s does not roll its primary without config tracking', async (_phase, status) => {
    const scenario = await createScenario(world(status, { controllerOptions: { configTracking: false } }));
    await scenario.clock.advance('15s');
    expect(scenario.deployment('podinfo-primary')?.metadata.generation).toBe(1);
  });
});

describe('where a person is asked', () => {
  it('nothing is written but that', async () => {
    const scenario = await createScenario({
      ...world({ phase: 'Succeeded', trackedConfigs: null }),
      target: scenarioDeployment('podinfo:0'),
    });
    await scenario.until(() => scenario.condition('AdoptionUnclear') !== undefined, 10_000);
    await scenario.clock.advance('1m');
    expect(writes(scenario)).toEqual([]);
    expect(scenario.status().waiting).toMatchObject({ for: 'person' });
    expect(scenario.replicas('podinfo')).toBe(2);
    scenario.ship('podinfo:2');
    scenario.receiver.reply('/confirm-rollout', 200);
    scenario.receiver.reply('/promotion', 200);
    await scenario.reaches('Succeeded');
  });
});

describe('a canary that was adopted', () => {
  it.each(['Succeeded', 'Failed', 'Progressing'])(
    'in %s, its spec edited ten times, is still ours, and rolls out',
    async (phase) => {
      const scenario = await createScenario(world({ phase, canaryWeight: phase === 'Progressing' ? 25 : 0 }));
      await scenario.until(() => scenario.events().includes('Normal Adopted'), 60_000);
      for (let seconds = 11; seconds < 21; seconds += 1) {
        scenario.edit(({ analysis }) => ({ analysis: { ...analysis, interval: `${seconds}s` } }));
        await scenario.clock.advance('3s');
      }
      await scenario.restart();
      scenario.edit(({ analysis }) => ({ analysis: { ...analysis, interval: '10s' } }));
      await scenario.clock.advance('3s');
      expect(scenario.condition('TwoControllers')).toBeUndefined();
      scenario.receiver.reply('/confirm-rollout', 200);
      scenario.receiver.reply('/promotion', 200);
      scenario.ship('podinfo:2');
      await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2');
      await scenario.reaches('Succeeded');
    },
  );
});
