import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { pods } from '@sluice/kube/objects/resources.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import { followKind } from './follow-kind.ts';
import type { RealKube } from './cluster-access.ts';

export interface StandInKubelet {
  /** Whether pods of this image (with `app`, of this label only) are ready; those that exist follow at once. Ready unless told. */
  setHealthy(image: string, healthy: boolean, app?: string): Promise<void>;
  /** Pods that are deleted stay, terminating, until `endTerminating`. */
  holdTerminating(): void;
  endTerminating(): Promise<void>;
  stop(): Promise<void>;
}

export interface StandInKubeletOptions {
  /** The address of the next pod; 10.1.x.y unless told: a real EndpointSlice refuses loopback. */
  readonly address?: () => string;
  /** Starts what the pod stands for. It is called ready when this resolves; the answer is called before the pod is removed. */
  readonly run?: (pod: AnyKubeObject, ip: string) => Promise<() => Promise<void>>;
}

const nodes: ResourceType = { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false };

/** The one node there is: the kubelet is its scheduler, too. */
export const standInNode = 'stand-in';

/** Binds pods to its node, calls them ready at addresses of their own, and removes those that are deleted. */
export function startStandInKubelet(kube: RealKube, options: StandInKubeletOptions = {}): StandInKubelet {
  const ending = new AbortController();
  const { signal } = ending;
  const unhealthy = new Set<string>();
  const known = new Map<string, AnyKubeObject>();
  const running = new Map<string, { readonly ip: string; readonly end: () => Promise<void> }>();
  const nextAddress = options.address ?? podAddresses();
  let isHolding = false;

  async function bind({ metadata: { name, namespace } }: AnyKubeObject): Promise<void> {
    const target = { apiVersion: 'v1', kind: 'Node', name: standInNode };
    await post(`/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace },
      target,
    });
  }

  async function post(path: string, body: object): Promise<void> {
    const { status, text } = await kube.request({ method: 'POST', path, body: JSON.stringify(body) });
    // Bound by an earlier look, or gone meanwhile.
    if (status >= 300 && status !== 409 && status !== 404)
      throw new Error(`POST ${path}: ${status} ${text.slice(0, 500)}`);
  }

  async function remove(pod: AnyKubeObject): Promise<void> {
    const { name, namespace, uid = '' } = pod.metadata;
    await running.get(uid)?.end();
    running.delete(uid);
    const body = JSON.stringify({ gracePeriodSeconds: 0, preconditions: { uid } });
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    await kube.request({ method: 'DELETE', path, body });
  }

  async function start(pod: AnyKubeObject): Promise<string> {
    const { uid = '' } = pod.metadata;
    const before = running.get(uid);
    if (before !== undefined) return before.ip;
    const ip = nextAddress();
    const end = (await options.run?.(pod, ip)) ?? (() => Promise.resolve());
    running.set(uid, { ip, end });
    return ip;
  }

  async function see(pod: AnyKubeObject): Promise<void> {
    const { name, namespace = '', deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined) return isHolding ? undefined : remove(pod);
    if (asRecord(pod['spec'])['nodeName'] === undefined) return bind(pod);
    const ready = isHealthy(pod, unhealthy) ? 'True' : 'False';
    if (readinessOf(pod) === ready) return;
    const ip = await start(pod);
    const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: conditions(ready) };
    await kube.client.mergePatch(pods, { name, namespace }, { status }, { subresource: 'status' }, signal);
  }

  /** A pod that is gone by then needs no status. */
  const seeSafely = (pod: AnyKubeObject): Promise<void> =>
    see(pod).catch((error: unknown) => {
      if (signal.aborted || (error instanceof KubeError && error.code === 404)) return;
      throw error;
    });
  const seeAll = async (): Promise<void> => {
    await Promise.all([...known.values()].map(seeSafely));
  };

  async function follow(): Promise<void> {
    // A pod of a node that is not there gets no endpoint.
    await kube.client
      .create(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: standInNode } }, signal)
      .catch((error: unknown) => {
        if (!(error instanceof KubeError) || error.code !== 409) throw error;
      });
    // It is born with a taint that a kubelet's first report takes away, and until then no DaemonSet comes.
    await kube.client.mergePatch(nodes, { name: standInNode }, { spec: { taints: null } }, {}, signal);
    await followKind(kube.client, pods, { onList, onChange }, signal);
  }

  const onList = (items: readonly AnyKubeObject[]): Promise<void> => {
    known.clear();
    for (const pod of items) known.set(pod.metadata.uid ?? '', pod);
    return seeAll();
  };
  const onChange = (type: string, pod: AnyKubeObject): void => {
    const { uid = '' } = pod.metadata;
    if (type === 'DELETED') return void known.delete(uid);
    known.set(uid, pod);
    void seeSafely(pod).catch((error: unknown) => void (failure ??= asError(error)));
  };

  let failure: Error | undefined;
  const following = follow().catch((error: unknown) => {
    if (!signal.aborted) failure ??= asError(error);
  });
  return {
    async setHealthy(image, healthy, app) {
      const key = app === undefined ? image : `${image} ${app}`;
      if (healthy) unhealthy.delete(key);
      else unhealthy.add(key);
      await seeAll();
    },
    holdTerminating: () => void (isHolding = true),
    async endTerminating() {
      isHolding = false;
      await seeAll();
    },
    async stop() {
      ending.abort();
      await following;
      await Promise.all([...running.values()].map(({ end }) => end()));
      if (failure !== undefined) throw failure;
    },
  };
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error('the kubelet failed', { cause: error });

function podAddresses(): () => string {
  let last = 1;
  return () => {
    last += 1;
    return `10.1.${Math.trunc(last / 250)}.${1 + (last % 250)}`;
  };
}

function isHealthy(pod: AnyKubeObject, unhealthy: ReadonlySet<string>): boolean {
  const image = String(asRecord(asList(asRecord(pod['spec'])['containers'])[0])['image']);
  return !unhealthy.has(image) && !unhealthy.has(`${image} ${pod.metadata.labels?.['app'] ?? ''}`);
}

const readinessOf = (pod: AnyKubeObject): unknown =>
  asList(asRecord(pod['status'])['conditions'])
    .map(asRecord)
    .find(({ type }) => type === 'Ready')?.['status'];

function conditions(ready: 'True' | 'False'): readonly object[] {
  const lastTransitionTime = new Date().toISOString();
  return [
    { type: 'PodScheduled', status: 'True', lastTransitionTime },
    { type: 'Initialized', status: 'True', lastTransitionTime },
    { type: 'ContainersReady', status: ready, lastTransitionTime },
    { type: 'Ready', status: ready, lastTransitionTime },
  ];
}
