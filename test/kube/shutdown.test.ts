import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leases } from '../../src/api/resources.ts';
import { asRecord } from '../../src/lib/json-read.ts';
import type { Outcome } from '../support/real/fault-run.ts';
import { tellRun, tellStory } from '../support/real/fault-story.ts';
import { until } from '../support/real/fault-until.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';

withRealKube('the end of a controller on', (binaries) => {
  describe('a controller on a real control plane that is told to end, SIGTERM,', () => {
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
    const idsOf = (bodies: readonly { readonly body: string }[]): readonly unknown[] =>
      bodies.map(({ body }) => asRecord(JSON.parse(body))['deliveryId']);

    it.concurrent(
      'tells a slow receiver all that is to be told, asks nothing more, gives its lease back and ends with 0',
      async () => {
        const namespace = 'slow';
        const outcome = await tellStory(cluster, { namespace }, async ({ run, start }) => {
          const first = start();
          await run.initialized();
          run.delay('/event', 500);
          await run.reachGate();
          run.delay('/check', 60_000);
          await until(async () => ((await cluster.status(namespace)).outbox?.length ?? 0) > 2);
          const { outbox = [] } = await cluster.status(namespace);
          const askedAt = Date.now();
          expect(await first.terminate()).toBe(0);
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
      },
    );

    it.concurrent(
      'gives up a receiver that never answers, within the 30 s of Kubernetes, and its successor tells it',
      async () => {
        const namespace = 'mute';
        const outcome = await tellStory(cluster, { namespace }, async ({ run, start }) => {
          const first = start();
          await run.initialized();
          run.delay('/event', 120_000);
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
      },
      150_000,
    );
  });
});
