import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { parseControllerFlags } from '@sluice/sluice/cli/controller-flags.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { helmFor, helmPath } from '../support/real/role/helm.ts';

const controller = 'deploy/chart/sluice';
const tester = 'deploy/chart/sluice-tester';
const fixtures = 'test/deploy/__fixtures__';

const template = (chart: string, ...args: readonly string[]) =>
  // A helm that was built without a version takes the cluster for an old one.
  helmFor().run(['template', 'sluice', chart, '-n', 'sluice-system', '--kube-version', '1.36.3', ...args]);

async function objectsOf(chart: string, ...args: readonly string[]): Promise<readonly AnyKubeObject[]> {
  const { code, stdout, stderr } = await template(chart, ...args);
  expect(code, stderr).toBe(0);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as AnyKubeObject | null)
    .filter((object) => object !== null);
}

const podOf = (objects: readonly AnyKubeObject[]) =>
  asRecord(
    asRecord(asRecord(objects.find(({ kind }) => kind === 'Deployment')?.['spec'])['template'])['spec'],
  );

const containerOf = (objects: readonly AnyKubeObject[]) => asRecord(asList(podOf(objects)['containers'])[0]);

const flagsOf = (objects: readonly AnyKubeObject[]): readonly string[] =>
  asList(containerOf(objects)['args'])
    .map((arg) => asText(arg) ?? '')
    .slice(1);

