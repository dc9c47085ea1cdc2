import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import {
  configMaps,
  daemonSets,
  deployments,
  horizontalPodAutoscalers,
  scaledObjects,
  secrets,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '@sluice/kube/objects/resources.ts';
import { canaries, metricTemplates } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { conditionsOf } from '@sluice/sluice/rules/run/conditions.ts';
import { whoAmI } from '@sluice/sluice/people/who-am-i.ts';
import { decisionValues } from '@sluice/sluice/rules/people/decision-request.ts';
import { abortAnnotation } from '@sluice/sluice/rules/objects/object-keys.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import { startFakePrometheus } from '../support/fakes/fake-prometheus.ts';
import type { FakePrometheus } from '../support/fakes/fake-prometheus.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import { createRoles, grantName, grantsOf, roleAccount } from '../support/real/role/account.ts';
import { startRoleRecorder } from '../support/real/role/recorder.ts';
import type { AskedPermission, RoleRecorder } from '../support/real/role/recorder.ts';
import { missEachGrant } from '../support/real/role/removal.ts';
import { configMap, reading, secret } from '../support/scenario/configs.ts';
import { scaledObjectDefinition, scenarioScaledObject } from '../support/scenario/keda.ts';
import {
  imageOf,
  scenarioCanary,
  scenarioDeployment,
  scenarioHpa,
  withImage,
} from '../support/scenario/objects.ts';

const soon = { timeout: 50_000, interval: 100 };

/** What people apply: deploy/kustomize binds it to the account of the controller. */
const roles = parseAllDocuments(readFileSync('deploy/kustomize/roles.yaml', 'utf8')).map(
  (document) => document.toJS() as AnyKubeObject,
);
const policy = parseAllDocuments(readFileSync('deploy/kustomize/decision-policy.yaml', 'utf8')).map(
  (document) => document.toJS() as AnyKubeObject,
);
const policyKinds: Readonly<Record<string, ResourceType>> = {
  ValidatingAdmissionPolicy: validatingAdmissionPolicies,
  ValidatingAdmissionPolicyBinding: validatingAdmissionPolicyBindings,
};
const account = roleAccount('sluice-system', 'sluice');

const inSpace = (namespace: string, object: AnyKubeObject): AnyKubeObject => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});

