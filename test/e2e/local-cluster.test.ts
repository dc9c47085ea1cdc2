import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLocalCluster } from '@sluice/local/cluster.ts';
import type { LocalCluster } from '@sluice/local/cluster.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { createFakeLog } from '../support/fakes/fake-log.ts';

function findProgram(name: string): string | undefined {
  const folders = [process.env['SLUICE_TEST_BIN'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find((path) => path !== name && existsSync(path));
}

const kubectlPath = findProgram('kubectl');
if (kubectlPath === undefined) {
  process.stderr.write(
    'skipped: the local cluster under kubectl (kubectl is neither on PATH nor in $SLUICE_TEST_BIN)\n',
  );
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
let cluster: LocalCluster;

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: example/web:1
          command:
            - node
            - -e
            - >-
              console.log('listening on ' + process.env.POD_IP);
              require('http').createServer((q, r) => r.end(process.env.POD_NAME)).listen(8080, process.env.POD_IP)
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: http }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: default }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }] }
`;

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function kubectl(args: readonly string[], input = ''): Promise<Result> {
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfigPath, HOME: folder };
  const child = spawn(kubectlPath ?? 'kubectl', args, { env, timeout: 60_000 });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(input);
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr })),
  );
}

/** The standard output; a failure of kubectl is a failure here. */
async function succeed(...args: string[]): Promise<string> {
  const result = await kubectl(args);
  expect(result, `kubectl ${args.join(' ')}`).toMatchObject({ code: 0 });
  return result.stdout;
}

describe.skipIf(kubectlPath === undefined)('the local cluster under an unmodified kubectl', () => {
  beforeAll(async () => {
    cluster = await createLocalCluster({
      dataDir: join(folder, 'data'),
      clock: createSystemClock(),
      log: createFakeLog(),
      environment: process.env,
      crdFolder: join(import.meta.dirname, '../../deploy/crds'),
    });
    const file = join(folder, 'web.yaml');
    writeFileSync(file, manifest);
    await succeed('apply', '-f', file);
    await succeed('rollout', 'status', 'deployment/web', '--timeout=60s');
  });

  afterAll(async () => {
    await cluster?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows ready pods, with what they run on, and where the Service leads', async () => {
    expect(await succeed('get', 'deployment', 'web')).toMatch(/web\s+2\/2\s+2\s+2/);
    expect(await succeed('get', 'pods', '-o', 'wide')).toMatch(
      /1\/1\s+Running\s+0\s+\S+\s+127\.\S+\s+sluice-local/,
    );
    expect(await succeed('get', 'nodes')).toMatch(/sluice-local\s+Ready/);
    const described = await succeed('describe', 'deployment', 'web');
    expect(described).toMatch(/Available\s+True\s+MinimumReplicasAvailable/);
    expect(described).toMatch(/ScalingReplicaSet .*Scaled up replica set web-\S+ from 0 to 2/);
    expect(await succeed('describe', 'service', 'web')).toMatch(/Endpoints:\s+127\.\S+:8080,127\.\S+:8080/);
  });

  it('shows logs, also of a label, and follows them', async () => {
    expect(await succeed('logs', 'deployment/web')).toMatch(/^listening on 127\./);
    const all = await succeed('logs', '-l', 'app=web', '--prefix', '--timestamps');
    expect(all.trim().split('\n')).toHaveLength(2);
    await succeed(
      'run',
      'once',
      '--restart=Never',
      '--image=none',
      '--command',
      '--',
      'sh',
      '-c',
      'echo a; sleep 1; echo b',
    );
    await succeed('wait', 'pod', 'once', '--for=jsonpath={.status.phase}=Running', '--timeout=30s');
    expect(await succeed('logs', '--follow', 'once')).toBe('a\nb\n');
    await succeed('wait', 'pod', 'once', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=30s');
    await succeed('delete', 'pod', 'once');
  });

  it('runs commands in a pod, with their input and their exit code', async () => {
    const answer = await kubectl(['exec', '-i', 'deployment/web', '--', 'sh', '-c', 'cat; exit 3'], 'typed');
    expect(answer).toMatchObject({ code: 3, stdout: 'typed' });
    const name = await succeed('exec', 'deployment/web', '--', 'sh', '-c', 'echo $POD_NAME');
    expect(name).toMatch(/^web-/);
  });

  it('describes a pod, and lists what happened', async () => {
    const [name = ''] = (await succeed('get', 'pods', '-l', 'app=web', '-o', 'name')).split('\n');
    const described = await succeed('describe', name);
    expect(described).toMatch(/Node:\s+sluice-local/);
    expect(described).toMatch(/Container ID:\s+\S+/);
    expect(described).toMatch(/Normal\s+Started\s.*Container started: web \(pid \d+\)/);
    expect(await succeed('events', '--for', 'deployment/web')).toContain('Scaled up replica set');
    expect(await succeed('get', 'pods', '-o', 'custom-columns=N:.metadata.name,P:.status.phase')).toMatch(
      /web-\S+\s+Running/,
    );
  });

  it('shows the log of the container that ran before', async () => {
    const script = 'echo life $(ls | wc -l); touch $(date +%N); sleep 0.2; exit 1';
    await succeed('run', 'twice', '--image=none', '--command', '--', 'sh', '-c', script);
    await vi.waitFor(
      async () => expect(await succeed('get', 'pod', 'twice')).toMatch(/twice.*\s[1-9]\d*\s\(/),
      15_000,
    );
    expect(await succeed('logs', 'twice', '--previous')).toMatch(/^life \d+\n$/);
    await succeed('delete', 'pod', 'twice', '--wait');
  });

  it('copies files out of a pod and into it', async () => {
    const pod = (
      await succeed('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[0].metadata.name}')
    ).trim();
    writeFileSync(join(folder, 'sent'), 'there and back');
    await succeed('cp', join(folder, 'sent'), `${pod}:received`);
    expect(await succeed('exec', pod, '--', 'cat', 'received')).toBe('there and back');
    await succeed('cp', `${pod}:received`, join(folder, 'returned'));
    expect(readFileSync(join(folder, 'returned'), 'utf8')).toBe('there and back');
  });

  it('patches, labels and annotates what runs, and shows a difference before it is applied', async () => {
    await succeed('label', 'deployment', 'web', 'team=blue');
    await succeed('annotate', 'deployment', 'web', 'note=hello');
    await succeed('patch', 'deployment', 'web', '-p', '{"spec":{"minReadySeconds":1}}');
    const file = join(folder, 'web.yaml');
    const changed = await kubectl(['diff', '-f', file]);
    expect(changed).toMatchObject({ code: 0 });
    writeFileSync(file, manifest.replace('replicas: 2', 'replicas: 3'));
    const difference = await kubectl(['diff', '-f', file]);
    expect(difference.code).toBe(1);
    expect(difference.stdout).toMatch(/^-\s+replicas: 2\n\+\s+replicas: 3/m);
    expect(await succeed('get', 'deployment', '-l', 'team=blue', '-o', 'name')).toBe('deployment.apps/web\n');
  });

  it('says clearly what it cannot do: forward ports and measure', async () => {
    const forwarded = await kubectl(['port-forward', 'deployment/web', '18080:8080']);
    expect(forwarded.code).toBe(1);
    expect(forwarded.stderr).toContain('port-forward is not supported by the local cluster');
    const top = await kubectl(['top', 'pods']);
    expect(top).toMatchObject({ code: 1, stderr: 'error: Metrics API not available\n' });
  });

  it('explains a Canary as it explains anything', async () => {
    const explained = await succeed('explain', 'canary.spec.analysis.webhooks');
    expect(explained).toMatch(/url\t<string>/);
    expect(await succeed('explain', 'pod.spec.containers')).toContain('image\t<string>');
  });

  it('rolls over on restart and on a new image, keeps a history, and goes back', async () => {
    await succeed('rollout', 'restart', 'deployment/web');
    await succeed('rollout', 'status', 'deployment/web', '--timeout=60s');
    await succeed('set', 'image', 'deployment/web', 'web=example/web:2');
    await succeed('rollout', 'status', 'deployment/web', '--timeout=60s');
    expect(await succeed('rollout', 'history', 'deployment/web')).toMatch(/1\s.*\n2\s.*\n3\s/);
    await succeed('rollout', 'undo', 'deployment/web');
    await succeed('rollout', 'status', 'deployment/web', '--timeout=60s');
    const image = '{.spec.template.spec.containers[0].image}';
    expect(await succeed('get', 'deployment', 'web', '-o', `jsonpath=${image}`)).toBe('example/web:1');
  });

  it('scales, and waits for what is said', async () => {
    await succeed('scale', 'deployment/web', '--replicas=1');
    await succeed('wait', 'deployment/web', '--for=jsonpath={.status.replicas}=1', '--timeout=30s');
    await succeed('wait', 'pod', '-l', 'app=web', '--for=condition=Ready', '--timeout=30s');
    await vi.waitFor(async () => {
      expect((await succeed('get', 'pods', '-o', 'name')).trim().split('\n')).toHaveLength(1);
    }, 15_000);
  });

  it('says why a pod does not run', async () => {
    await succeed('run', 'odd', '--image=acme/unknown:1');
    await vi.waitFor(async () => {
      expect(await succeed('get', 'pod', 'odd')).toMatch(/odd\s+0\/1\s+(ErrImagePull|ImagePullBackOff)/);
    }, 15_000);
    expect(await succeed('describe', 'pod', 'odd')).toContain('no stand-in for image "acme/unknown:1"');
    await succeed('delete', 'pod', 'odd');
  });

  it('deletes a Deployment with its pods', async () => {
    await succeed('delete', 'deployment', 'web');
    await succeed('wait', 'pod', '-l', 'app=web', '--for=delete', '--timeout=30s');
    expect(await succeed('get', 'pods', '-o', 'name')).toBe('');
  });
});
