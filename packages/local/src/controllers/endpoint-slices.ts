import { isReady } from '../kubelet/pod.ts';
import type { Pod } from '../kubelet/pod.ts';

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

export interface SlicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

export interface SliceContent {
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly {
    readonly addresses: readonly [string];
    readonly conditions: {
      readonly ready: boolean;
      readonly serving: boolean;
      readonly terminating: boolean;
    };
    readonly nodeName?: string;
    readonly targetRef: {
      readonly kind: 'Pod';
      readonly name: string;
      readonly namespace?: string;
      readonly uid?: string;
    };
  }[];
}

/** Contents of a Service's EndpointSlices. Pods that give a named port different numbers get separate slices. */
export function sliceContents(
  servicePorts: readonly ServicePort[],
  pods: readonly Pod[],
  publishNotReady: boolean,
): readonly SliceContent[] {
  const groups = new Map<string, { ports: readonly SlicePort[]; pods: Pod[] }>();
  for (const pod of pods.filter(({ status }) => (status?.podIP ?? '') !== '')) {
    const ports = servicePorts.flatMap((port) => slicePort(port, pod));
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, pods: [] };
    group.pods.push(pod);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ ports, pods: members }) => ({
    ports,
    endpoints: members
      .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
      .map((pod) => endpointOf(pod, publishNotReady)),
  }));
}

function slicePort(
  { name = '', port, targetPort = port, protocol = 'TCP', appProtocol }: ServicePort,
  pod: Pod,
): SlicePort[] {
  const number = typeof targetPort === 'number' ? targetPort : portByName(pod, targetPort);
  if (number === undefined) return [];
  return [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
}

function portByName(pod: Pod, wanted: string): number | undefined {
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  return ports.find(({ name }) => name === wanted)?.containerPort;
}

function endpointOf(pod: Pod, publishNotReady: boolean): SliceContent['endpoints'][number] {
  const { name, namespace, uid, deletionTimestamp } = pod.metadata;
  const terminating = deletionTimestamp !== undefined;
  const serving = isReady(pod);
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: publishNotReady || (serving && !terminating), serving, terminating },
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: {
      kind: 'Pod',
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
    },
  };
}
