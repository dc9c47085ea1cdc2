import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { gateways, httpRoutes, namespaces, pods, services } from '@sluice/kube/objects/resources.ts';
import type { LocalStore } from '@sluice/local/contracts.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { startPodNetwork, type LocalNetwork } from '@sluice/local/network/pod-network.ts';

type Answer = (incoming: IncomingMessage, response: ServerResponse) => void;

export interface FakePod {
  readonly ip: string;
  readonly port: number;
  readonly server: Server;
  /** Requests it has seen. */
  readonly seen: IncomingMessage[];
  setReady(ready: boolean): void;
  /** As the kubelet does it: it leaves the endpoints, finishes what it has, and closes its port. */
  remove(): void;
}

/** A real store and a real network, with pods that are HTTP servers on real pod addresses. */
export interface LocalFixture {
  readonly store: LocalStore;
  readonly network: LocalNetwork;
  addService(
    name: string,
    selector: Readonly<Record<string, string>>,
    targetPort?: number | string,
  ): AnyKubeObject;
  addPod(name: string, labels: Readonly<Record<string, string>>, answer?: Answer): Promise<FakePod>;
  addGateway(listener?: Readonly<Record<string, unknown>>): AnyKubeObject;
  /** An HTTPRoute `web` of that Gateway. */
  addRoute(spec: Readonly<Record<string, unknown>>, name?: string): AnyKubeObject;
  close(): Promise<void>;
}

const namespace = 'test';

export async function createLocalFixture(): Promise<LocalFixture> {
  const store = createStore({ now: () => Date.now(), clusterIpPrefix: '10.96' });
  const network = await startPodNetwork({ store });
  store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const servers = new Set<Server>();
  return {
    store,
    network,
    addService: (name, selector, targetPort = 'http') =>
      store.create(services, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace },
        spec: {
          selector,
          ports: [{ name: 'http', port: 80, targetPort }],
        },
      }),
    addPod: (name, labels, answer) => addPod(store, network, servers, { name, labels, answer }),
    addGateway: (listener = {}) =>
      store.create(gateways, {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: { name: 'local', namespace },
        spec: {
          gatewayClassName: 'sluice-local',
          listeners: [{ name: 'http', protocol: 'HTTP', port: 80, ...listener }],
        },
      }),
    addRoute: (spec, name = 'web') =>
      store.create(httpRoutes, {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name, namespace },
        spec: { parentRefs: [{ name: 'local' }], ...spec },
      }),
    async close() {
      await network.close();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

async function addPod(
  store: LocalStore,
  network: LocalNetwork,
  servers: Set<Server>,
  pod: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly answer: Answer | undefined;
  },
): Promise<FakePod> {
  const ip = network.allocatePodIp();
  const seen: IncomingMessage[] = [];
  const server = createServer((incoming, response) => {
    seen.push(incoming);
    if (pod.answer === undefined) response.end(pod.name);
    else pod.answer(incoming, response);
  });
  servers.add(server);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen({ host: ip, port: 0 }, resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  const ports = [{ name: 'http', containerPort: port }];
  const created = store.create(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod.name, namespace, labels: pod.labels },
    spec: { containers: [{ name: 'app', image: 'app:1', ports }] },
  });
  const setReady = (ready: boolean): void => {
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
    const current = store.get(pods, { namespace, name: pod.name }) ?? created;
    const { resourceVersion: _, ...metadata } = current.metadata;
    const status = { phase: 'Running', podIP: ip, conditions };
    store.update(pods, { ...current, metadata, status }, { subresource: 'status' });
  };
  setReady(true);
  const remove = (): void => {
    store.delete(pods, { namespace, name: pod.name }, { gracePeriodSeconds: 0 });
    server.close();
    servers.delete(server);
    network.release(ip);
  };
  return { ip, port, server, seen, setReady, remove };
}
