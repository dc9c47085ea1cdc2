import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { within } from '../../test/contracts/kube-client/contract-space.ts';
import { writeTestKubeconfig } from '../../test/support/real/control-plane.ts';
import type { KubeApiServerBinaries } from '../../test/support/real/kube-apiserver.ts';
import { startObjectMirror } from '../../test/support/real/object-mirror.ts';
import { startRealCluster } from '../../test/support/real/real-cluster.ts';
import { until } from '../../test/support/real/until.ts';
import { createAuditLog } from './audit-log.ts';
import type { RequestCounts } from './audit-log.ts';
import { canaryOf, deploymentOf, namespace } from './objects.ts';
import type { Strategy } from './objects.ts';

const user = 'contestant';
const userToken = 'contestant-token';

/** A fresh control plane with an audit log, canaries on demand, and hooks that say yes unless a gate is closed. */
export interface BenchWorld {
  readonly kubeconfig: string;
  readonly metricsServer: string;
  /** Requests of the controller since a moment (milliseconds since the epoch). */
  requestsSince(from: number): RequestCounts;
  /** A canary and its target; resolves when both are stored. */
  create(name: string, strategy: Strategy): Promise<void>;
  ship(name: string, image: string): Promise<void>;
  phaseOf(name: string): string | undefined;
  /** Resolves to the time (`performance.now`) at which the server showed all of them in this phase. */
  reach(names: readonly string[], phase: string, timeoutMs: number): Promise<number>;
  /** Whether the gate, an URL, is open; resolves to the moment of the change. */
  setGate(isOpen: boolean): number;
  close(): Promise<void>;
}

export async function startBenchWorld(binaries: KubeApiServerBinaries): Promise<BenchWorld> {
  const audit = createAuditLog();
  const tokens = [`${userToken},${user},${user},"system:masters"`];
  const cluster = await startRealCluster(binaries, { namespaces: [namespace], flags: audit.flags, tokens });
  const { client } = cluster.kube;
  const mirror = startObjectMirror(client, [canaries]);
  const phases = new Map<string, string>();
  const reachedAt = new Map<string, number>();
  mirror.onChange((_resource, object) => {
    const phase = asText(asRecord(object['status'])['phase']) ?? '';
    const { name } = object.metadata;
    if (phases.get(name) === phase) return;
    phases.set(name, phase);
    reachedAt.set(`${name} ${phase}`, performance.now());
  });
  const side = await startSide();
  return {
    kubeconfig: writeTestKubeconfig(cluster.plane.url, { token: userToken }),
    metricsServer: side.url,
    requestsSince: (from) => audit.count(user, from, Date.now()),
    async create(name, strategy) {
      await client.create(deployments, deploymentOf(name, 'podinfo:1'), within());
      await client.create(canaries, canaryOf(name, strategy, side.url), within());
    },
    async ship(name, image) {
      const ref = { namespace, name };
      for (const phase of ['Succeeded', 'Progressing', 'Waiting']) reachedAt.delete(`${name} ${phase}`);
      const template = asRecord(deploymentOf(name, image)['spec'])['template'];
      await client.mergePatch(deployments, ref, { spec: { template } }, {}, within());
    },
    phaseOf: (name) => phases.get(name),
    async reach(names, phase, timeoutMs) {
      const times = (): readonly (number | undefined)[] =>
        names.map((name) => reachedAt.get(`${name} ${phase}`));
      await until(`${names.length} canaries are ${phase}`, () => times().every((at) => at !== undefined), {
        timeoutMs,
        everyMs: 20,
      });
      return Math.max(...times().map((at) => at ?? 0));
    },
    setGate(isOpen) {
      side.isOpen = isOpen;
      return performance.now();
    },
    async close() {
      await mirror.stop();
      await cluster.close();
      await side.close();
    },
  };
}

/** Prometheus and receiver in one: metrics are fine, hooks pass, nobody wants a rollback. */
async function startSide() {
  const state = { isOpen: true };
  const server = createServer((request, response) => {
    request.resume();
    const { url = '' } = request;
    if (url.startsWith('/api/v1')) {
      const result = [{ metric: {}, value: [0, '100'] }];
      const body = { status: 'success', data: { resultType: 'vector', result } };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
      return;
    }
    const isDenied = url === '/rollback' || (url === '/gate' && !state.isOpen);
    response.writeHead(isDenied ? 403 : 200).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
