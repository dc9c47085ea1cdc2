import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataPlaneBinaries } from '../support/real/traffic/data-plane.ts';
import {
  lackOfNetworkNamespace,
  startInNetworkNamespace,
} from '../support/real/traffic/network-namespace.ts';
import type { Inside } from '../support/real/traffic/network-namespace.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import type { TrafficWindow } from '../support/real/traffic/load.ts';
import { answersOf, failuresOf, sharesOf } from '../support/real/traffic/tally.ts';
import type { TrafficWorld } from '../support/real/traffic/world.ts';

const soon = { timeout: 50_000, interval: 50 };
const perSecond = 150;

/** Why there is no real traffic to test here. */
function lack(): string | undefined {
  if (dataPlaneBinaries(process.env) === undefined)
    return 'SLUICE_DATA_PLANE: the folder of Contour and Envoy (scripts/data-plane prints it)';
  const namespaces = lackOfNetworkNamespace();
  return namespaces === undefined ? undefined : `a network namespace, which is not to be had: ${namespaces}`;
}

withRealKube('traffic on', () => {
  describe('real traffic through Contour and Envoy on a real control plane', () => {
    const lacking = lack();
    if (lacking !== undefined) return it.skipIf(true)(`needs ${lacking}`, () => undefined);
    let world: Inside<TrafficWorld>;

    const phase = async () => (await world.call('status')).phase;
    const weight = async () => (await world.call('status')).canaryWeight;
    const canaryPods = () => world.call('podsOf', 'podinfo');
    const startController = (provider = 'gatewayapi:v1') =>
      world.call('startController', [`-mesh-provider=${provider}`]);
    /** Ships an image, and waits until the canary has so much of the traffic. */
    async function begin(image: string, percent = 20): Promise<void> {
      await world.call('traffic');
      await world.call('ship', image);
      await expect.poll(weight, soon).toBe(percent);
    }
    /** No request since `begin` was lost, nor by what the run leaves behind; and there were some. */
    async function expectNoLoss(): Promise<readonly TrafficWindow[]> {
      await expect.poll(canaryPods, soon).toBe(0);
      const windows = await world.call('traffic');
      expect(failuresOf(windows)).toEqual([]);
      expect(answersOf(windows)).toBeGreaterThan(2 * perSecond);
      return windows;
    }

    beforeAll(async () => {
      world = startInNetworkNamespace<TrafficWorld>('test/support/real/traffic/world.ts');
      await world.call('open');
      await world.call('createCanary');
    }, 90_000);
    beforeEach(({ onTestFailed }) =>
      onTestFailed(async () => {
        process.stdout.write(`${JSON.stringify(await world.call('status'))}\n${await world.call('log')}\n`);
      }),
    );
    afterAll(async () => world.close(), 60_000);

    it('is answered once the canary is initialized', async () => {
      await startController();
      await expect.poll(phase, soon).toBe('Initialized');
      await world.call('startLoad', perSecond);
    });

    it('is split as the weights say, and a promotion loses no request', async () => {
      await world.call('setAnalysis', { interval: '10s' });
      await world.call('traffic');
      const began = performance.now();
      await world.call('ship', 'podinfo:2');
      await expect.poll(phase, soon).toBe('Succeeded');
      const seconds = (performance.now() - began) / 1000;
      process.stdout.write(`${seconds.toFixed(1)} s from the change to Succeeded (Flagger 1.44: 69.3 s)\n`);
      const shares = sharesOf(await expectNoLoss());
      expect([...shares.keys()]).toEqual([20, 40, 60]);
      for (const [wanted, share] of shares) expect(Math.abs(share - wanted)).toBeLessThanOrEqual(5);
      await world.call('setAnalysis', { interval: '2s' });
    });

    it('loses no request by a rollback', async () => {
      await begin('podinfo:3');
      await world.call('refuse', true);
      await expect.poll(phase, soon).toBe('Failed');
      await expectNoLoss();
      await world.call('refuse', false);
    });

    it('loses no request by an abort', async () => {
      await begin('podinfo:4', 60);
      expect(await world.call('abort')).toContain('rolling back');
      await expectNoLoss();
    });

    it('loses no request by an abort while the gateway hangs: the canary serves until it has followed', async () => {
      await begin('podinfo:5', 40);
      await world.call('freezeGateway', true);
      expect(await world.call('abort')).toContain('rolling back');
      await expect.poll(async () => (await world.call('status')).waiting?.for, soon).toBe('routes');
      expect(await canaryPods()).toBe(2);
      await world.call('freezeGateway', false);
      await expectNoLoss();
    });

    it('loses no request when the controller is killed in the middle of a run, and goes on with it', async () => {
      await begin('podinfo:6');
      await world.call('killController');
      await startController();
      await expect.poll(weight, soon).toBe(40);
      expect(await world.call('stopController')).toBe(0);
      await startController();
      await expect.poll(phase, soon).toBe('Succeeded');
      await expectNoLoss();
    });

    it('loses no request by a blue/green rollout, which moves all of it at once', async () => {
      await world.call('setAnalysis', { stepWeights: null, iterations: 1 });
      await world.call('traffic');
      await world.call('ship', 'podinfo:7');
      await expect.poll(weight, soon).toBe(100);
      await expect.poll(phase, soon).toBe('Succeeded');
      await expectNoLoss();
      await world.call('setAnalysis', { stepWeights: [20, 40, 60], iterations: null });
    });

    it('loses no request by an abort with gatewayapi:v1beta1', async () => {
      await world.call('stopController');
      await startController('gatewayapi:v1beta1');
      await begin('podinfo:8', 60);
      expect(await world.call('abort')).toContain('rolling back');
      await expectNoLoss();
    });
  });
});
