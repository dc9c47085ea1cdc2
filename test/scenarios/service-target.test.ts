import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { deployments, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { scenarioDeployment } from '../support/scenario/objects.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

const targetRef = { apiVersion: 'v1', kind: 'Service', name: 'podinfo' } as const;
const ref = (name: string) => ({ namespace: 'test', name });

/** Pods of one version, which nobody rolls out: Services choose among them. */
function version(name: string): AnyKubeObject {
  const deployment = scenarioDeployment(`podinfo:${name}`);
  const spec = asRecord(deployment['spec']);
  const template = asRecord(spec['template']);
  const labels = { app: name };
  return {
    ...deployment,
    metadata: { name, namespace: 'test' },
    spec: { ...spec, selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } },
  };
}

const target = (spec: Readonly<Record<string, unknown>> = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'podinfo', namespace: 'test' },
  spec: { selector: { app: 'one' }, ports: [{ name: 'http', port: 9898, targetPort: 9898 }], ...spec },
});

function created(options: ScenarioOptions = {}): Promise<Scenario> {
  return createScenario({
    target: target(),
    objects: ['one', 'two'].map((name) => [deployments, version(name)] as const),
    ...options,
    spec: { targetRef, ...options.spec },
  });
}

async function initialized(options: ScenarioOptions = {}): Promise<Scenario> {
  const scenario = await created(options);
  await scenario.reaches('Initialized');
  return scenario;
}

const find = (scenario: Scenario, name: string): AnyKubeObject | undefined =>
  scenario.store.get(services, ref(name));
const specOf = (scenario: Scenario, name: string) => asRecord(find(scenario, name)?.['spec']);
const leadsTo = (scenario: Scenario, name: string): unknown =>
  asRecord(specOf(scenario, name)['selector'])['app'];

/** What a team does to ship: its Service chooses other pods. */
function ship(scenario: Scenario, app: string): void {
  const object = find(scenario, 'podinfo');
  if (object === undefined) throw new Error('no target');
  scenario.history.clear();
  scenario.store.update(services, { ...object, spec: { ...specOf(scenario, 'podinfo'), selector: { app } } });
}

describe('a Service as target', () => {
  it('is left as it is, and gets one copy for each side', async () => {
    const before = target();
    const scenario = await initialized();
    expect(leadsTo(scenario, 'podinfo')).toBe('one');
    expect(leadsTo(scenario, 'podinfo-primary')).toBe('one');
    expect(leadsTo(scenario, 'podinfo-canary')).toBe('one');
    expect(find(scenario, 'podinfo')?.metadata.ownerReferences).toBeUndefined();
    expect(find(scenario, 'podinfo')?.metadata.annotations).toEqual(before.metadata.annotations);
    expect(scenario.deployment('one')).toBeUndefined();
    expect(scenario.weight()).toBe(0);
  });

  it('is analysed when it leads elsewhere, and its primary follows when that was judged good', async () => {
    const scenario = await initialized();
    ship(scenario, 'two');
    await scenario.until(() => scenario.weight() === 25);
    expect([leadsTo(scenario, 'podinfo-canary'), leadsTo(scenario, 'podinfo-primary')]).toEqual([
      'two',
      'one',
    ]);
    await scenario.reaches('Succeeded');
    expect(leadsTo(scenario, 'podinfo-primary')).toBe('two');
    expect(scenario.history.weights).toEqual([25, 50, 0]);
    expect(scenario.store.get(deployments, ref('one'))?.['spec']).toMatchObject({ replicas: 2 });
  });

  it('is rolled back: the primary leads where it led', async () => {
    const scenario = await initialized({
      hooks: [['rollout', '/load']],
      analysis: { threshold: 1 },
      replies: { '/load': 500 },
    });
    ship(scenario, 'two');
    await scenario.reaches('Failed');
    await scenario.until(() => scenario.weight() === 0);
    expect(leadsTo(scenario, 'podinfo-primary')).toBe('one');
  });

  it('that leads to nobody gets no traffic, and fails at the deadline', async () => {
    const scenario = await initialized({ spec: { progressDeadlineSeconds: 60 } });
    ship(scenario, 'nobody');
    await scenario.reaches('Failed', 180_000);
    expect(scenario.history.weights).toEqual([]);
    expect(scenario.messages().join('\n')).toContain('service podinfo-canary has no ready endpoints');
  });

  it('loses its traffic to the side that serves when the pods behind it go', async () => {
    const scenario = await initialized({
      hooks: [['confirm-promotion', '/gate']],
      replies: { '/gate': 403 },
    });
    ship(scenario, 'two');
    await scenario.reaches('WaitingPromotion');
    expect(scenario.weight()).toBe(50);
    scenario.kubelet.setHealthy('podinfo:two', false);
    await scenario.until(() => scenario.weight() === 0);
  });

  it('starts no run when only its address or its labels change', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('5s');
    scenario.history.clear();
    const object = find(scenario, 'podinfo') as AnyKubeObject;
    const metadata = { ...object.metadata, labels: { team: 'x' } };
    scenario.store.update(services, {
      ...object,
      metadata,
      spec: { ...specOf(scenario, 'podinfo'), type: 'NodePort' },
    });
    await scenario.clock.advance('1m');
    expect(scenario.history.phases).toEqual([]);
    expect(specOf(scenario, 'podinfo-canary')['type']).toBe('ClusterIP');
  });

  it('has its copies repaired, and made again', async () => {
    const scenario = await initialized();
    const copy = find(scenario, 'podinfo-canary') as AnyKubeObject;
    const spec = { ...specOf(scenario, 'podinfo-canary'), selector: { app: 'one', more: 'x' } };
    scenario.store.update(services, { ...copy, spec });
    scenario.store.delete(services, ref('podinfo-primary'));
    await scenario.clock.advance('5s');
    expect(specOf(scenario, 'podinfo-canary')['selector']).toEqual({ app: 'one' });
    expect(leadsTo(scenario, 'podinfo-primary')).toBe('one');
  });

  it('that leads outside of the cluster is rolled out by name: nobody here can tell who serves there', async () => {
    const outside = (externalName: string) => ({ type: 'ExternalName', externalName });
    const scenario = await initialized({
      target: { ...target(), spec: outside('one.example') },
      objects: [],
    });
    const object = find(scenario, 'podinfo') as AnyKubeObject;
    scenario.store.update(services, { ...object, spec: outside('two.example') });
    await scenario.until(() => scenario.weight() === 25);
    expect(specOf(scenario, 'podinfo-primary')['externalName']).toBe('one.example');
    await scenario.reaches('Succeeded');
    expect(specOf(scenario, 'podinfo-primary')['externalName']).toBe('two.example');
  });

  it('goes on leading where it leads when its Canary is deleted, and nothing of ours is left', async () => {
    const scenario = await initialized({ spec: { revertOnDeletion: true } });
    ship(scenario, 'two');
    await scenario.reaches('Succeeded');
    scenario.store.delete(canaries, ref('podinfo'));
    await scenario.until(() => scenario.store.get(canaries, ref('podinfo')) === undefined);
    await scenario.clock.advance('5s');
    expect(leadsTo(scenario, 'podinfo')).toBe('two');
    expect(find(scenario, 'podinfo-primary')).toBeUndefined();
  });

  it('costs no request while it rests, after a promotion', async () => {
    const scenario = await initialized();
    ship(scenario, 'two');
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('10s');
    scenario.api.takeRequests();
    await scenario.clock.advance('10m');
    expect(scenario.api.takeRequests()).toEqual([]);
  });
});

