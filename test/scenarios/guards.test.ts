import { describe, expect, it } from 'vitest';
import { deployments, httpRoutes, services } from '@sluice/kube/objects/resources.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const at = (name: string) => ({ namespace: 'test', name });

function changeRoute(scenario: Scenario, change: (rule: Record<string, unknown>) => void): void {
  const route = structuredClone(scenario.route()) as unknown as {
    spec: { rules: Record<string, unknown>[] };
  };
  for (const rule of route.spec.rules) change(rule);
  scenario.store.update(httpRoutes, route as never);
}

function label(scenario: Scenario, labels: Record<string, string>): void {
  const route = scenario.route();
  if (route === undefined) throw new Error('no route');
  scenario.store.update(httpRoutes, { ...route, metadata: { ...route.metadata, labels } });
}

describe('traffic is never sent to nothing', () => {
  it('when the canary loses its endpoints in a step: all goes to the primary, and the hold begins anew', async () => {
    const scenario = await progressing({ hooks: [['rollout', '/load']] });
    await scenario.clock.advance('8s');
    scenario.kubelet.setHealthy('podinfo:2', false);
    await scenario.until(() => scenario.weight() === 0, 1_000);
    expect(scenario.events()).toContain('Warning TrafficGuarded');

    scenario.kubelet.setHealthy('podinfo:2', true);
    await scenario.until(() => scenario.weight() === 25, 1_000);
    await scenario.clock.advance('9s');
    expect(scenario.receiver.calls('/load')).toHaveLength(0);
    await scenario.reaches('Succeeded');
  });

  it('when the primary loses its endpoints: all goes to the canary, which is judged so and may heal it', async () => {
    const scenario = await progressing();
    scenario.kubelet.setHealthy('podinfo:1', false);
    await scenario.until(() => scenario.weight() === 100, 1_000);
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
    expect(scenario.weight()).toBe(0);
  });

  it('when neither side is ready: nothing moves', async () => {
    const scenario = await progressing();
    scenario.kubelet.setHealthy('podinfo:1', false);
    scenario.kubelet.setHealthy('podinfo:2', false);
    await scenario.clock.advance('1s');
    const before = scenario.weight();
    await scenario.clock.advance('30s');
    expect(scenario.weight()).toBe(before);
    scenario.kubelet.setHealthy('podinfo:1', true);
    scenario.kubelet.setHealthy('podinfo:2', true);
    await scenario.reaches('Succeeded');
  });

  it('when the side that was left falls, too: nothing moves, and a Warning says so', async () => {
    const scenario = await progressing();
    scenario.kubelet.setHealthy('podinfo:1', false);
    await scenario.until(() => scenario.weight() === 100);
    scenario.kubelet.setHealthy('podinfo:2', false);
    await scenario.clock.advance('15s');
    expect(scenario.history.weights).toEqual([25, 100]);
    expect(scenario.messages().join()).toContain('neither primary nor canary has ready endpoints');
  });

  it('by a rollback whose primary is down: the canary keeps what it serves, and its pods', async () => {
    const scenario = await progressing({
      hooks: [
        ['rollback', '/switch', { pollInterval: '1s' }],
        ['post-rollout', '/post'],
      ],
      replies: { '/switch': 403 },
    });
    scenario.kubelet.setHealthy('podinfo:1', false);
    await scenario.until(() => scenario.weight() === 100);
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed');
    await scenario.clock.advance('1m');
    expect(scenario.weight()).toBe(100);
    expect(scenario.replicas('podinfo')).toBe(2);
    expect(scenario.receiver.calls('/post')).toHaveLength(0);

    scenario.kubelet.setHealthy('podinfo:1', true);
    await scenario.until(() => scenario.weight() === 0 && scenario.replicas('podinfo') === 0);
    await scenario.clock.advance('1s');
    expect(scenario.receiver.calls('/post')).toHaveLength(1);
  });

  it('when a Service of the canary cannot be written: the routes are guarded all the same', async () => {
    const scenario = await progressing({
      hooks: [['rollback', '/switch', { pollInterval: '1s' }]],
      replies: { '/switch': 403 },
    });
    scenario.api.break(/(PATCH|POST) .*\/services/, 422, 1_000_000);
    scenario.edit((spec) => ({ service: { port: 9898, ...spec.service, apex: { labels: { team: 'a' } } } }));
    await scenario.clock.advance('3s');
    scenario.kubelet.setHealthy('podinfo:2', false);
    await scenario.until(() => scenario.weight() === 0, 5_000);
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed', 5_000);
    expect(scenario.events().filter((event) => event === 'Warning ApiRefused')).toHaveLength(1);
  });

  it('to a primary at zero, which is woken first', async () => {
    const scenario = await progressing();
    const primary = scenario.deployment('podinfo-primary');
    if (primary === undefined) throw new Error('no primary');
    scenario.store.update(deployments, { ...primary, spec: { ...(primary['spec'] as object), replicas: 0 } });
    await scenario.until(() => scenario.replicas('podinfo-primary') === 2, 2_000);
    expect(scenario.events()).toContain('Warning PrimaryWoken');
    await scenario.reaches('Succeeded');
  });
});

