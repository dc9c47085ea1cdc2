import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import {
  customResourceDefinitions,
  deployments,
  namespaces,
  pods,
  replicaSets,
  secrets,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '@sluice/kube/objects/resources.ts';
import { canaries, metricTemplates } from '@sluice/sluice/api/resources.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { conditionsOf } from '@sluice/sluice/rules/run/conditions.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import type { ClientProgram } from '../support/rigs/client-program.ts';
import { startFakePrometheus } from '../support/fakes/fake-prometheus.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import { roleAccount } from '../support/real/role/account.ts';
import { helmFor, helmPath } from '../support/real/role/helm.ts';
import { secret } from '../support/scenario/configs.ts';
import { scenarioCanary, scenarioDeployment, withImage } from '../support/scenario/objects.ts';

const soon = { timeout: 40_000, interval: 100 };
const chart = 'deploy/chart/sluice';
const namespace = 'sluice-system';
const account = roleAccount(namespace, 'sluice');

/** Of the Prometheus operator, as far as a test needs it. */
const monitor = (kind: string, plural: string): AnyKubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.monitoring.coreos.com` },
  spec: {
    group: 'monitoring.coreos.com',
    names: { kind, plural },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});

withRealKube('the charts on', (binaries) => {
  describe.skipIf(helmPath === undefined)('the charts on a real control plane (needs helm)', () => {
    let cluster: RealCluster;
    let helm: ClientProgram;

    const run = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await helm.run([...args, '-n', namespace]);
      expect(code, `helm ${args.join(' ')}: ${stderr}`).toBe(0);
      return stdout;
    };
    const podsOf = async (instance: string): Promise<readonly AnyKubeObject[]> => {
      const labelSelector = `app.kubernetes.io/instance=${instance}`;
      return (await cluster.kube.client.list(pods, { namespace, labelSelector }, within())).items;
    };
    const countPods = async (instance: string): Promise<number> => (await podsOf(instance)).length;
    const argsOf = async (name: string): Promise<readonly string[]> => {
      const template = asRecord(asRecord((await cluster.deployment(namespace, name))?.['spec'])['template']);
      const container = asRecord(asList(asRecord(template['spec'])['containers'])[0]);
      return asList(container['args']).map((arg) => asText(arg) ?? '');
    };

    beforeAll(async () => {
      cluster = await startRealCluster(binaries, {
        namespaces: ['apps'],
        tokens: [account.tokenLine],
        definitions: [monitor('PodMonitor', 'podmonitors'), monitor('ServiceMonitor', 'servicemonitors')],
      });
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
      const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } };
      await cluster.kube.client.create(namespaces, space, within());
      helm = helmFor(cluster.plane.kubeconfig);
    }, 90_000);

    afterAll(async () => cluster?.close());

    it('are accepted by the API server with everything switched on, before anything is installed', async () => {
      const all = 'podMonitor,serviceMonitor,networkPolicy,podDisruptionBudget'
        .split(',')
        .map((name) => `${name}.enabled=true`);
      await run('install', 'sluice', chart, '--dry-run=server', '--set', all.join(','));
      const some = all.filter((value) => !value.startsWith('serviceMonitor'));
      const set = [...some, 'rbac.create=true', 'rbac.scope=cluster'].join(',');
      await run('install', 'sluice-tester', 'deploy/chart/sluice-tester', '--dry-run=server', '--set', set);
      expect(await cluster.deployment(namespace, 'sluice')).toBeUndefined();
    });

    it('run in a namespace that enforces the restricted profile', async () => {
      await run(
        'install',
        'sluice',
        chart,
        '--wait',
        '--timeout=40s',
        '--set',
        'podMonitor.enabled=true,serviceMonitor.enabled=true,networkPolicy.enabled=true,podDisruptionBudget.enabled=true',
      );
      await run(
        'install',
        'flagger-loadtester',
        'deploy/chart/sluice-tester',
        '--wait',
        '--timeout=40s',
        '--set',
        'rbac.create=true,networkPolicy.enabled=true',
      );
      expect(await countPods('sluice')).toBe(1);
      const decisions = { name: 'sluice-decisions' };
      expect(await cluster.get(validatingAdmissionPolicies, decisions)).toBeDefined();
      expect(await cluster.get(validatingAdmissionPolicyBindings, decisions)).toBeDefined();
      expect(await countPods('flagger-loadtester')).toBe(1);
    });

    it('would be kept from running there without their security context: the profile is enforced', async () => {
      await run('upgrade', 'sluice', chart, '--set', 'securityContext.enabled=false');
      const refusals = async (): Promise<string> => {
        const { items } = await cluster.kube.client.list(replicaSets, { namespace }, within());
        return JSON.stringify(items.flatMap((set) => conditionsOf(set['status'])));
      };
      await expect.poll(refusals, soon).toContain('violates PodSecurity');
    });

    it('grow to two replicas by an upgrade, one of which is to lead', async () => {
      await run(
        'upgrade',
        'sluice',
        chart,
        '--wait',
        '--timeout=40s',
        '--set',
        'leaderElection.replicaCount=2',
      );
      expect(await countPods('sluice')).toBe(2);
      expect(await argsOf('sluice')).toContain('-enable-leader-election=true');
    });

    it('give a controller of one namespace, without config tracking, all that a rollout asks for', async () => {
      const set = 'namespace=apps,meshProvider=kubernetes,configTracking.enabled=false';
      await run('upgrade', 'sluice', chart, '--set', set);
      const args = await argsOf('sluice');
      const controller = cluster.startController({
        kubeconfig: account.kubeconfig(cluster.plane.url),
        flags: args.filter((arg) => arg !== 'controller' && !arg.startsWith('-port=')),
      });
      const inApps = (object: AnyKubeObject) => ({
        ...object,
        metadata: { ...object.metadata, namespace: 'apps' },
      });
      const { client } = cluster.kube;
      const target = inApps(scenarioDeployment('podinfo:1'));
      await client.create(deployments, target, within());
      await using prometheus = await startFakePrometheus();
      const provider = { type: 'prometheus', address: prometheus.url, secretRef: { name: 'login' } };
      const template = {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'MetricTemplate',
        metadata: { name: 'errors', namespace: 'apps' },
        spec: { provider, query: 'errors' },
      };
      await client.create(metricTemplates, template, within());
      await client.create(
        secrets,
        inApps(secret('login', { username: 'bWU=', password: 'bWluZQ==' })),
        within(),
      );
      const metrics = [
        { name: 'errors', interval: '1s', templateRef: { name: 'errors' }, thresholdRange: { max: 5 } },
      ];
      const canary = scenarioCanary({ analysis: { interval: '1s', iterations: 1, metrics } });
      await client.create(canaries, inApps(canary), within());
      const phase = async (): Promise<unknown> => (await cluster.status('apps')).phase;
      await expect.poll(phase, soon).toBe('Initialized');
      const { spec } = withImage(target, 'podinfo:2');
      await client.mergePatch(deployments, { namespace: 'apps', name: 'podinfo' }, { spec }, {}, within());
      await expect.poll(phase, soon).toBe('Succeeded');
      expect(prometheus.received[0]?.headers.authorization).toMatch(/^Basic /);
      expect(await controller.stop()).toBe(0);
      const { text } = await cluster.kube.request({ method: 'GET', path: '/metrics' });
      const requests = text.split('\n').filter((line) => line.startsWith('apiserver_request_total{'));
      expect(requests.length).toBeGreaterThan(20);
      // Pods were refused above, on purpose; without any right of the cluster the definitions cannot be checked.
      const refused = requests.filter(
        (line) =>
          line.includes('code="403"') &&
          !line.includes('resource="pods"') &&
          !line.includes('resource="customresourcedefinitions"'),
      );
      expect(refused).toEqual([]);
    });

    it('leave the definitions, and so all Canaries, when they are uninstalled', async () => {
      await run('uninstall', 'sluice', '--wait', '--timeout=40s');
      await run('uninstall', 'flagger-loadtester', '--wait', '--timeout=40s');
      const { client } = cluster.kube;
      const left = await client.list(customResourceDefinitions, {}, within());
      expect(left.items.map(({ metadata }) => metadata.name)).toContain('canaries.flagger.app');
      expect((await cluster.status('apps')).phase).toBe('Succeeded');
      await expect.poll(() => countPods('sluice'), soon).toBe(0);
      const { text } = await cluster.kube.request({
        method: 'GET',
        path: '/apis/rbac.authorization.k8s.io/v1/clusterroles?labelSelector=app.kubernetes.io%2Fmanaged-by%3DHelm',
      });
      expect(asList(asRecord(JSON.parse(text))['items'])).toEqual([]);
      const policies = await client.list(validatingAdmissionPolicies, {}, within());
      expect(policies.items.map(({ metadata }) => metadata.name)).not.toContain('sluice-decisions');
    });
  });
});