describe('a Service that Flagger rolled out', () => {
  const left = {
    canaryWeight: 0,
    failedChecks: 0,
    iterations: 0,
    lastAppliedSpec: '7b9f5d8c',
    lastPromotedSpec: '7b9f5d8c',
  };
  /** Flagger copies the whole spec, and all labels. */
  const copy = (name: string, app: string): AnyKubeObject => ({
    ...target({ selector: { app } }),
    metadata: { name, namespace: 'test', labels: { team: 'x' } },
  });
  const adopted = (app: string): Promise<Scenario> =>
    created({
      status: { phase: 'Succeeded', ...left },
      objects: [
        ...['one', 'two'].map((name) => [deployments, version(name)] as const),
        [services, copy('podinfo-primary', app)],
        [services, copy('podinfo-canary', 'one')],
      ],
    });

  it('is taken over as it is: no run starts', async () => {
    const scenario = await adopted('one');
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Succeeded');
    expect(scenario.condition('AdoptionUnclear')).toBeUndefined();
    expect(scenario.messages()).toContain('Adopted podinfo as it is; no run is started');
    ship(scenario, 'two');
    await scenario.until(() => scenario.weight() === 25);
    await scenario.reaches('Succeeded');
    expect(leadsTo(scenario, 'podinfo-primary')).toBe('two');
  });

  it('is asked about where its primary leads elsewhere', async () => {
    const scenario = await adopted('two');
    await scenario.clock.advance('1m');
    expect(scenario.condition('AdoptionUnclear')?.message).toContain('differ');
    expect(leadsTo(scenario, 'podinfo-primary')).toBe('two');
  });
});

describe('a Canary of a Service', () => {
  it('is told that a provider that splits nothing analyses what is live already', async () => {
    const scenario = await initialized({ provider: 'kubernetes', analysis: { iterations: 2 } });
    expect(scenario.messages().join('\n')).toMatch(/targetRef.kind.*live before it is analysed/);
  });

  it('under another name is refused with the cure', async () => {
    const scenario = await created({ spec: { service: { port: 9898, name: 'front' } } });
    await scenario.until(() => scenario.condition('Invalid') !== undefined);
    expect(scenario.condition('Invalid')?.message).toMatch(/service.name.*leave this out, or write podinfo/);
  });

  it('of Knative is refused by name', async () => {
    const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'podinfo' } as const;
    const scenario = await created({ spec: { targetRef: knative } });
    await scenario.until(() => scenario.condition('Invalid') !== undefined);
    expect(scenario.condition('Invalid')?.message).toContain('a Service of Knative is not supported');
  });
});