describe.skipIf(helmPath === undefined)(
  'the charts under helm (needs it on PATH or in $SLUICE_TEST_BIN)',
  () => {
    it.each([controller, tester])('%s passes helm lint', async (chart) => {
      const { code, stdout } = await helmFor().run(['lint', '--strict', chart]);
      expect(code, stdout).toBe(0);
    });

    it("takes a values file of Flagger's, and each value arrives", async () => {
      const objects = await objectsOf(controller, '-f', `${fixtures}/flagger-values.yaml`);
      const parsed = parseControllerFlags(flagsOf(objects));
      if (parsed === 'help') throw new Error('the flags ask for help');
      expect(parsed.values).toMatchObject({
        'log-level': 'warn',
        'metrics-server': 'http://prometheus.monitoring:9090',
        'mesh-provider': 'gatewayapi:v1',
        'selector-labels': 'app,name',
        'include-label-prefix': 'app.kubernetes.io/',
        'event-webhook': 'http://events.monitoring/canaries?token=a&b=c',
        'cluster-name': 'production',
        'slack-channel': 'releases',
        threadiness: 4,
        'no-cross-namespace-refs': true,
        'enable-leader-election': true,
        'leader-election-namespace': 'sluice-system',
      });
      expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
        expect.arrayContaining([
          'Deployment flagger',
          'PodDisruptionBudget flagger',
          'PodMonitor flagger',
          'ServiceMonitor flagger',
        ]),
      );
      expect(containerOf(objects)['securityContext']).toMatchObject({ runAsUser: 10001, runAsNonRoot: true });
    });

    it('mounts the kubeconfig of a mesh cluster, and names it', async () => {
      const objects = await objectsOf(controller, '--set', 'controlplane.kubeconfig.secretName=mesh');
      expect(flagsOf(objects)).toContain('-kubeconfig-service-mesh=/var/run/secrets/mesh/kubeconfig');
      expect(containerOf(objects)['volumeMounts']).toContainEqual({
        name: 'mesh',
        mountPath: '/var/run/secrets/mesh',
        readOnly: true,
      });
      expect(JSON.stringify(objects)).toContain('"secretName":"mesh"');
    });

    it("takes a values file of Flagger's load tester", async () => {
      const objects = await objectsOf(tester, '-f', `${fixtures}/loadtester-values.yaml`);
      expect(flagsOf(objects)).toEqual(
        expect.arrayContaining(['-timeout=30m', '-namespace-regexp=^(test|stage)$']),
      );
      expect(objects.map(({ kind }) => kind)).toContain('Role');
    });

    it.each([
      [controller, 'logLevel=loud', "at '/logLevel'"],
      [controller, 'metricServer=http://prometheus:9090', "'metricServer' not allowed"],
      [controller, 'metricsServer=prometheus:9090', "at '/metricsServer'"],
      [controller, 'leaderElection.replicaCount=two', "at '/leaderElection/replicaCount'"],
      [controller, 'image.repository=ghcr.io/fluxcd/flagger', "image.repository is Flagger's image"],
      [controller, 'prometheus.install=true', 'this chart installs no Prometheus'],
      [controller, 'linkerdAuthPolicy.create=true', 'makes no policy for Linkerd'],
      [controller, 'rbac.pspEnabled=true', 'no PodSecurityPolicy any more'],
      [tester, 'replicaCount=2', "at '/replicaCount'"],
      [tester, 'image.repository=ghcr.io/fluxcd/flagger-loadtester', "image.repository is Flagger's image"],
      [tester, 'istio.enabled=true', 'makes no objects of a mesh'],
      [tester, 'meshName=global', 'makes no objects of a mesh'],
    ])('%s refuses %s with a sentence', async (chart, value, sentence) => {
      const { code, stderr } = await template(chart, '--set', value);
      expect(code).not.toBe(0);
      expect(stderr).toContain(sentence);
    });

    const rulesOf = (objects: readonly AnyKubeObject[], namespace: string): readonly unknown[] =>
      objects
        .filter(({ kind, metadata }) => kind === 'Role' && metadata.namespace === namespace)
        .flatMap((object) => asList(object['rules']).map(asRecord))
        .flatMap(({ resources }) => asList(resources));
    const verbsOf = (objects: readonly AnyKubeObject[], namespace: string, resource: string) =>
      objects
        .filter(({ kind, metadata }) => kind === 'Role' && metadata.namespace === namespace)
        .flatMap((object) => asList(object['rules']).map(asRecord))
        .filter(({ resources }) => asList(resources).includes(resource))
        .flatMap(({ verbs }) => asList(verbs));
    const kindsOf = (objects: readonly AnyKubeObject[]): readonly string[] => objects.map(({ kind }) => kind);

    it('gives the controller of one namespace a Role there, and nothing of the cluster', async () => {
      const objects = await objectsOf(controller, '--set', 'namespace=apps,configTracking.enabled=false');
      expect(kindsOf(objects)).not.toContain('ClusterRole');
      expect(kindsOf(objects)).not.toContain('ClusterRoleBinding');
      expect(rulesOf(objects, 'apps')).toEqual(expect.arrayContaining(['canaries', 'leases', 'secrets']));
      // Freezes are watched; what targets read is neither read nor copied.
      expect(verbsOf(objects, 'apps', 'configmaps')).toEqual(['list', 'watch']);
    });

    it('gives the controller of several namespaces a Role in each, and the Lease in its own', async () => {
      const objects = await objectsOf(controller, '--set', 'namespaces={apps,shop}');
      expect(kindsOf(objects)).not.toContain('ClusterRole');
      for (const namespace of ['apps', 'shop']) {
        expect(rulesOf(objects, namespace)).toEqual(expect.arrayContaining(['canaries', 'secrets']));
        expect(rulesOf(objects, namespace)).not.toContain('leases');
      }
      expect(new Set(rulesOf(objects, 'sluice-system'))).toEqual(new Set(['leases']));
      const bindings = objects.filter(({ kind }) => kind === 'RoleBinding');
      expect(new Set(bindings.map(({ metadata }) => metadata.namespace))).toEqual(
        new Set(['apps', 'shop', 'sluice-system']),
      );
      expect(flagsOf(objects)).toEqual(
        expect.arrayContaining(['-namespaces=apps,shop', '-leader-election-namespace=sluice-system']),
      );
    });

    it('grants no read of Secrets where nothing needs one', async () => {
      const set = 'metricsSecrets=none,configTracking.enabled=false';
      const objects = await objectsOf(controller, '--set', set);
      const rules = objects
        .filter(({ kind }) => kind === 'ClusterRole')
        .flatMap((object) => asList(object['rules']));
      expect(rules.length).toBeGreaterThan(5);
      expect(JSON.stringify(rules)).not.toContain('"secrets"');
      expect(flagsOf(objects)).toContain('-metrics-secrets=none');
    });

    it('refuses one namespace beside several', async () => {
      const { code, stderr } = await template(controller, '--set', 'namespace=a,namespaces={b}');
      expect(code).not.toBe(0);
      expect(stderr).toContain('namespace and namespaces are both set; use one of them');
    });

    it('names an image by digest when there is one', async () => {
      const digest = `sha256:${'a'.repeat(64)}`;
      const objects = await objectsOf(
        controller,
        '--set',
        `image.repository=registry/sluice,image.digest=${digest}`,
      );
      expect(containerOf(objects)['image']).toBe(`registry/sluice@${digest}`);
    });

    it('mounts a token into the tester only when it has an account', async () => {
      const names = (objects: readonly AnyKubeObject[]) =>
        asList(podOf(objects)['volumes']).map((volume) => asRecord(volume)['name']);
      expect(names(await objectsOf(tester))).toEqual(['gates', 'tmp']);
      expect(names(await objectsOf(tester, '--set', 'rbac.create=true'))).toContain('account');
    });

    it("passes the variables of Flagger's chart on to tasks, and those that are named", async () => {
      const flag = async (...args: string[]) =>
        flagsOf(await objectsOf(tester, ...args)).filter((arg) => arg.startsWith('-task-env'));
      expect(await flag()).toEqual([]);
      expect(await flag('-f', `${fixtures}/loadtester-values.yaml`)).toEqual(['-task-env=http_proxy']);
      const set = 'env[0].name=FOO,env[0].value=1,cmd.taskEnv={BAR_*,BAZ}';
      expect(await flag('--set', set)).toEqual(['-task-env=FOO,BAR_*,BAZ']);
    });

    it('mounts the Secret with the token of the tester where its flag says', async () => {
      const objects = await objectsOf(tester, '--set', 'token.secret=hooks,token.key=value');
      expect(flagsOf(objects)).toContain('-token-file=/token/token');
      expect(asList(podOf(objects)['volumes'])).toContainEqual({
        name: 'token',
        secret: expect.objectContaining({
          secretName: 'hooks',
          items: [{ key: 'value', path: 'token' }],
        }) as unknown,
      });
      expect(asList(containerOf(objects)['volumeMounts'])).toContainEqual({
        name: 'token',
        mountPath: '/token',
        readOnly: true,
      });
      expect(flagsOf(await objectsOf(tester)).filter((arg) => arg.startsWith('-token'))).toEqual([]);
    });

    it('lets only the controller and the named namespaces reach the tester, when asked', async () => {
      const policyOf = async (...args: string[]) =>
        (await objectsOf(tester, ...args)).find(({ kind }) => kind === 'NetworkPolicy');
      expect(await policyOf()).toBeUndefined();
      const set =
        'networkPolicy.enabled=true,networkPolicy.controller.namespace=ops,networkPolicy.namespaces={monitoring,test}';
      const from = 'networkPolicy.from[0].ipBlock.cidr=10.0.0.0/8';
      const spec = asRecord((await policyOf('--set', set, '--set', from))?.['spec']);
      const namespaceName = 'kubernetes.io/metadata.name';
      expect(spec['ingress']).toEqual([
        {
          ports: [{ port: 'http', protocol: 'TCP' }],
          from: [
            {
              namespaceSelector: { matchLabels: { [namespaceName]: 'ops' } },
              podSelector: { matchLabels: { 'app.kubernetes.io/name': 'sluice' } },
            },
            {
              namespaceSelector: {
                matchExpressions: [{ key: namespaceName, operator: 'In', values: ['monitoring', 'test'] }],
              },
            },
            { ipBlock: { cidr: '10.0.0.0/8' } },
          ],
        },
      ]);
      // With nothing named it is the controller of the release's namespace, not everybody.
      const least = asRecord((await policyOf('--set', 'networkPolicy.enabled=true'))?.['spec']);
      expect(asList(asRecord(asList(least['ingress'])[0])['from'])).toEqual([
        {
          namespaceSelector: { matchLabels: { [namespaceName]: 'sluice-system' } },
          podSelector: { matchLabels: { 'app.kubernetes.io/name': 'sluice' } },
        },
      ]);
    });

    it('says after the installation what it means that everybody reaches the tester', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'chart-'));
      cpSync(tester, folder, { recursive: true });
      // `helm template` leaves notes out, and `helm install` wants a cluster.
      const notes = readFileSync(join(tester, 'templates/NOTES.txt'), 'utf8');
      const asTemplate = `{{- define "notes" }}${notes}{{ end }}\nnotes: {{ include "notes" . | toJson }}\n`;
      writeFileSync(join(folder, 'templates/notes.yaml'), asTemplate);
      const notesOf = async (...args: string[]): Promise<string> => {
        const shown = await objectsOf(folder, '--show-only', 'templates/notes.yaml', ...args);
        return asText(shown[0]?.['notes']) ?? '';
      };
      expect(await notesOf()).toContain(
        'every pod of the cluster reaches the tester,\ncan run commands in it',
      );
      expect(await notesOf('--set', 'token.secret=hooks')).toContain('reaches the tester and may try tokens');
      const closed = await notesOf('--set', 'networkPolicy.enabled=true');
      expect(closed).toContain('/gate/open');
      expect(closed).not.toContain('WARNING');
      rmSync(folder, { recursive: true });
    });

    it('shows its definitions so that kubectl can apply them', async () => {
      const { stdout } = await helmFor().run(['show', 'crds', controller]);
      const names = parseAllDocuments(stdout).map(
        (document) => (document.toJS() as AnyKubeObject).metadata.name,
      );
      expect(names).toHaveLength(3);
      expect(names).toContain('canaries.flagger.app');
    });

    it('renders the definitions as part of the release when asked, and keeps them on uninstall', async () => {
      const objects = await objectsOf(controller, '--set', 'crd.create=true');
      const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
      expect(definitions.map(({ metadata }) => metadata.name).toSorted()).toEqual([
        'alertproviders.flagger.app',
        'canaries.flagger.app',
        'metrictemplates.flagger.app',
      ]);
      for (const { metadata } of definitions)
        expect(metadata.annotations).toMatchObject({ 'helm.sh/resource-policy': 'keep' });
    });
  },
);
