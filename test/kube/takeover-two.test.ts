import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deployments, events, httpRoutes } from '@sluice/kube/objects/resources.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import { startPeerCluster } from '../support/real/peer/left-behind.ts';
import type { PeerCluster } from '../support/real/peer/left-behind.ts';
import { recordChanges } from '../support/real/peer/record.ts';
import type { Changes } from '../support/real/peer/record.ts';
import { withPeer } from '../support/real/peer/peer.ts';
import { everybodysShare, imageOf, replicasOf } from '../support/scenario/objects.ts';

const minute = 60_000;
const soon = { timeout: 50_000, interval: 100 };
const steps = { analysis: { interval: '10s', stepWeight: 50, maxWeight: 50 } };

withPeer('two controllers on', (binaries, binary) => {
  describe('two controllers on a real control plane', () => {
    let both: PeerCluster;
    let routes: Changes;
    let sizes: Changes;

    beforeAll(async () => {
      both = await startPeerCluster(binaries, binary, { shipped: steps, running: steps, idle: {} });
      both.startPeer();
      for (const namespace of Object.keys(both.cases))
        await both.until(namespace, ({ phase }) => phase === 'Initialized');
      await both.ship('running', 'podinfo:2');
      await both.until('running', ({ phase }) => phase === 'Progressing');
      const { client } = both.cluster.kube;
      routes = await recordChanges(client, httpRoutes, everybodysShare);
      sizes = await recordChanges(client, deployments, replicasOf);
    }, 2 * minute);
    afterAll(async () => {
      await routes?.stop();
      await sizes?.stop();
      await both?.close();
    });

    const warnings = async (namespace: string): Promise<readonly unknown[]> => {
      const { items } = await both.cluster.kube.client.list(events, { namespace }, within());
      return items
        .filter((event) => event['reportingComponent'] === 'sluice' && event['type'] === 'Warning')
        .map((event) => event['reason']);
    };

    it(
      'are noticed by Sluice, which lets go and says it once; the other one ends the run',
      { timeout: 2 * minute },
      async () => {
        const controller = both.startController();
        await controller.url();
        await both.until('shipped', ({ observedGeneration }) => observedGeneration === 1);
        await both.ship('shipped', 'podinfo:2');
        for (const namespace of ['shipped', 'running']) {
          await vi.waitUntil(async () => (await warnings(namespace)).includes('TwoControllers'), soon);
          await both.until(namespace, ({ phase }) => phase === 'Succeeded', 90_000);
          expect(await warnings(namespace)).toEqual(['TwoControllers']);
          expect(imageOf(await both.cluster.deployment(namespace, 'podinfo-primary'))).toBe('podinfo:2');
        }
        expect(controller.log().match(/"msg":"two controllers"/g)).toHaveLength(2);
        expect(await warnings('idle')).toEqual([]);
      },
    );

    it('do not make weights and sizes flap: what Sluice began starts over once, at most, and nothing moves back and forth', () => {
      expect(routes.of('running/podinfo')).toEqual([0, 50, 0]);
      expect(sizes.of('running/podinfo')).toEqual([2, 0]);
      // Flagger takes the hash of Sluice for another revision, and puts the weight to zero before it begins.
      expect(['0 50 0', '0 50 0 50 0']).toContain(routes.of('shipped/podinfo').join(' '));
      expect(sizes.of('shipped/podinfo')).toEqual([0, 2, 0]);
      for (const namespace of ['shipped', 'running'])
        expect(sizes.of(`${namespace}/podinfo-primary`)).toEqual([2]);
    });
  });
});