withRealKube('the permissions of the controller on', (binaries) => {
  describe('the permissions of the controller on a real control plane', () => {
    let recorder: RoleRecorder;
    let cluster: RealCluster;
    let prometheus: FakePrometheus;

    const create = async (namespace: string, ...objects: readonly AnyKubeObject[]): Promise<void> => {
      const resources = {
        canaries,
        configMaps,
        daemonSets,
        deployments,
        horizontalPodAutoscalers,
        metricTemplates,
        scaledObjects,
        secrets,
      };
      for (const object of objects) {
        const resource = Object.values(resources).find(({ kind }) => kind === object.kind);
        if (resource === undefined) throw new Error(`no resource of kind ${object.kind}`);
        await cluster.kube.client.create(resource, inSpace(namespace, object), within());
      }
    };
    // `*/finalizers` is how the admission of owner references begins to ask: whoever may do all need not be asked for each.
    const asked = (): readonly AskedPermission[] =>
      recorder.asked(account.user).filter(({ resource }) => resource !== '*/finalizers');
    const phase = async (namespace: string): Promise<unknown> => (await cluster.status(namespace)).phase;

    /** A new version, up to its promotion. */
    const ship = async (namespace: string, resource: ResourceType, target: AnyKubeObject): Promise<void> => {
      const { spec } = withImage(target, 'podinfo:2');
      await cluster.kube.client.mergePatch(resource, { namespace, name: 'podinfo' }, { spec }, {}, within());
      await expect.poll(() => phase(namespace), soon).toBe('Succeeded');
    };

    beforeAll(async () => {
      recorder = await startRoleRecorder();
      prometheus = await startFakePrometheus();
      cluster = await startRealCluster(binaries, {
        namespaces: ['sluice-system', 'weights', 'keda', 'daemons', 'contested'],
        // Some distributions check owner references; what we may do must do there, too.
        flags: [...recorder.flags, '--enable-admission-plugins=OwnerReferencesPermissionEnforcement'],
        tokens: [account.tokenLine],
        definitions: [scaledObjectDefinition],
      });
      await createRoles(cluster.kube, roles);
      for (const object of policy)
        await cluster.kube.client.create(policyKinds[object.kind] ?? canaries, object, within());
      cluster.startController({
        kubeconfig: account.kubeconfig(cluster.plane.url),
        flags: [
          '-mesh-provider=kubernetes',
          '-enable-leader-election=true',
          '-leader-election-namespace=sluice-system',
          '-decision-policy=sluice-decisions',
        ],
      });
    }, 90_000);

    afterAll(async () => {
      await cluster?.close();
      await prometheus?.[Symbol.asyncDispose]();
      await recorder?.[Symbol.asyncDispose]();
    });

    it('carry a weighted run with configuration, an autoscaler and metrics to its promotion', async () => {
      const template = {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'MetricTemplate',
        metadata: { name: 'errors' },
        spec: {
          provider: { type: 'prometheus', address: prometheus.url, secretRef: { name: 'login' } },
          query: 'errors',
        },
      };
      const ref = { namespace: 'weights', name: 'podinfo' };
      const target = reading('envFrom configMap', 'volume secret');
      await create(
        'weights',
        configMap('settings', { color: 'blue' }),
        secret('key', { token: 'b25l' }),
        secret('login', { username: 'bWU=', password: 'aXRzbWU=' }),
        template,
        scenarioHpa(),
        target,
        scenarioCanary({
          analysis: {
            interval: '1s',
            metrics: [
              { name: 'errors', interval: '1s', templateRef: { name: 'errors' }, thresholdRange: { max: 5 } },
            ],
          },
          spec: {
            provider: 'gatewayapi:v1',
            revertOnDeletion: true,
            progressDeadlineSeconds: 15,
            autoscalerRef: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'podinfo' },
          },
        }),
      );
      await expect.poll(() => phase('weights'), soon).toBe('Initialized');
      const { client } = cluster.kube;
      // A copy that somebody froze has to be deleted before it can read otherwise.
      for (const [resource, name] of [
        [configMaps, 'settings'],
        [secrets, 'key'],
      ] as const)
        await client.mergePatch(
          resource,
          { ...ref, name: `${name}-primary` },
          { immutable: true },
          {},
          within(),
        );
      await client.mergePatch(
        configMaps,
        { ...ref, name: 'settings' },
        { data: { color: 'green' } },
        {},
        within(),
      );
      await client.mergePatch(secrets, { ...ref, name: 'key' }, { data: { token: 'dHdv' } }, {}, within());
      await ship('weights', deployments, target);
      const copy = await cluster.get(configMaps, { ...ref, name: 'settings-primary' });
      expect(asRecord(copy?.['data'])['color']).toBe('green');
    });

    it("let the primary's autoscaler follow that of its target", async () => {
      const ref = { namespace: 'weights', name: 'podinfo' };
      const { client } = cluster.kube;
      await client.mergePatch(horizontalPodAutoscalers, ref, { spec: { maxReplicas: 12 } }, {}, within());
      const most = async (): Promise<unknown> =>
        asRecord(
          (await cluster.get(horizontalPodAutoscalers, { ...ref, name: 'podinfo-primary' }))?.['spec'],
        )['maxReplicas'];
      await expect.poll(most, soon).toBe(12);
    });

    it("take away the primary's autoscaler when its Canary names none any more", async () => {
      const ref = { namespace: 'weights', name: 'podinfo' };
      await cluster.kube.client.mergePatch(canaries, ref, { spec: { autoscalerRef: null } }, {}, within());
      const scaler = () => cluster.get(horizontalPodAutoscalers, { ...ref, name: 'podinfo-primary' });
      await expect.poll(scaler, soon).toBeUndefined();
    });

    it('carry a run of a DaemonSet', async () => {
      const { spec, ...deployment } = scenarioDeployment('podinfo:1');
      const { replicas: _, ...rest } = asRecord(spec);
      const template = asRecord(rest['template']);
      // Nobody takes from a node that has just begun the mark that it is not ready.
      const pod = { ...asRecord(template['spec']), tolerations: [{ operator: 'Exists' }] };
      const target = {
        ...deployment,
        kind: 'DaemonSet',
        spec: { ...rest, template: { ...template, spec: pod } },
      };
      const targetRef = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'podinfo' } as const;
      const analysis = { interval: '1s', iterations: 1 };
      const spared = { targetRef, revertOnDeletion: true, progressDeadlineSeconds: 15 };
      await create('daemons', target, scenarioCanary({ analysis, spec: spared }));
      await expect.poll(() => phase('daemons'), soon).toBe('Initialized');
      await ship('daemons', daemonSets, target);
    });

    it('let it look whether the policy that verifies decisions is in force', async () => {
      const { client } = cluster.kube;
      const ref = { namespace: 'daemons', name: 'podinfo' };
      const { name: by } = await whoAmI(client, within());
      const values = decisionValues({ verb: 'pause', by, groups: [], via: 'kubectl', reason: 'lunch' });
      await client.mergePatch(canaries, ref, { metadata: { annotations: values } }, {}, within());
      const last = async () => (await cluster.status('daemons')).decisions?.at(-1);
      await expect.poll(last, soon).toMatchObject({ verb: 'pause', by, verified: true, result: 'done' });
    });

    it('leave the primary serving when a deleted Canary has a target that does not start', async () => {
      const left = [
        { namespace: 'weights', resource: deployments },
        { namespace: 'daemons', resource: daemonSets },
      ];
      await cluster.kubelet.setHealthy('podinfo:2', false, 'podinfo');
      const name = 'podinfo';
      for (const { namespace } of left)
        await cluster.kube.client.delete(canaries, { namespace, name }, {}, within());
      for (const { namespace, resource } of left) {
        await expect.poll(() => cluster.get(canaries, { namespace, name }), soon).toBeUndefined();
        const primary = await cluster.get(resource, { namespace, name: 'podinfo-primary' });
        expect(primary?.metadata.ownerReferences ?? []).toEqual([]);
      }
      await cluster.kubelet.setHealthy('podinfo:2', true, 'podinfo');
    });

    it('carry a blue/green run whose autoscaler is a ScaledObject of KEDA, and take away that of the primary', async () => {
      const autoscalerRef = {
        apiVersion: 'keda.sh/v1alpha1',
        kind: 'ScaledObject',
        name: 'podinfo',
      } as const;
      const target = scenarioDeployment('podinfo:1');
      const analysis = { interval: '1s', iterations: 1 };
      await create(
        'keda',
        target,
        scenarioScaledObject(),
        scenarioCanary({ analysis, spec: { autoscalerRef } }),
      );
      await expect.poll(() => phase('keda'), soon).toBe('Initialized');
      await ship('keda', deployments, target);
      const ref = { namespace: 'keda', name: 'podinfo' };
      await cluster.kube.client.mergePatch(canaries, ref, { spec: { autoscalerRef: null } }, {}, within());
      const scaler = () => cluster.get(scaledObjects, { ...ref, name: 'podinfo-primary' });
      await expect.poll(scaler, soon).toBeUndefined();
    });

    it('ask pods that do not start why, and put the version before back when a promotion is aborted', async () => {
      const { client } = cluster.kube;
      const ref = { namespace: 'keda', name: 'podinfo' };
      const listsPods = (): boolean => asked().some((question) => grantName(question) === 'list pods');
      await cluster.kubelet.setHealthy('podinfo:3', false, 'podinfo-primary');
      const { spec } = withImage(scenarioDeployment('podinfo:1'), 'podinfo:3');
      await client.mergePatch(deployments, ref, { spec }, {}, within());
      await expect.poll(() => phase('keda'), soon).toBe('Promoting');
      await expect.poll(listsPods, soon).toBe(true);
      const annotations = { [abortAnnotation]: 'it does not start' };
      await client.mergePatch(canaries, ref, { metadata: { annotations } }, {}, within());
      await expect.poll(() => phase('keda'), soon).toBe('Failed');
      const primary = await cluster.get(deployments, { ...ref, name: 'podinfo-primary' });
      expect(imageOf(primary)).toBe('podinfo:2');
      await cluster.kubelet.setHealthy('podinfo:3', true, 'podinfo-primary');
    });

    it('let what was kept of the version before last go at the next promotion', async () => {
      const target = withImage(scenarioDeployment('podinfo:1'), 'podinfo:4');
      const { spec } = target;
      const ref = { namespace: 'keda', name: 'podinfo' };
      await cluster.kube.client.mergePatch(deployments, ref, { spec }, {}, within());
      await expect.poll(() => phase('keda'), soon).toBe('Succeeded');
    });

    it('let go of a Canary that another controller writes', async () => {
      await create(
        'contested',
        scenarioDeployment('podinfo:1'),
        scenarioCanary({ analysis: { interval: '1s', iterations: 2 } }),
      );
      await expect.poll(() => phase('contested'), soon).toBe('Initialized');
      const ref = { namespace: 'contested', name: 'podinfo' };
      let writes = 0;
      // Within one second the server's books do not tell who wrote last: a rival writes again.
      const types = async (): Promise<readonly string[]> => {
        const status = { iterations: (writes += 1) };
        await cluster.kube.client.mergePatch(canaries, ref, { status }, { subresource: 'status' }, within());
        return conditionsOf(await cluster.status('contested')).map(({ type }) => type);
      };
      await expect.poll(types, { ...soon, interval: 1000 }).toContain('TwoControllers');
    });

    it('are never refused', async () => {
      const { text } = await cluster.kube.request({ method: 'GET', path: '/metrics' });
      const requests = text.split('\n').filter((line) => line.startsWith('apiserver_request_total{'));
      expect(requests.length).toBeGreaterThan(20);
      expect(requests.filter((line) => line.includes('code="403"'))).toEqual([]);
    });

    it('are what deploy/kustomize grants: nothing is missing, nothing is spare', () => {
      expect([...new Set(asked().map(grantName))].toSorted()).toEqual(grantsOf(roles));
      expect(recorder.askedPaths(account.user)).toEqual([]);
    });

    it('are each missed when they are taken away', async () => {
      const missed = await missEachGrant(cluster.kube, roles, asked());
      expect(missed.toSorted()).toEqual(grantsOf(roles));
    });
  });
});
