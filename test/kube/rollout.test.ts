import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canaries, deployments } from '../../src/api/resources.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import type { ControllerProcess } from '../support/real/controller-process.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import {
  imageOf,
  namespace,
  replicasOf,
  scenarioCanary,
  scenarioDeployment,
} from '../support/scenario-objects.ts';

const soon = { timeout: 40_000, interval: 50 };

withRealKube('a rollout on', (binaries) => {
  describe('a rollout on a real control plane', () => {
    let cluster: RealCluster;
    let controller: ControllerProcess;
    const phase = async (): Promise<unknown> => (await cluster.status(namespace)).phase;

    beforeAll(async () => {
      cluster = await startRealCluster(binaries);
      controller = cluster.startController({ flags: ['-mesh-provider=kubernetes'] });
    });
    afterAll(async () => cluster?.close());

    it('begins with a primary of its own, which takes the place of the target', async () => {
      const { client } = cluster.kube;
      await client.create(deployments, scenarioDeployment('podinfo:1'), within());
      const canary = scenarioCanary({ analysis: { interval: '1s', iterations: 2 } });
      await client.create(canaries, canary, within());
      await expect.poll(phase, soon).toBe('Initialized');
      await expect.poll(async () => replicasOf(await cluster.deployment(namespace, 'podinfo')), soon).toBe(0);
      expect(imageOf(await cluster.deployment(namespace, 'podinfo-primary'))).toBe('podinfo:1');
      expect(await cluster.ready(namespace, 'podinfo-primary')).toBe(2);
      expect(await cluster.ready(namespace, 'podinfo')).toBe(2);
    });

    it('ends with the new version in the primary, and the target at rest', async () => {
      const { spec } = scenarioDeployment('podinfo:2');
      const ref = { namespace, name: 'podinfo' };
      const { template } = spec as { template: object };
      await cluster.kube.client.mergePatch(deployments, ref, { spec: { template } }, {}, within());
      await expect.poll(phase, soon).toBe('Succeeded');
      expect(imageOf(await cluster.deployment(namespace, 'podinfo-primary'))).toBe('podinfo:2');
      expect(replicasOf(await cluster.deployment(namespace, 'podinfo'))).toBe(0);
      expect(await cluster.ready(namespace, 'podinfo')).toBe(2);
      expect(controller.log()).toContain('"level":"info"');
      expect(controller.log()).not.toMatch(/"level":"error"/);
    });
  });
});
