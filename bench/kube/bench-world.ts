import { deployments } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { within } from '../../test/contracts/kube-client/contract-space.ts';
import { writeTestKubeconfig } from '../../test/support/real/control-plane.ts';
import type { KubeApiServerBinaries } from '../../test/support/real/kube-apiserver.ts';
import { startObjectMirror } from '../../test/support/real/object-mirror.ts';
import { startRealCluster } from '../../test/support/real/real-cluster.ts';
import { startReceiver } from '../receiver.ts';
import type { Receiver } from '../receiver.ts';
import { createAuditLog } from './audit-log.ts';
import type { RequestCounts } from './audit-log.ts';
import { canaryOf, deploymentOf, namespace } from './objects.ts';
import type { Strategy } from './objects.ts';
import { PhaseTimes } from './phase-times.ts';

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
  const times = new PhaseTimes();
  mirror.onChange((_resource, object) => times.see(object));
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
      times.forgetRun(name);
      const template = asRecord(deploymentOf(name, image)['spec'])['template'];
      await client.mergePatch(deployments, { namespace, name }, { spec: { template } }, {}, within());
    },
    phaseOf: (name) => times.phaseOf(name),
    reach: (names, phase, timeoutMs) => times.reach(names, phase, timeoutMs),
    setGate(isOpen) {
      side.setGate(isOpen);
      return performance.now();
    },
    async close() {
      await mirror.stop();
      await cluster.close();
      await side.close();
    },
  };
}

interface Side extends Receiver {
  setGate(isOpen: boolean): void;
}

/** Prometheus and receiver in one: metrics are fine, hooks pass, nobody wants a rollback. */
async function startSide(): Promise<Side> {
  let gateIsOpen = true;
  const receiver = await startReceiver((request, response) => {
    request.resume();
    const { url = '' } = request;
    if (url.startsWith('/api/v1')) {
      response.setHeader('content-type', 'application/json').end(goodMetric);
      return;
    }
    const isDenied = url === '/rollback' || (url === '/gate' && !gateIsOpen);
    response.writeHead(isDenied ? 403 : 200).end();
  });
  return { ...receiver, setGate: (isOpen) => void (gateIsOpen = isOpen) };
}

const goodMetric = JSON.stringify({
  status: 'success',
  data: { resultType: 'vector', result: [{ metric: {}, value: [0, '100'] }] },
});
