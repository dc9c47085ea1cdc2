import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '../../src/api/kube-object.ts';
import { canaries, deployments, endpointSlices, namespaces } from '../../src/api/resources.ts';
import { asRecord } from '../../src/lib/json-read.ts';
import { countReadyEndpoints } from '../../src/rules/ready-endpoints.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import { startControlPlane } from '../support/control-plane.ts';
import type { ControlPlane } from '../support/control-plane.ts';
import { installDefinitions } from '../support/install-definitions.ts';
import { endProcess } from '../support/kube-apiserver.ts';
import { clientOf, withRealKube } from '../support/real-kube.ts';
import type { RealKube } from '../support/real-kube.ts';
import {
  imageOf,
  namespace,
  replicasOf,
  scenarioCanary,
  scenarioDeployment,
  withImage,
} from '../support/scenario-objects.ts';
import { standInNode, startStandInKubelet } from '../support/stand-in-kubelet.ts';

const soon = { timeout: 40_000, interval: 50 };

/** The target of the scenarios, whose pods go to the stand-in kubelet and end at once. */
function target(image: string): AnyKubeObject {
  const deployment = scenarioDeployment(image);
  const spec = asRecord(deployment['spec']);
  const template = asRecord(spec['template']);
  const pod = { ...asRecord(template['spec']), nodeName: standInNode, terminationGracePeriodSeconds: 0 };
  return { ...deployment, spec: { ...spec, template: { ...template, spec: pod } } };
}

function startController({ kubeconfig }: ControlPlane): ChildProcess {
  const flags = ['-port=0', `-kubeconfig=${kubeconfig}`, '-mesh-provider=kubernetes', '-min-interval=1s'];
  return spawn(process.execPath, ['src/cli/main.ts', 'controller', ...flags], {
    env: { ...process.env, SLUICE_BIND_ADDRESS: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

withRealKube('a rollout on', (binaries) => {
  describe('a rollout on a real control plane', () => {
    let kube: RealKube;
    let log = '';
    /** What was started, last first. */
    const ends: (() => Promise<void>)[] = [];

    const deployment = (name: string) => kube.client.get(deployments, { namespace, name }, within());
    const phase = async (): Promise<unknown> =>
      asRecord((await kube.client.get(canaries, { namespace, name: 'podinfo' }, within()))['status'])[
        'phase'
      ];
    const ready = async (service: string): Promise<number> => {
      const labelSelector = `kubernetes.io/service-name=${service}`;
      const { items } = await kube.client.list(endpointSlices, { namespace, labelSelector }, within());
      return countReadyEndpoints(items);
    };

    beforeAll(async () => {
      const plane = await startControlPlane(binaries);
      ends.unshift(() => plane.stop());
      kube = clientOf(plane);
      ends.unshift(() => kube.close());
      await installDefinitions(kube.client);
      const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
      await kube.client.create(namespaces, space, within());
      const kubelet = startStandInKubelet(kube.client);
      ends.unshift(() => kubelet.stop());
      const controller = startController(plane);
      ends.unshift(() => endProcess(controller));
      controller.stderr?.on('data', (chunk: Buffer) => void (log += chunk.toString()));
    }, 90_000);

    afterAll(async () => {
      for (const end of ends) await end();
    });

    it('begins with a primary of its own, which takes the place of the target', async () => {
      await kube.client.create(deployments, target('podinfo:1'), within());
      const canary = scenarioCanary({ analysis: { interval: '1s', iterations: 2 } });
      await kube.client.create(canaries, canary, within());
      await expect.poll(phase, soon).toBe('Initialized');
      await expect.poll(async () => replicasOf(await deployment('podinfo')), soon).toBe(0);
      expect(imageOf(await deployment('podinfo-primary'))).toBe('podinfo:1');
      expect(await ready('podinfo-primary')).toBe(2);
      expect(await ready('podinfo')).toBe(2);
    });

    it('ends with the new version in the primary, and the target at rest', async () => {
      await kube.client.mergePatch(
        deployments,
        { namespace, name: 'podinfo' },
        {
          spec: {
            template: asRecord(asRecord(withImage(target('podinfo:1'), 'podinfo:2')['spec'])['template']),
          },
        },
        {},
        within(),
      );
      await expect.poll(phase, soon).toBe('Succeeded');
      expect(imageOf(await deployment('podinfo-primary'))).toBe('podinfo:2');
      expect(replicasOf(await deployment('podinfo'))).toBe(0);
      expect(await ready('podinfo')).toBe(2);
      expect(log).toContain('"level":"info"');
      expect(log).not.toMatch(/"level":"error"/);
    });
  });
});
