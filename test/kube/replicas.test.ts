import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployments, events, httpRoutes, leases, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import type { ControllerProcess } from '../support/real/controller-process.ts';
import type { Outcome } from '../support/real/faults/run.ts';
import { tellRun, tellStory } from '../support/real/faults/story.ts';
import { until } from '../support/real/until.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';

const soon = { timeoutMs: 40_000 };

withRealKube('two controllers on', (binaries) => {
  describe('on a real control plane', () => {
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
    /** Events are written beside the pass: what is on its way to the server when a process is frozen arrives when it wakes up. */
    const isRecorded = (namespace: string, reason: string) => async (): Promise<boolean> => {
      const { items } = await cluster.kube.client.list(events, { namespace }, within());
      return items.some((event) => event['reason'] === reason);
    };
    const leads = (controller: ControllerProcess): boolean => controller.log().includes('"msg":"leading"');

    describe.concurrent('two controllers of one scope', () => {
      it.each([
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
            await until('the second waits', () => second.log().includes('another controller leads'), soon);
            await run.reachGate();
            const before = await holder(namespace);
            await first.kill();
            const killedAt = Date.now();
            expect(leads(second)).toBe(false);
            await until('the second leads', () => leads(second), soon);
            // The lease of 15 s counts from the last renewal that was seen; then one attempt each 2 s.
            expect(Date.now() - killedAt).toBeLessThan(20_000);
            expect(await holder(namespace)).not.toBe(before);
            run.openGate();
            await run.succeeded();
          });
          expect(outcome).toEqual(undisturbed);
        },
      );

      it('do no harm when a leader that was frozen past its lease wakes up: it writes nothing, and ends with 1', async () => {
        const outcome = await tellStory(cluster, { namespace: 'frozen' }, async ({ run, start }) => {
          const first = start();
          await run.initialized();
          const second = start();
          await run.reachGate();
          await until('its last word', isRecorded('frozen', 'WaitingForTrafficIncrease'), soon);
          first.freeze();
          await until('the second leads', () => leads(second), soon);
          run.openGate();
          await run.succeeded();
          await until('the last word of the second', isRecorded('frozen', 'Promoted'), soon);
          const before = await versionsIn('frozen');
          const calls = run.receiver.received.length;
          first.thaw();
          expect(await first.ended()).toBe(1);
          expect(await versionsIn('frozen')).toEqual(before);
          expect(run.receiver.received).toHaveLength(calls);
        });
        expect(outcome).toEqual(undisturbed);
      });

      it('of which one is killed and started again in its pod need not wait for its own lease', async () => {
        const outcome = await tellStory(cluster, { namespace: 'same-pod' }, async ({ run, start }) => {
          const env = { POD_UID: 'f1b4a0a8-6a1e-4d0c-9d0e-0d5c1c1f7a11' };
          const first = start({ env });
          await run.initialized();
          await run.reachGate();
          await first.kill();
          const killedAt = Date.now();
          const second = start({ env });
          await until('the second leads', () => leads(second), soon);
          expect(Date.now() - killedAt).toBeLessThan(10_000);
          run.openGate();
          await run.succeeded();
        });
        expect(outcome).toEqual(undisturbed);
      });

      it('of disjoint namespaces work side by side, and neither asks for anything of the other', async () => {
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
      });
    });

    describe.concurrent('a controller that is told to end, SIGTERM,', () => {
      const idsOf = (bodies: readonly { readonly body: string }[]): readonly unknown[] =>
        bodies.map(({ body }) => asRecord(JSON.parse(body))['deliveryId']);

      it('tells a slow receiver all that is to be told, asks nothing more, gives its lease back and ends with 0', async () => {
        const namespace = 'slow';
        const outcome = await tellStory(cluster, { namespace }, async ({ run, start }) => {
          const first = start();
          await run.initialized();
          run.delay('/event', Infinity);
          await run.reachGate();
          run.delay('/check', 60_000);
          await until(
            'there is something to tell',
            async () => ((await cluster.status(namespace)).outbox?.length ?? 0) > 2,
            soon,
          );
          const { outbox = [] } = await cluster.status(namespace);
          const askedAt = Date.now();
          const ended = first.terminate();
          run.delay('/event', 500);
          expect(await ended).toBe(0);
          expect(Date.now() - askedAt).toBeLessThan(20_000);
          expect(await holder(namespace)).toBe('');
          const told = idsOf(run.receiver.received);
          expect(outbox.map(({ id }) => id).filter((id) => !told.includes(id))).toEqual([]);

          run.delay('/event', 0);
          run.delay('/check', 0);
          start();
          run.openGate();
          await run.succeeded();
        });
        expect(outcome).toEqual(undisturbed);
      });

      it('gives up a receiver that never answers, within the 30 s of Kubernetes, and its successor tells it', async () => {
        const namespace = 'mute';
        const outcome = await tellStory(cluster, { namespace }, async ({ run, start }) => {
          const first = start();
          await run.initialized();
          run.delay('/event', Infinity);
          await run.reachGate();
          const askedAt = Date.now();
          expect(await first.terminate()).toBe(0);
          expect(Date.now() - askedAt).toBeLessThan(27_000);
          expect(await holder(namespace)).toBe('');

          run.delay('/event', 0);
          start();
          run.openGate();
          await run.succeeded(90_000);
        });
        expect(outcome).toEqual(undisturbed);
      }, 150_000);
    });
  });
});
