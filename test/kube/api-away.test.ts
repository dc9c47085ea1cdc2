import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, customResourceDefinitions } from '@sluice/kube/objects/resources.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import { compactEtcd } from '../support/real/faults/etcd.ts';
import type { Outcome } from '../support/real/faults/run.ts';
import { tellRun, tellStory } from '../support/real/faults/story.ts';
import { gatewayApiDefinitions } from '../support/real/install-definitions.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';

const soon = { timeout: 50_000, interval: 100 };

withRealKube('a rollout while', (binaries) => {
  describe('a rollout on a real control plane', () => {
    let cluster: RealCluster;
    let undisturbed: Outcome;

    beforeAll(async () => {
      cluster = await startRealCluster(binaries, { namespaces: [] });
      undisturbed = await tellRun(cluster, { namespace: 'undisturbed' });
    });
    afterAll(async () => cluster?.close());

    it('goes the same way although the API server is killed, and the gate opens before it is back', async () => {
      const outcome = await tellStory(cluster, { namespace: 'killed' }, async ({ run, start }) => {
        const controller = start({ kubeconfig: cluster.plane.kubeconfig });
        await run.initialized();
        await run.reachGate();
        await cluster.plane.kill();
        run.openGate();
        const readyz = `${await controller.url()}/readyz`;
        await expect.poll(async () => (await fetch(readyz)).text(), soon).toContain('no answer from the API');
        await cluster.plane.revive();
        await run.succeeded();
        await expect.poll(async () => (await fetch(readyz)).status, soon).toBe(200);
      });
      expect(outcome).toEqual(undisturbed);
    });

    it('goes the same way although etcd was compacted while its watches were broken, so that they are too old, 410', async () => {
      const outcome = await tellStory(cluster, { namespace: 'compacted' }, async ({ run, proxy, start }) => {
        const controller = start({ flags: ['-log-level=debug'] });
        await run.initialized();
        await run.reachGate();
        proxy.onRequest(() => ({ kind: 'reset' }));
        proxy.resetAll();
        await makeHistory(cluster, 'compacted');
        await compactEtcd(cluster.plane.etcdUrl);
        // What it remembers of changes is in its memory: without it, it asks etcd, which has forgotten.
        await cluster.plane.kill();
        await cluster.plane.revive();
        const before = proxy.requests.length;
        proxy.onRequest(() => undefined);
        run.openGate();
        await run.succeeded();
        expect(controller.log()).toContain('410 Expired');
        const lists = proxy.requests
          .slice(before)
          .filter(({ path, isWatch }) => !isWatch && /\/canaries\?limit=/.test(path));
        expect(lists.length).toBeGreaterThan(0);
      });
      expect(outcome).toEqual(undisturbed);
    });

    it('goes on, its route made anew, when the definition of HTTPRoute was deleted and is put back', async () => {
      const outcome = await tellStory(cluster, { namespace: 'undefined' }, async ({ run, start }) => {
        const controller = start();
        await run.initialized();
        await run.reachGate();
        const { client } = cluster.kube;
        const httpRouteDefinition = gatewayApiDefinitions(binaries).find(isOfRoutes);
        if (httpRouteDefinition === undefined) throw new Error('no definition of HTTPRoute');
        const ref = { name: httpRouteDefinition.metadata.name };
        await client.delete(customResourceDefinitions, ref, {}, within());
        run.openGate();
        const readyz = `${await controller.url()}/readyz`;
        await expect.poll(async () => (await fetch(readyz)).text(), soon).toContain('httproutes');
        await expect
          .poll(async () => JSON.stringify(await cluster.status('undefined')), soon)
          .toContain('needs HTTPRoute of gateway.networking.k8s.io/v1: httproutes: not installed');
        await client.create(customResourceDefinitions, httpRouteDefinition, within());
        await run.succeeded(90_000);
      });
      expect(outcome).toEqual({ ...undisturbed, warned: outcome.warned });
    }, 150_000);
  });
});

const isOfRoutes = ({ kind, metadata }: AnyKubeObject): boolean =>
  kind === 'CustomResourceDefinition' && metadata.name.startsWith('httproutes.');

/** So that nothing that was watched is of the newest version any more. */
async function makeHistory({ kube }: RealCluster, namespace: string): Promise<void> {
  for (let count = 0; count < 20; count += 1) {
    const metadata = { name: `history-${count}`, namespace };
    await kube.client.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata }, within());
  }
}
