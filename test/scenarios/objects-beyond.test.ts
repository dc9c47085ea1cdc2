import { describe, expect, it } from 'vitest';
import { configMaps, httpRoutes, namespaces } from '@sluice/kube/objects/resources.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Router } from '@sluice/sluice/ports/router.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { describeRouterContract } from '../contracts/router.ts';
import { describeRouterScenario } from '../contracts/router-scenario.ts';
import {
  classRef,
  farRouter,
  ingressClasses,
  ingresses,
  ingressRef,
  weightsRef,
} from '../support/fakes/far-router.ts';
import { podinfoCanary } from '../support/rigs/podinfo-objects.ts';
import { createScenario, initialized } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

const mesh = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mesh' } };
const far: Partial<ScenarioOptions> = { router: farRouter, objects: [[namespaces, mesh]] };
const ref = { namespace: 'test', name: 'podinfo' };

const start = (options: ScenarioOptions = {}): Promise<Scenario> =>
  initialized({ provider: 'osm', ...far, ...options });
const standing = ({ store }: Scenario, canary: Parameters<typeof weightsRef>[0]): readonly boolean[] => [
  store.get(configMaps, weightsRef(canary)) !== undefined,
  store.get(ingressClasses, classRef(canary)) !== undefined,
];
const isGone = ({ store }: Scenario): boolean => store.get(canaries, ref) === undefined;

const ingressOfTheUser = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace: 'test', name: 'ours', annotations: { theirs: 'stays' } },
  spec: { defaultBackend: { service: { name: 'podinfo', port: { number: 9898 } } } },
};

describeRouterContract('the far router', () => ({
  router: farRouter,
  canary: podinfoCanary(),
  given: [{ resource: ingresses, object: ingressOfTheUser }],
}));
describeRouterScenario(farRouter, 'osm', far);

describe('objects of a router outside of the namespace of its Canary', () => {
  it('are deleted with the Canary', async () => {
    const scenario = await start();
    const canary = scenario.canary();
    expect(standing(scenario, canary)).toEqual([true, true]);
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario));
    expect(standing(scenario, canary)).toEqual([false, false]);
  });

  it('are deleted once the API allows it: the Canary waits for that', async () => {
    const scenario = await start({ spec: { progressDeadlineSeconds: 60 } });
    const canary = scenario.canary();
    scenario.api.break(/^DELETE .*ingressclasses/, 503, 4);
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario), 30_000);
    expect(standing(scenario, canary)).toEqual([false, false]);
  });

  it('hold up the deletion until its deadline when the API refuses; a Warning names what stays', async () => {
    const scenario = await start({ spec: { progressDeadlineSeconds: 60 } });
    const canary = scenario.canary();
    scenario.api.break(/^DELETE .*ingressclasses/, 403, Number.POSITIVE_INFINITY);
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('30s');
    expect(isGone(scenario)).toBe(false);
    await scenario.until(() => isGone(scenario), 10 * 60_000);
    expect(standing(scenario, canary)).toEqual([false, true]);
    await scenario.clock.advance('1s');
    expect(scenario.events()).toContain('Warning NotReleased');
    expect(scenario.messages().join()).toContain('IngressClass test-podinfo');
  });

  it('stay when the target does not take over in time, because the primary goes on serving', async () => {
    const scenario = await start({ spec: { revertOnDeletion: true, progressDeadlineSeconds: 60 } });
    const canary = scenario.canary();
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo');
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario), 10 * 60_000);
    await scenario.clock.advance('5s');
    expect(standing(scenario, canary)).toEqual([true, true]);
    for (const object of [
      scenario.store.get(configMaps, weightsRef(canary)),
      scenario.store.get(ingressClasses, classRef(canary)),
    ])
      expect(object?.metadata.annotations ?? {}).not.toHaveProperty(['sluice.dev/canary']);
  });

  it('stay with revertOnDeletion, and lead to the target', async () => {
    const scenario = await start({ spec: { revertOnDeletion: true } });
    const canary = scenario.canary();
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario));
    expect(standing(scenario, canary)).toEqual([true, true]);
    expect(scenario.store.get(configMaps, weightsRef(canary))?.['data']).toEqual({ service: 'podinfo' });
  });

  it('are refused when they exist and belong to somebody else', async () => {
    const theirs = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'test-podinfo' },
      spec: { controller: 'example.com/theirs' },
    };
    const scenario = await createScenario({
      provider: 'osm',
      ...far,
      objects: [
        [namespaces, mesh],
        [ingressClasses, theirs],
      ],
    });
    await scenario.clock.advance('5s');
    expect(scenario.condition('Invalid')?.message).toContain('IngressClass');
    expect(
      scenario.store.get(ingressClasses, { name: 'test-podinfo' })?.metadata.annotations,
    ).toBeUndefined();
  });

  it('get the settings of the installation', async () => {
    const scenario = await start({
      controllerOptions: {
        router: { ingressClass: 'internal', annotationsPrefix: 'example.com', meshCluster: false },
      },
    });
    const annotations = scenario.store.get(ingressClasses, classRef(scenario.canary()))?.metadata.annotations;
    expect(annotations).toMatchObject({ 'example.com/weight': '0' });
  });
});

