import { arch, cpus, hostname, platform, release, totalmem } from 'node:os';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';

export const nodes: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'nodes',
  kind: 'Node',
  namespaced: false,
};

export const nodeName = 'sluice-local';

/** The one node: this machine. `time` is ISO 8601 without milliseconds. */
export function nodeObject(time: string, version: string): AnyKubeObject {
  const resources = { cpu: `${cpus().length}`, memory: `${Math.floor(totalmem() / 1024)}Ki`, pods: '250' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: nodeName, labels: nodeLabels() },
    spec: {},
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: [readyCondition(time)],
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: hostname() },
      ],
      nodeInfo: nodeInfo(version),
    },
  };
}

const nodeLabels = () => ({
  'kubernetes.io/hostname': nodeName,
  'kubernetes.io/os': platform(),
  'kubernetes.io/arch': arch() === 'x64' ? 'amd64' : arch(),
  'node-role.kubernetes.io/control-plane': '',
});

const readyCondition = (time: string) => ({
  type: 'Ready',
  status: 'True',
  reason: 'KubeletReady',
  message: 'pods run as processes of this machine',
  lastHeartbeatTime: time,
  lastTransitionTime: time,
});

const nodeInfo = (version: string) => ({
  kubeletVersion: version,
  kubeProxyVersion: version,
  containerRuntimeVersion: 'process://1',
  operatingSystem: platform(),
  architecture: arch(),
  kernelVersion: release(),
  osImage: `${platform()} ${release()}`,
  machineID: '',
  systemUUID: '',
  bootID: '',
});
