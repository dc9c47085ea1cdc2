import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canaries, deployments, events, httpRoutes, leases, services } from '../../src/api/resources.ts';
import { asRecord } from '../../src/lib/json-read.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import type { ControllerProcess } from '../support/real/controller-process.ts';
import type { Outcome } from '../support/real/fault-run.ts';
import { tellRun, tellStory } from '../support/real/fault-story.ts';
import { until } from '../support/real/fault-until.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';

withRealKube('two controllers on', (binaries) => {
  describe('two controllers on a real control plane', () => {
    let cluster: RealCluster;
    let undisturbed: Outcome;

    beforeAll(async () => {
      cluster = await startRealCluster(binaries, { namespaces: [] });
      undisturbed = await tellRun(cluster, { namespace: 'alone' });
    });
    afterAll(async () => cluster?.close());

    const holder = async (namespace: string): Promise<unknown> => {
      const lease = await cluster.get(leases, { namespace, name: 'flagger-leader-election' });
      return asRecord(lease?.['spec'])['holderIdentity'];
    };
    /** Of all that a controller may write, but its lease. */
    const versionsIn = async (namespace: string): Promise<readonly unknown[]> => {
      const kinds = [canaries, deployments, services, httpRoutes, events];
      const lists = await Promise.all(
        kinds.map((kind) => cluster.kube.client.list(kind, { namespace }, within())),
      );
      return lists.flatMap(({ items }) =>
        items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
      );
    };
    const leads = (controller: ControllerProcess): boolean => controller.log().includes('"msg":"leading"');

    it.concurrent.each([
      ['with', ['-enable-leader-election']],
      ['without', []],
    ] as const)(
      'never both act, %s the flag: when the leader is killed, the other goes on within the lease',
      async (title, flags) => {
        const namespace = `killed-${title}`;
        const outcome = await tellStory(cluster, { namespace }, async ({ run, start }) => {
          const first = start({ flags });
          await run.initialized();
          const second = start({ flags });
          await until(() => second.log().includes('another controller leads'));
          await run.reachGate();
          const before = await holder(namespace);
          await first.kill();
          const killedAt = Date.now();
          expect(leads(second)).toBe(false);
          await until(() => leads(second));
          // The lease of 15 s counts from the last renewal that was seen; then one attempt each 2 s.
          expect(Date.now() - killedAt).toBeLessThan(20_000);
          expect(await holder(namespace)).not.toBe(before);
          run.openGate();
          await run.succeeded();
        });
        expect(outcome).toEqual(undisturbed);
      },
    );

    it.concurrent(
      'do no harm when a leader that was frozen past its lease wakes up: it writes nothing, and ends with 1',
      async () => {
        const outcome = await tellStory(cluster, { namespace: 'frozen' }, async ({ run, start }) => {
          const first = start();
          await run.initialized();
          const second = start();
          await run.reachGate();
          first.freeze();
          await until(() => leads(second));
          run.openGate();
          await run.succeeded();
          const before = await versionsIn('frozen');
          const calls = run.receiver.received.length;
          first.thaw();
          expect(await first.ended()).toBe(1);
          expect(await versionsIn('frozen')).toEqual(before);
          expect(run.receiver.received).toHaveLength(calls);
        });
        expect(outcome).toEqual(undisturbed);
      },
    );

    it.concurrent(
      'of which one is killed and started again in its pod need not wait for its own lease',
      async () => {
        const outcome = await tellStory(cluster, { namespace: 'same-pod' }, async ({ run, start }) => {
          const env = { POD_UID: 'f1b4a0a8-6a1e-4d0c-9d0e-0d5c1c1f7a11' };
          const first = start({ env });
          await run.initialized();
          await run.reachGate();
          await first.kill();
          const killedAt = Date.now();
          const second = start({ env });
          await until(() => leads(second));
          expect(Date.now() - killedAt).toBeLessThan(10_000);
          run.openGate();
          await run.succeeded();
        });
        expect(outcome).toEqual(undisturbed);
      },
    );

    it.concurrent(
      'of disjoint namespaces work side by side, and neither asks for anything of the other',
      async () => {
        const beside = async (namespace: string): Promise<Outcome> =>
          tellStory(cluster, { namespace }, async ({ run, proxy, start }) => {
            start();
            await run.initialized();
            await run.reachGate();
            run.openGate();
            await run.succeeded();
            const elsewhere = proxy.requests.filter(
              ({ path }) => !path.includes(`/namespaces/${namespace}/`),
            );
            expect([...new Set(elsewhere.map(({ method, path }) => `${method} ${path}`))]).toEqual([
              'GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/canaries.flagger.app',
            ]);
          });
        expect(await Promise.all([beside('team-a'), beside('team-b')])).toEqual([undisturbed, undisturbed]);
      },
    );
  });
});
