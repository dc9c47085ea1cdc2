import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { events, pods } from '@sluice/kube/objects/resources.ts';
import type { ImageCatalog, PodNetwork } from '@sluice/local/contracts.ts';
import { createEventRecorder } from '@sluice/local/event-recorder.ts';
import { startKubelet } from '@sluice/local/kubelet/kubelet.ts';
import { asPod } from '@sluice/local/kubelet/pod.ts';
import type { Container, ContainerStatus, Pod, PodSpec } from '@sluice/local/kubelet/pod.ts';
import { startProcessGuard } from '@sluice/lib/process/process-guard.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';

export const namespace = 'default';

/** A kubelet on a store, with real processes, quick back-off, and no images but the container's own commands. */
export function createKubeletBench() {
  const clock = createSystemClock();
  const store = createStore({ now: () => clock.now() });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-kubelet-'));
  const log = createFakeLog();
  const guard = startProcessGuard({ path: '/usr/bin:/bin' });
  let lastIp = 0;
  const released: string[] = [];
  const network: PodNetwork = {
    allocatePodIp: () => `127.11.${process.pid % 250}.${(lastIp += 1)}`,
    release: (ip) => void released.push(ip),
    environment: (name) => Promise.resolve({ HTTP_PROXY: `http://proxy.${name}.example` }),
  };
  const images: ImageCatalog = { resolve: () => undefined, programs: join(folder, 'programs') };
  const path = `${dirname(process.execPath)}:/usr/bin:/bin`;
  const kubelet = startKubelet({
    store,
    images,
    network,
    clock,
    log,
    guard,
    record: createEventRecorder({ store, now: () => clock.now(), component: 'kubelet' }),
    base: { PATH: path, HOME: folder },
    folder: join(folder, 'pods'),
    version: 'test',
    pace: { baseMs: 60, capMs: 240 },
  });

  return {
    store,
    kubelet,
    log,
    folder,
    released,
    run(name: string, spec: PodSpec, metadata: Readonly<Record<string, unknown>> = {}): void {
      store.create(pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace, name, ...metadata },
        spec: { terminationGracePeriodSeconds: 2, ...spec },
      });
    },
    pod(name: string): Pod | undefined {
      const object = store.get(pods, { namespace, name });
      return object === undefined ? undefined : asPod(object);
    },
    container(name: string, index = 0): ContainerStatus | undefined {
      return this.pod(name)?.status?.containerStatuses?.[index];
    },
    condition(name: string, type: string): string | undefined {
      return this.pod(name)?.status?.conditions?.find((it) => it.type === type)?.status;
    },
    delete: (name: string, gracePeriodSeconds?: number) =>
      store.delete(pods, { namespace, name }, gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    events: (reason: string): unknown[] =>
      store
        .list(events)
        .filter((event) => event['reason'] === reason)
        .map((event) => event['message']),
    async logs(name: string, options: { container?: string; previous?: boolean; tailLines?: number } = {}) {
      const all = { follow: false, previous: false, timestamps: false, ...options };
      const chunks: Uint8Array[] = [];
      const signal = AbortSignal.timeout(5000);
      for await (const chunk of kubelet.logs({ namespace, name }, all, signal)) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    },
    exec(name: string, command: readonly string[], input?: string, tty = false) {
      return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
        let stdout = '';
        let stderr = '';
        const session = kubelet.exec(
          { namespace, name },
          {
            command,
            stdin: input !== undefined,
            tty,
            onStdout: (chunk) => (stdout += Buffer.from(chunk).toString()),
            onStderr: (chunk) => (stderr += Buffer.from(chunk).toString()),
            onStdinReady: () => undefined,
            onExit: (code) => resolve({ code, stdout, stderr }),
          },
        );
        if (input === undefined) return;
        session.writeStdin(Buffer.from(input));
        session.endStdin();
      });
    },
    async [Symbol.asyncDispose]() {
      await kubelet.close(200);
      guard.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A container that runs a shell script. */
export const shell = (script: string, more: Partial<Container> = {}): Container => ({
  name: 'main',
  image: 'none',
  command: ['/bin/sh', '-c', script],
  ...more,
});

/** A container that answers 200 on the pod's address; `/off` makes it answer 500 from then on. */
export const httpServer = (more: Partial<Container> = {}): Container => ({
  name: 'main',
  image: 'none',
  command: [
    'node',
    '-e',
    `let code = 200; require('http').createServer((q, r) => { if (q.url === '/off') code = 500; if (q.url === '/on') code = 200; r.statusCode = code; r.end(); }).listen(8080, process.env.POD_IP)`,
  ],
  ports: [{ name: 'http', containerPort: 8080 }],
  ...more,
});