describe('a primary that is deleted', () => {
  it('at rest is built again from the promoted revision', async () => {
    const scenario = await initialized();
    scenario.store.delete(deployments, at('podinfo-primary'));
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:1');
  });

  it('in a run leaves the traffic at the canary, which is judged and becomes the primary', async () => {
    const scenario = await progressing();
    scenario.store.delete(deployments, at('podinfo-primary'));
    await scenario.until(() => scenario.weight() === 100, 1_000);
    expect(scenario.deployment('podinfo-primary')).toBeUndefined();
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
    expect(scenario.weight()).toBe(0);
  });

  it('after a rollback is not built from what failed: a person is asked', async () => {
    const scenario = await progressing({
      hooks: [['rollout', '/load']],
      analysis: { threshold: 1 },
      replies: { '/load': 500 },
    });
    await scenario.reaches('Failed');
    await scenario.until(() => scenario.replicas('podinfo') === 0);
    scenario.store.delete(deployments, at('podinfo-primary'));
    await scenario.until(() => scenario.status().waiting?.for === 'person');
    expect(scenario.deployment('podinfo-primary')).toBeUndefined();

    scenario.ship('podinfo:1');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:1');
  });
});

describe('what somebody else does', () => {
  it('to the weights is repaired without losing the position of the run', async () => {
    const scenario = await progressing();
    await scenario.until(() => scenario.weight() === 50);
    changeRoute(scenario, (rule) => {
      rule['backendRefs'] = [{ name: 'podinfo-primary', port: 9898, weight: 100 }];
    });
    expect(scenario.weight()).toBe(0);
    await scenario.until(() => scenario.weight() === 50, 1_000);
    await scenario.reaches('Succeeded');
  });

  it('to labels of the route is left alone', async () => {
    const scenario = await progressing();
    label(scenario, { team: 'a' });
    await scenario.until(() => scenario.weight() === 50);
    expect(scenario.route()?.metadata.labels).toEqual({ team: 'a' });
  });

  it('does not matter at rest either: the route is put right', async () => {
    const scenario = await initialized();
    changeRoute(scenario, (rule) => {
      rule['backendRefs'] = [{ name: 'podinfo-canary', port: 9898, weight: 100 }];
    });
    await scenario.until(() => scenario.weight() === 0, 1_000);
  });

  it.each([
    ['the route', httpRoutes, 'podinfo'],
    ['the canary service', services, 'podinfo-canary'],
    ['the primary service', services, 'podinfo-primary'],
    ['the apex service', services, 'podinfo'],
  ] as const)('deleting %s in a run is repaired', async (_what, resource, name) => {
    const scenario = await progressing();
    scenario.store.delete(resource, at(name));
    await scenario.until(() => scenario.store.get(resource, at(name)) !== undefined, 2_000);
    await scenario.reaches('Succeeded');
  });

  it('scaling the idle target up is undone', async () => {
    const scenario = await initialized();
    const target = scenario.deployment('podinfo');
    if (target === undefined) throw new Error('no target');
    scenario.store.update(deployments, { ...target, spec: { ...(target['spec'] as object), replicas: 2 } });
    await scenario.until(() => scenario.replicas('podinfo') === 0, 2_000);
  });
});

describe('a target that is missing', () => {
  it('from the start is waited for, and said once', async () => {
    const scenario = await initialized();
    scenario.store.delete(deployments, at('podinfo'));
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Initialized');
    expect(scenario.events().filter((event) => event === 'Warning TargetMissing')).toHaveLength(1);
  });

  it('in a run leaves the traffic at the primary and fails at the deadline', async () => {
    const scenario = await progressing({ spec: { progressDeadlineSeconds: 30 } });
    scenario.store.delete(deployments, at('podinfo'));
    await scenario.until(() => scenario.weight() === 0, 2_000);
    await scenario.reaches('Failed', 60_000);
  });
});

describe('routes that no gateway follows', () => {
  it('hold the run, are named in status, and fail it at the deadline', async () => {
    const scenario = await progressing({
      spec: { progressDeadlineSeconds: 60 },
      hooks: [['rollout', '/load']],
    });
    scenario.dataPlane.refuse('NotAllowedByListeners');
    await scenario.clock.advance('20s');
    expect(scenario.status().waiting).toMatchObject({ for: 'routes' });
    expect(scenario.status().waiting?.message).toContain('NotAllowedByListeners');
    expect(scenario.receiver.calls('/load')).toHaveLength(0);
    await scenario.reaches('Failed', 60_000);
  });

  it('keep a canary that was rolled back running until the traffic has moved', async () => {
    const scenario = await progressing({
      hooks: [
        ['rollback', '/switch', { pollInterval: '1s' }],
        ['post-rollout', '/post'],
      ],
      replies: { '/switch': 403 },
    });
    scenario.dataPlane.refuse('Pending');
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed');
    await scenario.clock.advance('10s');
    expect(scenario.replicas('podinfo')).toBe(2);
    expect(scenario.receiver.calls('/post')).toHaveLength(0);

    scenario.dataPlane.refuse(undefined);
    await scenario.until(() => scenario.replicas('podinfo') === 0, 2_000);
    await scenario.clock.advance('1s');
    expect(scenario.receiver.calls('/post')).toHaveLength(1);
  });
});
