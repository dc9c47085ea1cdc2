import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import {
  customResourceDefinitions,
  deployments,
  httpRoutes,
  namespaces,
  services,
} from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import type { ControllerProcess } from '../support/real/controller-process.ts';
import { definitions } from '../support/real/install-definitions.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import {
  everybodysShare,
  replicasOf,
  scenarioCanary,
  scenarioDeployment,
} from '../support/scenario/objects.ts';
import type { CanaryParts } from '../support/scenario/objects.ts';

const soon = { timeout: 40_000, interval: 100 };
const minute = 60_000;
const crd = 'canaries.flagger.app';
const reverting: CanaryParts = { spec: { revertOnDeletion: true } };
/** Its steps last for as long as the test. */
const slow = { interval: '5m' } as const;

withRealKube('deletion on', (binaries) => {
  describe('deletion on a real control plane', () => {
    let cluster: RealCluster;
    let controller: ControllerProcess;

    beforeAll(async () => {
      cluster = await startRealCluster(binaries, { namespaces: [] });
      controller = cluster.startController({ flags: ['-mesh-provider=gatewayapi:v1'] });
    });
    afterAll(async () => cluster?.close());

    const inNamespace = (namespace: string, object: AnyKubeObject): AnyKubeObject => ({
      ...object,
      metadata: { ...object.metadata, namespace },
    });
    async function createCanary(namespace: string, parts: CanaryParts): Promise<void> {
      const canary = scenarioCanary({ ...parts, analysis: { interval: '1s', ...parts.analysis } });
      await cluster.kube.client.create(canaries, inNamespace(namespace, canary), within());
    }
    /** A canary at rest, or in the middle of a run that does not end by itself. */
    async function start(namespace: string, parts: CanaryParts, state: 'rest' | 'run'): Promise<void> {
      const { client } = cluster.kube;
      await cluster.createNamespace(namespace);
      await client.create(deployments, inNamespace(namespace, scenarioDeployment('podinfo:1')), within());
      await createCanary(namespace, state === 'run' ? { ...parts, analysis: slow } : parts);
      await reaches(namespace, ({ phase }) => phase === 'Initialized');
      if (state === 'rest') return;
      const { spec } = scenarioDeployment('podinfo:2');
      const { template } = asRecord(spec);
      await client.mergePatch(
        deployments,
        { namespace, name: 'podinfo' },
        { spec: { template } },
        {},
        within(),
      );
      await reaches(namespace, ({ canaryWeight }) => canaryWeight === 25);
    }
    const reaches = (
      namespace: string,
      holds: (status: Awaited<ReturnType<RealCluster['status']>>) => boolean,
    ) => vi.waitUntil(async () => holds(await cluster.status(namespace)), soon);
    const isGone = async (resource: ResourceType, name: string, namespace?: string): Promise<boolean> =>
      (await cluster.get(resource, namespace === undefined ? { name } : { namespace, name })) === undefined;
    const remove = (resource: ResourceType, name: string, namespace?: string): Promise<void> =>
      cluster.kube.client.delete(
        resource,
        namespace === undefined ? { name } : { namespace, name },
        {},
        within(),
      );

    it('of a Canary with revertOnDeletion gives target, service and route back, and then lets it go', async () => {
      await start('reverted', reverting, 'run');
      await remove(canaries, 'podinfo', 'reverted');
      await vi.waitUntil(() => isGone(canaries, 'podinfo', 'reverted'), soon);
      // Collected by Kubernetes, at the latest half a minute later: it belonged to the Canary.
      const primary = await cluster.deployment('reverted', 'podinfo-primary');
      expect(primary?.metadata.ownerReferences?.map(({ kind }) => kind) ?? ['Canary']).toEqual(['Canary']);
      expect(replicasOf(await cluster.deployment('reverted', 'podinfo'))).toBe(2);
      const service = await cluster.get(services, { namespace: 'reverted', name: 'podinfo' });
      expect(asRecord(asRecord(service?.['spec'])['selector'])).toEqual({ app: 'podinfo' });
      const route = await cluster.get(httpRoutes, { namespace: 'reverted', name: 'podinfo' });
      const rule = asRecord(asList(asRecord(route?.['spec'])['rules'])[0]);
      expect(asList(rule['backendRefs']).map((backend) => asRecord(backend)['name'])).toEqual(['podinfo']);
    });

    it(
      'of a namespace never hangs: with and without revertOnDeletion, at rest and in a run',
      { timeout: 2 * minute },
      async () => {
        const states = [
          ['plain-rest', {}, 'rest'],
          ['plain-run', {}, 'run'],
          ['reverting-rest', reverting, 'rest'],
          ['reverting-run', reverting, 'run'],
        ] as const;
        await Promise.all(states.map(([name, parts, state]) => start(name, parts, state)));
        await Promise.all(states.map(([name]) => remove(namespaces, name)));
        await Promise.all(states.map(([name]) => vi.waitUntil(() => isGone(namespaces, name), soon)));
      },
    );

    it(
      'of the definition of Canaries, first of all, does not hang: each is reverted, and the definition goes',
      { timeout: 2 * minute },
      async () => {
        await start('defined-rest', reverting, 'rest');
        await start('defined-run', reverting, 'run');
        await start('defined-plain', {}, 'run');
        await remove(customResourceDefinitions, crd);
        await vi.waitUntil(() => isGone(customResourceDefinitions, crd), soon);
        for (const namespace of ['defined-rest', 'defined-run']) {
          expect(replicasOf(await cluster.deployment(namespace, 'podinfo'))).toBe(2);
          const route = await cluster.get(httpRoutes, { namespace, name: 'podinfo' });
          expect(everybodysShare(route)).toBe(0);
        }
      },
    );

    it(
      'of the definition leaves the controller up, and it works again when the definition is back',
      { timeout: 2 * minute },
      async () => {
        const definition = definitions.find(({ metadata }) => metadata.name === crd);
        if (definition === undefined) throw new Error('no definition');
        await cluster.kube.client.create(customResourceDefinitions, definition, within());
        const created = () =>
          createCanary('defined-rest', reverting).then(
            () => true,
            () => false,
          );
        await vi.waitUntil(created, soon);
        await vi.waitUntil(async () => (await cluster.status('defined-rest')).phase === 'Initialized', {
          timeout: 100_000,
          interval: 100,
        });
        expect(controller.log()).not.toMatch(/"level":"error"/);
      },
    );
  });
});
