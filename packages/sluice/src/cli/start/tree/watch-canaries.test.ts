import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deployments, namespaces, pods, replicaSets } from '@sluice/kube/objects/resources.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { createFakeClock } from '../../../../../../test/support/fakes/fake-clock.ts';
import {
  namespace,
  scenarioCanary,
  scenarioDeployment,
} from '../../../../../../test/support/scenario/objects.ts';
import { canaries } from '../../../api/resources.ts';
import { watchCanaries } from './watch-canaries.ts';

function cluster() {
  const clock = createFakeClock();
  const store = createStore({ now: () => clock.now() });
  installBasics(store, join(import.meta.dirname, '../../../../../../deploy/crds'));
  store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  store.create(canaries, scenarioCanary({}));
  const served = { count: 0 };
  const view = watchCanaries(store, clock, () => ({
    requests: [
      { route: 'r', backend: `${namespace}/podinfo-primary:9898`, status: 200, count: served.count * 3 },
      { route: 'r', backend: `${namespace}/podinfo-canary:9898`, status: 200, count: served.count },
    ],
    ownErrors: {},
    ownFailures: 0,
  }));
  const setStatus = (status: object): void => {
    const object = store.get(canaries, { namespace, name: 'podinfo' }) as AnyKubeObject;
    const counters = { failedChecks: 0, canaryWeight: 0, iterations: 0 };
    store.update(canaries, { ...object, status: { ...counters, ...status } }, { subresource: 'status' });
  };
  const add = (
    resource: ResourceType,
    name: string,
    owners: readonly AnyKubeObject[],
    more: object,
  ): AnyKubeObject => {
    const ownerReferences = owners.map(({ apiVersion, kind, metadata: { name: of, uid } }) => ({
      apiVersion,
      kind,
      name: of,
      uid,
    }));
    const metadata = { namespace, name, ownerReferences };
    return store.create(resource, {
      apiVersion: 'v1',
      kind: resource.kind,
      metadata,
      ...more,
    } as AnyKubeObject);
  };
  return { clock, store, view, served, setStatus, add };
}

const run = (step: number) => ({
  id: 'r1',
  revision: 'v1:1',
  targetUid: 'u',
  targetGeneration: 1,
  startedAt: '2026-01-01T00:00:00Z',
  phaseSince: '2026-01-01T00:00:00Z',
  step,
  round: 0,
});

describe('the canaries that the tree shows', () => {
  it('are all of the cluster, by namespace and name, until they are deleted', () => {
    const { store, view } = cluster();
    store.create(canaries, { ...scenarioCanary({}), metadata: { namespace, name: 'cart' } });
    store.create(canaries, { ...scenarioCanary({}), metadata: { namespace: 'default', name: 'zebra' } });
    const names = (): readonly string[] => view.models().map((model) => `${model.namespace}/${model.name}`);
    expect(names()).toEqual(['default/zebra', `${namespace}/cart`, `${namespace}/podinfo`]);
    store.delete(canaries, { namespace, name: 'cart' });
    expect(names()).toEqual(['default/zebra', `${namespace}/podinfo`]);
  });

  it('know since when a run stands at its step, once they have seen it come there', async () => {
    const { clock, view, setStatus } = cluster();
    const since = (): number | undefined => view.models()[0]?.stepSince;
    expect(since()).toBeUndefined();
    setStatus({ phase: 'Progressing', run: run(1), canaryWeight: 10 });
    const began = clock.now();
    await clock.advance('3s');
    setStatus({ phase: 'Progressing', run: run(1), canaryWeight: 10, failedChecks: 1 });
    expect(since()).toBe(began);
    setStatus({ phase: 'Progressing', run: run(2), canaryWeight: 20 });
    expect(since()).toBe(clock.now());
  });

  it('measure the share of their own requests since the weight changed', () => {
    const { view, setStatus, served } = cluster();
    served.count = 50;
    setStatus({ phase: 'Progressing', run: run(1), canaryWeight: 25 });
    served.count = 60;
    setStatus({ phase: 'Progressing', run: run(1), canaryWeight: 25, failedChecks: 1 });
    expect(view.models()[0]?.share).toEqual({ requests: 40, canaryPercent: 25 });
  });

  it('have the pods of target and primary, with why one is not ready', () => {
    const { store, view, add } = cluster();
    const { spec } = scenarioDeployment('x');
    const template = { apiVersion: 'apps/v1', spec };
    const containers = [{ name: 'c', image: 'x' }];
    const ready = { spec: { containers }, status: { conditions: [{ type: 'Ready', status: 'True' }] } };
    const state = { waiting: { reason: 'ImagePullBackOff' } };
    const containerStatuses = [{ name: 'c', ready: false, state }];
    const stuck = { spec: { containers }, status: { phase: 'Pending', containerStatuses } };
    for (const [name, status] of [
      ['podinfo', stuck],
      ['podinfo-primary', ready],
      ['podinfo-primary-agent', ready],
    ] as const) {
      const deployment = add(deployments, name, [], template);
      const set = add(replicaSets, `${name}-1`, [deployment], template);
      const pod = add(pods, `${name}-1-a`, [set], status);
      store.update(pods, { ...pod, ...status }, { subresource: 'status' });
    }
    expect(view.models()[0]?.pods).toMatchObject([
      { name: 'podinfo-primary-1-a', side: 'primary', isReady: true, reason: '' },
      { name: 'podinfo-1-a', side: 'canary', isReady: false, reason: 'ImagePullBackOff' },
    ]);
  });

  it.each([
    ['gatewayapi:v1', { kind: 'weights', weights: [25, 50], mirrorsFirst: false }],
    ['kubernetes', { kind: 'iterations', count: 10 }],
  ])('without a provider go the way of the provider that the controller was given: %s', (provider, plan) => {
    const { store, view } = cluster();
    const controller = scenarioDeployment('x');
    const containers = [{ name: 'c', image: 'sluice', args: ['controller', `-mesh-provider=${provider}`] }];
    const template = { metadata: { labels: { app: 'podinfo' } }, spec: { containers } };
    const spec = { ...(controller['spec'] as object), template };
    store.create(deployments, { ...controller, metadata: { namespace, name: 'sluice' }, spec });
    const object = store.get(canaries, { namespace, name: 'podinfo' }) as AnyKubeObject;
    const { provider: _named, ...others } = object['spec'] as Record<string, unknown>;
    const analysis = { interval: '1s', threshold: 2, stepWeight: 25, maxWeight: 50 };
    store.update(canaries, { ...object, spec: { ...others, analysis } });
    expect(view.models()[0]?.plan).toEqual(plan);
  });
});
