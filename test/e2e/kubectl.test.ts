import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deployments, pods } from '@sluice/kube/objects/resources.ts';
import type { RunningServer } from '@sluice/local/api/listen.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { createStore, type Store } from '@sluice/local/store/store.ts';
import { clientProgram, findProgram, type ClientProgram } from '../support/rigs/client-program.ts';

const path = findProgram('kubectl');
const deployment = (image: string, more = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: podinfo, namespace: test}
spec:
  selector: {matchLabels: {app: podinfo}}
  template:
    metadata: {labels: {app: podinfo}}
    spec:
      containers:
      - name: main
        image: ${image}
        env: [{name: A, value: "1"}${more}]
        ports: [{containerPort: 9898, name: http}]
      - {name: side, image: "s:1"}
`;

const canary = (threshold = 'threshold: 5') => `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: podinfo, namespace: test}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: podinfo}
  service: {port: 80}
  analysis: {interval: 1m, ${threshold}, maxWeight: 50, stepWeight: 10}
`;

describe.skipIf(path === undefined)(
  'kubectl, unmodified, against the local API server (needs kubectl on PATH or in $SLUICE_TEST_BIN)',
  () => {
    let store: Store;
    let server: RunningServer;
    let folder: string;
    let kubectl: ClientProgram;

    const run = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await kubectl.run(args);
      expect(code, `kubectl ${args.join(' ')}: ${stderr}`).toBe(0);
      return stdout + stderr;
    };
    const apply = async (manifest: string, ...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await kubectl.run(['apply', '-f', '-', ...args], { stdin: manifest });
      expect(code, `kubectl apply: ${stderr}`).toBe(0);
      return stdout;
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sluice-kubectl-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    beforeEach(async () => {
      store = createStore({ now: Date.now });
      server = await createApiServer({ store, now: Date.now }).listen({ host: '127.0.0.1', port: 0 });
      const always = [
        '--server',
        server.url,
        '--cache-dir',
        join(folder, 'cache'),
        '--request-timeout',
        '30s',
      ];
      kubectl = clientProgram(path ?? '', always, { KUBECONFIG: join(folder, 'none') });
      await run('create', 'namespace', 'test');
      return () => server.close();
    });

    it('applies a Deployment, sees no change, then the difference, then applies that', async () => {
      expect(await apply(deployment('i:1'))).toContain('created');
      expect(await apply(deployment('i:1'))).toContain('unchanged');
      const changed = deployment('i:2', ', {name: B, value: "2"}');
      const difference = await kubectl.run(['diff', '-f', '-'], { stdin: changed });
      expect(difference).toMatchObject({ code: 1 });
      expect(difference.stdout).toMatch(/-\s+- ?image: i:1|-\s+image: i:1/);
      expect(store.get(deployments, { namespace: 'test', name: 'podinfo' })?.metadata.generation).toBe(1);
      expect(await apply(changed)).toContain('configured');
      expect(await run('get', 'deploy', 'podinfo', '-n', 'test', '-o', 'wide')).toMatch(
        /main,side\s+i:2,s:1\s+app=podinfo/,
      );
      expect(
        await run(
          'get',
          'deploy',
          '-n',
          'test',
          '-o',
          'jsonpath={.items[*].spec.template.spec.containers[0].env[*].name}',
        ),
      ).toBe('A B');
    });

    it('applies server-side, also over what was applied before', async () => {
      await apply(deployment('i:1'));
      expect(await apply(deployment('i:2'), '--server-side')).toContain('serverside-applied');
      expect(await run('get', 'deploy', 'podinfo', '-n', 'test', '-o', 'yaml')).toContain('image: i:2');
    });

    it("shows Flagger's columns of a canary, and the rest of it in describe and explain", async () => {
      await run('apply', '-f', 'deploy/crds');
      await run('wait', 'crd/canaries.flagger.app', '--for=condition=established', '--timeout=10s');
      await apply(canary());
      await run(
        'patch',
        'canary',
        'podinfo',
        '-n',
        'test',
        '--subresource=status',
        '--type=merge',
        '-p',
        '{"status":{"phase":"Progressing","canaryWeight":10}}',
      );
      const table = await run('get', 'canary', '-n', 'test');
      expect(table).toMatch(
        /^NAME\s+STATUS\s+WEIGHT\s+LASTTRANSITIONTIME\s+REASON\s*\npodinfo\s+Progressing\s+10/,
      );
      expect(await run('get', 'canaries', '-A', '-o', 'wide')).toMatch(
        /^NAMESPACE\s+NAME\s+STATUS\s+WEIGHT\s+SUSPENDED/,
      );
      expect(await run('describe', 'canary', 'podinfo', '-n', 'test')).toMatch(/Step Weight:\s+10/);
      expect(await run('explain', 'canary.spec.analysis')).toMatch(/threshold\s+<number> -required-/);
      expect(await run('get', 'all', '-n', 'test')).toContain('canary.flagger.app/podinfo');
    });

    it('tells people what is wrong, in the words they know', async () => {
      await run('apply', '-f', 'deploy/crds');
      const misspelled = await kubectl.run(['apply', '-f', '-'], { stdin: canary('treshold: 5') });
      expect(misspelled.stderr).toContain('strict decoding error: unknown field "spec.analysis.treshold"');
      const wrong = await kubectl.run(['apply', '-f', '-'], { stdin: canary('threshold: many') });
      expect(wrong.stderr).toContain('The Canary "podinfo" is invalid: spec.analysis.threshold');
      const absent = await kubectl.run(['get', 'pod', 'x', '-n', 'test']);
      expect(absent.stderr.trim()).toBe('Error from server (NotFound): pods "x" not found');
      const lost = await kubectl.run(['create', 'configmap', 'x', '-n', 'nowhere']);
      expect(lost.stderr).toContain('namespaces "nowhere" not found');
      await apply(canary());
      const strategic = await kubectl.run(['patch', 'canary', 'podinfo', '-n', 'test', '-p', '{}']);
      expect(strategic.stderr).toContain('is not supported by flagger.app/v1beta1, Kind=Canary');
    });

    it('changes things: label, annotate, scale, set image, patch, rollout restart', async () => {
      await apply(deployment('i:1'));
      const target = ['deploy/podinfo', '-n', 'test'];
      await run('label', ...target, 'team=x');
      await run('annotate', ...target, 'note=y');
      await run('scale', ...target, '--replicas=3');
      await run('set', 'image', ...target, 'main=i:9');
      await run(
        'patch',
        ...target,
        '-p',
        '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"s:9"}]}}}}',
      );
      await run('rollout', 'restart', ...target);
      expect(store.get(deployments, { namespace: 'test', name: 'podinfo' })).toMatchObject({
        metadata: { labels: { team: 'x' }, annotations: { note: 'y' } },
        spec: {
          replicas: 3,
          template: {
            metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': expect.any(String) } },
            spec: {
              containers: [
                { name: 'main', image: 'i:9' },
                { name: 'side', image: 's:9' },
              ],
            },
          },
        },
      });
      await run('label', ...target, 'team-');
      expect(store.get(deployments, { namespace: 'test', name: 'podinfo' })?.metadata.labels).toBeUndefined();
    });

    it('creates from generators, whose bodies are protobuf', async () => {
      await run('create', 'configmap', 'settings', '-n', 'test', '--from-literal=color=blue');
      await run('create', 'secret', 'generic', 'token', '-n', 'test', '--from-literal=token=s3cr3t');
      await run('create', 'deployment', 'web', '-n', 'test', '--image=i:1', '--replicas=2', '--port=80');
      await run('create', 'service', 'clusterip', 'web', '-n', 'test', '--tcp=80:http');
      await run('create', 'serviceaccount', 'robot', '-n', 'test');
      await run('create', 'role', 'reader', '-n', 'test', '--verb=get,list', '--resource=pods');
      const value = (what: string, jsonpath: string) =>
        run('get', what, '-n', 'test', '-o', `jsonpath={${jsonpath}}`);
      expect(await value('cm/settings', '.data.color')).toBe('blue');
      expect(await value('secret/token', '.data.token')).toBe(Buffer.from('s3cr3t').toString('base64'));
      expect(await value('deploy/web', '.spec.replicas')).toBe('2');
      expect(await value('svc/web', '.spec.ports[0].targetPort')).toBe('http');
      expect(await value('role/reader', '.rules[0].verbs')).toBe('["get","list"]');
      expect(await run('auth', 'can-i', 'create', 'pods')).toContain('yes');
      expect(await run('auth', 'whoami')).toContain('local-admin');
    });

    it('watches, and waits for conditions, values and deletion', async () => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'test' } };
      const created = store.create(pods, {
        ...pod,
        spec: { nodeName: 'n', containers: [{ name: 'main', image: 'i' }] },
      });
      const watching = kubectl.follow(['get', 'pods', '-n', 'test', '-w']);
      await expect.poll(watching.output, { timeout: 15_000 }).toMatch(/p\s+0\/1\s+Pending/);
      const waiting = run(
        'wait',
        'pod/p',
        '-n',
        'test',
        '--for=jsonpath={.status.phase}=Running',
        '--timeout=20s',
      );
      store.update(pods, { ...created, status: { phase: 'Running' } }, { subresource: 'status' });
      expect(await waiting).toContain('condition met');
      await expect.poll(watching.output, { timeout: 15_000 }).toMatch(/p\s+0\/1\s+Running/);
      const gone = run('delete', 'pod', 'p', '-n', 'test');
      await expect.poll(watching.output, { timeout: 15_000 }).toContain('Terminating');
      store.delete(pods, { namespace: 'test', name: 'p' }, { gracePeriodSeconds: 0 });
      expect(await gone).toContain('deleted');
      await watching.stop();
    });

    it('replaces, deletes and empties namespaces', async () => {
      const file = join(folder, 'deployment.yaml');
      await writeFile(file, deployment('i:1'));
      await run('create', '-f', file);
      await writeFile(file, deployment('i:3'));
      await run('replace', '-f', file);
      expect(await run('get', '-f', file, '-o', 'yaml')).toContain('image: i:3');
      await run('delete', 'namespace', 'test');
      expect(await run('get', 'namespaces', '-o', 'name')).toBe('namespace/default\nnamespace/kube-system\n');
      expect(store.list(deployments)).toEqual([]);
    });
  },
);
