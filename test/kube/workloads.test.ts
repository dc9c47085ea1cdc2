import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import {
  daemonSets,
  deployments,
  events,
  httpRoutes,
  pods,
  scaledObjects,
  services,
} from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { isStopped } from '@sluice/sluice/workloads/daemon-set-readiness.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import type { ControllerProcess } from '../support/real/controller-process.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import { standInNode } from '../support/real/stand-in-kubelet.ts';
import { pausedAt, scaledObjectDefinition, scenarioScaledObject } from '../support/scenario/keda.ts';
import {
  everybodysShare,
  imageOf,
  replicasOf,
  scenarioCanary,
  scenarioDaemonSet,
  scenarioDeployment,
  withImage,
} from '../support/scenario/objects.ts';
import type { CanaryParts } from '../support/scenario/objects.ts';

const nodes: ResourceType = { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false };
const soon = { timeout: 40_000, interval: 50 };
const analysis = { interval: '1s', threshold: 2, stepWeights: [25, 50] } as const;
const namespaces = ['daemon', 'keda', 'service', 'stateful'] as const;
type Namespace = (typeof namespaces)[number];

withRealKube('targets of other kinds, and scalers, on', (binaries) => {
  describe('targets of other kinds, and scalers, on a real control plane', () => {
    let cluster: RealCluster;
    let controller: ControllerProcess;

    beforeAll(async () => {
      cluster = await startRealCluster(binaries, { namespaces, definitions: [scaledObjectDefinition] });
      controller = cluster.startController({ flags: ['-mesh-provider=gatewayapi:v1'] });
    }, 90_000);
    afterAll(async () => cluster?.close());

    const create = async (
      namespace: Namespace,
      ...objects: readonly (readonly [ResourceType, AnyKubeObject])[]
    ): Promise<void> => {
      for (const [resource, object] of objects) {
        const metadata = { ...object.metadata, namespace };
        await cluster.kube.client.create(resource, { ...object, metadata }, within());
      }
    };
    const canaryOf = (parts: CanaryParts) =>
      [canaries, scenarioCanary({ ...parts, analysis: { ...analysis, ...parts.analysis } })] as const;
    const find = async (
      namespace: Namespace,
      resource: ResourceType,
      name = 'podinfo',
    ): Promise<AnyKubeObject | undefined> => cluster.get(resource, { namespace, name });
    const patch = (namespace: Namespace, resource: ResourceType, body: Readonly<Record<string, unknown>>) =>
      cluster.kube.client.mergePatch(resource, { namespace, name: 'podinfo' }, body, {}, within());
    const phase = (namespace: Namespace) => async (): Promise<unknown> =>
      (await cluster.status(namespace)).phase;
    const weight = (namespace: Namespace) => async (): Promise<unknown> =>
      everybodysShare(await find(namespace, httpRoutes));
    const templateOf = (object: AnyKubeObject) => asRecord(asRecord(object['spec'])['template']);

    describe('a DaemonSet', () => {
      const targetRef = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'podinfo' } as const;
      const stopped = async (): Promise<boolean> => {
        const target = await find('daemon', daemonSets);
        return target !== undefined && isStopped(target);
      };
      const images = async (app: string): Promise<readonly unknown[]> => {
        const labelSelector = `app=${app}`;
        const { items } = await cluster.kube.client.list(
          pods,
          { namespace: 'daemon', labelSelector },
          within(),
        );
        return items.map((pod) => imageOf({ ...pod, spec: { template: { spec: pod['spec'] } } }));
      };
      const ship = (image: string) =>
        patch('daemon', daemonSets, {
          spec: { template: templateOf(withImage(scenarioDaemonSet(image), image)) },
        });

      it('is stopped once its primary serves', async () => {
        await create(
          'daemon',
          [daemonSets, scenarioDaemonSet('podinfo:1')],
          canaryOf({ spec: { targetRef } }),
        );
        await expect.poll(phase('daemon'), soon).toBe('Initialized');
        expect(await stopped()).toBe(true);
        await expect.poll(() => images('podinfo'), soon).toEqual([]);
        expect(await images('podinfo-primary')).toEqual(['podinfo:1']);
      });

      it('is promoted through its weights, and stopped again', async () => {
        await ship('podinfo:2');
        await expect.poll(weight('daemon'), soon).toBe(50);
        expect(await images('podinfo')).toEqual(['podinfo:2']);
        await expect.poll(phase('daemon'), soon).toBe('Succeeded');
        expect(await images('podinfo-primary')).toEqual(['podinfo:2']);
        expect(await stopped()).toBe(true);
        expect(await weight('daemon')()).toBe(0);
      });

      it('is stopped again by the next process when somebody started it, and that is no run', async () => {
        const before = await find('daemon', daemonSets, 'podinfo-primary');
        await controller.stop();
        await patch('daemon', daemonSets, { spec: { template: { spec: { nodeSelector: null } } } });
        await expect.poll(() => images('podinfo'), soon).toEqual(['podinfo:2']);
        controller = cluster.startController({ flags: ['-mesh-provider=gatewayapi:v1'] });
        await expect.poll(stopped, soon).toBe(true);
        await expect.poll(() => images('podinfo'), soon).toEqual([]);
        expect(await phase('daemon')()).toBe('Succeeded');
        const after = await find('daemon', daemonSets, 'podinfo-primary');
        expect(after?.metadata.generation).toBe(before?.metadata.generation);
      });

      it('that is applied with a node selector of its own is stopped again, and shipped by its template alone', async () => {
        const labels = { 'kubernetes.io/os': 'linux' };
        await cluster.kube.client.mergePatch(
          nodes,
          { name: standInNode },
          { metadata: { labels } },
          {},
          within(),
        );
        const apply = async (image: string): Promise<AnyKubeObject> => {
          const { spec, ...object } = scenarioDaemonSet(image);
          const template = templateOf({ ...object, spec });
          const pod = { ...asRecord(template['spec']), nodeSelector: labels };
          const applied = { ...asRecord(spec), template: { ...template, spec: pod } };
          const metadata = { ...object.metadata, namespace: 'daemon' };
          const { status, text } = await cluster.kube.request({
            method: 'PATCH',
            path: '/apis/apps/v1/namespaces/daemon/daemonsets/podinfo?fieldManager=kustomize-controller&force=true',
            headers: { 'content-type': 'application/apply-patch+yaml' },
            body: JSON.stringify({ ...object, metadata, spec: applied }),
          });
          expect(status, text).toBeLessThan(300);
          return JSON.parse(text) as AnyKubeObject;
        };
        // A node selector is one field to server-side apply: whoever sets any of it sets all of it.
        expect(isStopped(await apply('podinfo:4'))).toBe(false);
        await expect.poll(async () => (await images('podinfo-primary')).at(0), soon).toBe('podinfo:4');
        await expect.poll(phase('daemon'), soon).toBe('Succeeded');
        await expect.poll(stopped, soon).toBe(true);
        expect(isStopped(await apply('podinfo:4'))).toBe(false);
        await expect.poll(stopped, soon).toBe(true);
        expect(await phase('daemon')()).toBe('Succeeded');
        const { items } = await cluster.kube.client.list(events, { namespace: 'daemon' }, within());
        const told = items.filter(({ reason }) => reason === 'TargetScaledUp').map(({ message }) => message);
        expect(told).toContainEqual(expect.stringContaining('should leave its nodeSelector out'));
      });

      it('fails when its pods do not come up, and is stopped', async () => {
        await patch('daemon', canaries, { spec: { progressDeadlineSeconds: 3 } });
        await cluster.kubelet.setHealthy('podinfo:3', false);
        await ship('podinfo:3');
        await expect.poll(phase('daemon'), soon).toBe('Failed');
        await expect.poll(stopped, soon).toBe(true);
        expect(await images('podinfo-primary')).toEqual(['podinfo:4']);
      });
    });

    describe('a KEDA ScaledObject', () => {
      const autoscalerRef = {
        apiVersion: 'keda.sh/v1alpha1',
        kind: 'ScaledObject',
        name: 'podinfo',
      } as const;
      const paused = async (): Promise<unknown> => pausedAt(await find('keda', scaledObjects));
      const replicas = async (name: string): Promise<number> =>
        replicasOf(await find('keda', deployments, name));

      it('is paused before its target is stopped, and copied for the primary', async () => {
        await create(
          'keda',
          [scaledObjects, scenarioScaledObject()],
          [deployments, scenarioDeployment('podinfo:1')],
          canaryOf({ spec: { autoscalerRef } }),
        );
        await expect.poll(phase('keda'), soon).toBe('Initialized');
        expect([await replicas('podinfo'), await paused()]).toEqual([0, '0']);
        const primary = await find('keda', scaledObjects, 'podinfo-primary');
        expect(primary?.['spec']).toMatchObject({
          scaleTargetRef: { name: 'podinfo-primary' },
          triggers: [{ metadata: { query: 'sum(rate(requests{app="podinfo-primary"}[1m]))' } }],
        });
      });

      it('is paused again when somebody takes the annotation away', async () => {
        const metadata = { annotations: { 'autoscaling.keda.sh/paused-replicas': null } };
        await patch('keda', scaledObjects, { metadata });
        await expect.poll(paused, soon).toBe('0');
      });

      it('works during a run, at whose end it is paused again', async () => {
        await patch('keda', deployments, { spec: { template: templateOf(scenarioDeployment('podinfo:2')) } });
        await expect.poll(weight('keda'), soon).toBe(50);
        expect([await replicas('podinfo'), await paused()]).toEqual([2, undefined]);
        const held = await find('keda', scaledObjects, 'podinfo-primary');
        expect(held?.['spec']).toMatchObject({ minReplicaCount: 2 });
        await expect.poll(phase('keda'), soon).toBe('Succeeded');
        expect([await replicas('podinfo'), await paused()]).toEqual([0, '0']);
      });
    });

    describe('a Service', () => {
      const targetRef = { apiVersion: 'v1', kind: 'Service', name: 'podinfo' } as const;
      const version = (name: string): AnyKubeObject => {
        const deployment = scenarioDeployment(`podinfo:${name}`);
        const metadata = { labels: { app: name } };
        const template = { ...templateOf(deployment), metadata };
        const spec = {
          ...asRecord(deployment['spec']),
          selector: { matchLabels: metadata.labels },
          template,
        };
        return { ...deployment, metadata: { name }, spec };
      };
      const leadsTo = async (name: string): Promise<unknown> =>
        asRecord(asRecord((await find('service', services, name))?.['spec'])['selector'])['app'];

      it('with node ports of its own has copies without, whose primary leads where it was judged good', async () => {
        const spec = {
          type: 'NodePort',
          selector: { app: 'one' },
          ports: [{ name: 'http', port: 9898, targetPort: 9898 }],
        };
        await create(
          'service',
          [deployments, version('one')],
          [deployments, version('two')],
          [services, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'podinfo' }, spec }],
          canaryOf({ spec: { targetRef } }),
        );
        await expect.poll(phase('service'), soon).toBe('Initialized');
        expect((await find('service', services, 'podinfo-primary'))?.['spec']).toMatchObject({
          type: 'ClusterIP',
        });
        await patch('service', services, { spec: { selector: { app: 'two' } } });
        await expect.poll(weight('service'), soon).toBe(25);
        expect(await leadsTo('podinfo-primary')).toBe('one');
        expect(await cluster.ready('service', 'podinfo-canary')).toBe(2);
        await expect.poll(phase('service'), soon).toBe('Succeeded');
        expect(await leadsTo('podinfo-primary')).toBe('two');
      });

      it('that leads outside loses its copies their addresses, and gets them back', async () => {
        const outside = { type: 'ExternalName', externalName: 'elsewhere.example', selector: null };
        await patch('service', services, { spec: { ...outside, clusterIP: null, clusterIPs: null } });
        await expect.poll(phase('service'), soon).toBe('Progressing');
        await expect.poll(phase('service'), soon).toBe('Succeeded');
        expect((await find('service', services, 'podinfo-primary'))?.['spec']).toMatchObject({
          type: 'ExternalName',
          externalName: 'elsewhere.example',
        });
        await patch('service', services, {
          spec: { type: 'NodePort', externalName: null, selector: { app: 'one' } },
        });
        await expect.poll(phase('service'), soon).toBe('Progressing');
        await expect.poll(phase('service'), soon).toBe('Succeeded');
        expect(await leadsTo('podinfo-primary')).toBe('one');
      });
    });

    it('a StatefulSet is let in and refused in status, with what to do', async () => {
      const targetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'podinfo' } as const;
      await create('stateful', canaryOf({ spec: { targetRef } }));
      const message = async (): Promise<string> =>
        (await cluster.status('stateful')).conditions?.find(({ type }) => type === 'Invalid')?.message ?? '';
      await expect.poll(message, soon).toContain('name a Deployment, a DaemonSet or a Service');
    });

    it('none of it is an error to the controller', () => {
      expect(controller.log()).toContain('"level":"info"');
      expect(controller.log()).not.toMatch(/"level":"error"/);
    });
  });
});