describe('routes in another cluster', () => {
  const route = ({ store }: Scenario): AnyKubeObject | undefined => store.get(httpRoutes, ref);
  const elsewhere = {
    controllerOptions: { router: { ingressClass: '', annotationsPrefix: '', meshCluster: true } },
  };

  it('name no owner, which is not there, and are deleted with the Canary', async () => {
    const scenario = await initialized(elsewhere);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(route(scenario)?.metadata.ownerReferences).toBeUndefined();
    expect(route(scenario)?.metadata.annotations).toMatchObject({ 'sluice.dev/canary': 'test/podinfo' });
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario));
    expect(route(scenario)).toBeUndefined();
  });

  it('stay with revertOnDeletion, and lead to the target', async () => {
    const scenario = await initialized({ ...elsewhere, spec: { revertOnDeletion: true } });
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario));
    expect(route(scenario)?.metadata.annotations ?? {}).not.toHaveProperty(['sluice.dev/canary']);
    expect(JSON.stringify(route(scenario)?.['spec'])).toContain('"name":"podinfo"');
  });
});

describe('an object of the user that a router patches', () => {
  const annotationsIn = (scenario: Scenario, canary: Parameters<typeof ingressRef>[0]): unknown =>
    scenario.store.get(ingresses, ingressRef(canary))?.metadata.annotations;
  const weighted = { 'nginx.ingress.kubernetes.io/weight': '0' };

  it.each([{}, { revertOnDeletion: true }])(
    'is restored when the Canary is deleted, with %j',
    async (spec) => {
      const scenario = await start({
        spec,
        objects: [
          [namespaces, mesh],
          [ingresses, ingressOfTheUser],
        ],
      });
      const canary = scenario.canary();
      expect(annotationsIn(scenario, canary)).toEqual({ theirs: 'stays', ...weighted });
      scenario.store.delete(canaries, ref);
      await scenario.until(() => isGone(scenario));
      expect(annotationsIn(scenario, canary)).toEqual({ theirs: 'stays' });
    },
  );

  it('never holds up a deletion for ever: not when the router cannot say how it read before', async () => {
    const release: Router['release'] = () => {
      throw new SluiceError('spec.service: nobody can say');
    };
    const scenario = await start({
      router: { ...farRouter, release },
      objects: [
        [namespaces, mesh],
        [ingresses, ingressOfTheUser],
      ],
      spec: { progressDeadlineSeconds: 60 },
    });
    const canary = scenario.canary();
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario), 10 * 60_000);
    expect(standing(scenario, canary)).toEqual([false, false]);
    await scenario.clock.advance('1s');
    expect(scenario.messages().join()).toContain('nobody can say');
  });

  it('is left to an older Canary that claims it when the younger one is deleted', async () => {
    const scenario = await start({
      objects: [
        [namespaces, mesh],
        [ingresses, ingressOfTheUser],
      ],
    });
    const canary = scenario.canary();
    const younger = { ...canary, metadata: { name: 'younger', namespace: 'test' } } as AnyKubeObject;
    const finalizers = ['finalizer.flagger.app'];
    await scenario.clock.advance('5s');
    const { status: _, ...rest } = younger;
    scenario.store.create(canaries, { ...rest, metadata: { ...younger.metadata, finalizers } });
    await scenario.clock.advance('5s');
    let writes = 0;
    scenario.store.subscribe(ingresses, () => (writes += 1));
    scenario.store.delete(canaries, { namespace: 'test', name: 'younger' });
    await scenario.clock.advance('5s');
    expect(scenario.store.get(canaries, { namespace: 'test', name: 'younger' })).toBeUndefined();
    expect(annotationsIn(scenario, canary)).toEqual({ theirs: 'stays', ...weighted });
    expect(writes).toBe(0);
  });
});
