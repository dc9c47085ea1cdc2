import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployments, namespaces, pods, secrets } from '@sluice/kube/objects/resources.ts';
import type { RunningServer } from '@sluice/local/api/listen.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { createStore, type Store } from '@sluice/local/store/store.ts';
import { clientProgram, findProgram, type ClientProgram } from '../support/rigs/client-program.ts';

const path = findProgram('helm');
const templates: Readonly<Record<string, string>> = {
  'deployment.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "i:1"}]}
`,
  'test.yaml': `
apiVersion: v1
kind: Pod
metadata: {name: web-test, annotations: {helm.sh/hook: test}}
spec: {restartPolicy: Never, containers: [{name: main, image: "i:1"}]}
`,
};

describe.skipIf(path === undefined)(
  'helm, unmodified, against the local API server (needs helm on PATH or in $SLUICE_TEST_BIN)',
  () => {
    let store: Store;
    let server: RunningServer;
    let folder: string;
    let helm: ClientProgram;

    const run = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await helm.run([...args, '-n', 'test']);
      expect(code, `helm ${args.join(' ')}: ${stderr}`).toBe(0);
      return stdout;
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sluice-helm-'));
      await mkdir(join(folder, 'chart', 'templates'), { recursive: true });
      await writeFile(join(folder, 'chart', 'Chart.yaml'), 'apiVersion: v2\nname: web\nversion: 1.2.3\n');
      await writeFile(join(folder, 'chart', 'values.yaml'), 'replicas: 1\n');
      for (const [name, text] of Object.entries(templates)) {
        await writeFile(join(folder, 'chart', 'templates', name), text);
      }
      store = createStore({ now: Date.now });
      store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
      server = await createApiServer({ store, now: Date.now }).listen({ host: '127.0.0.1', port: 0 });
      const home = {
        HELM_CACHE_HOME: folder,
        HELM_CONFIG_HOME: folder,
        HELM_DATA_HOME: folder,
        KUBECONFIG: '/dev/null',
      };
      helm = clientProgram(path ?? '', ['--kube-apiserver', server.url], home);
    });
    afterAll(async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('installs, lists, upgrades, rolls back, tests and uninstalls a release', async () => {
      const web = { namespace: 'test', name: 'web' };
      await run('install', 'web', join(folder, 'chart'));
      expect(await run('list')).toMatch(/web\s+test\s+1\s.*deployed\s+web-1\.2\.3/);
      expect(store.get(secrets, { namespace: 'test', name: 'sh.helm.release.v1.web.v1' })).toMatchObject({
        type: 'helm.sh/release.v1',
        metadata: { labels: { owner: 'helm', status: 'deployed' } },
      });
      await run('upgrade', 'web', join(folder, 'chart'), '--set', 'replicas=3');
      expect(store.get(deployments, web)).toMatchObject({ spec: { replicas: 3 } });
      await run('rollback', 'web', '1');
      expect(store.get(deployments, web)).toMatchObject({ spec: { replicas: 1 } });
      expect(await run('history', 'web')).toContain('Rollback to 1');

      const unsubscribe = store.subscribe(pods, ({ type, object }) => {
        if (type === 'ADDED')
          store.update(pods, { ...object, status: { phase: 'Succeeded' } }, { subresource: 'status' });
      });
      expect(await run('test', 'web')).toMatch(/Phase:\s+Succeeded/);
      unsubscribe();

      await run('uninstall', 'web');
      expect(await run('list', '-q')).toBe('');
      expect(store.get(deployments, web)).toBeUndefined();
    });
  },
);
