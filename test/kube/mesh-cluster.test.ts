import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deployments, gateways, httpRoutes } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import { scenarioCanary, scenarioDeployment } from '../support/scenario/objects.ts';

const soon = { timeout: 40_000, interval: 100 };
const minute = 60_000;
const ref = { namespace: 'test', name: 'podinfo' };

withRealKube('the mesh cluster', (binaries) => {
  describe('a mesh in a cluster of its own', () => {
    let cluster: RealCluster;
    let mesh: RealCluster;

    beforeAll(async () => {
      cluster = await startRealCluster(binaries);
      mesh = await startRealCluster(binaries);
      cluster.startController({
        flags: ['-mesh-provider=gatewayapi:v1', `-kubeconfig-service-mesh=${mesh.plane.kubeconfig}`],
      });
    }, minute);
    afterAll(async () => {
      await mesh?.close();
      await cluster?.close();
    });

    const reaches = (phase: string): Promise<void> =>
      vi.waitFor(async () => expect((await cluster.status('test')).phase).toBe(phase), soon);

    it(
      'has the routes, marked with their Canary, whose cluster has none; they go with it',
      async () => {
        const { client } = cluster.kube;
        await client.create(deployments, scenarioDeployment('podinfo:1'), within());
        await client.create(canaries, scenarioCanary({ analysis: { interval: '1s' } }), within());
        await reaches('Initialized');
        const { spec } = scenarioDeployment('podinfo:2');
        await client.mergePatch(deployments, ref, { spec }, {}, within());
        await reaches('Succeeded');

        const route = await mesh.get(httpRoutes, ref);
        expect(route?.metadata.annotations).toMatchObject({ 'sluice.dev/canary': 'test/podinfo' });
        expect(route?.metadata.ownerReferences).toBeUndefined();
        expect(await mesh.get(deployments, ref)).toBeUndefined();
        for (const kind of [httpRoutes, gateways])
          expect((await client.list(kind, { namespace: 'test' }, within())).items).toEqual([]);

        await client.delete(canaries, ref, {}, within());
        await vi.waitFor(async () => expect(await mesh.get(httpRoutes, ref)).toBeUndefined(), soon);
        await vi.waitFor(async () => expect(await cluster.get(canaries, ref)).toBeUndefined(), soon);
      },
      3 * minute,
    );
  });
});
