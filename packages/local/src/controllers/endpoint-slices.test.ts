import { describe, expect, it } from 'vitest';
import type { Pod } from '../kubelet/pod.ts';
import { sliceContents } from './endpoint-slices.ts';

const pod = (
  name: string,
  port: number,
  more: { ready?: boolean; deleted?: boolean; ip?: string } = {},
): Pod => {
  const { ready = true, deleted = false, ip = `127.0.0.${port % 250}` } = more;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...(deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
    spec: { containers: [{ name: 'main', ports: [{ name: 'http', containerPort: port }] }] },
    status: { podIP: ip, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
};

const conditions = (pods: readonly Pod[], publishNotReady = false) =>
  sliceContents([{ port: 80 }], pods, publishNotReady)[0]?.endpoints.map((it) => it.conditions);

describe('the slices of a Service', () => {
  it('are two where a named port means two numbers', () => {
    const slices = sliceContents([{ port: 80, targetPort: 'http' }], [pod('a', 8080), pod('b', 9090)], false);
    expect(slices.map(({ ports }) => ports[0]?.port)).toEqual([8080, 9090]);
    expect(slices.map(({ endpoints }) => endpoints[0]?.targetRef.name)).toEqual(['a', 'b']);
  });

  it('use the port itself where no target is named, and leave out a name that no container has', () => {
    const ports = [{ port: 80 }, { name: 'none', port: 81, targetPort: 'none' }];
    expect(sliceContents(ports, [pod('a', 8080)], false)[0]?.ports).toEqual([
      { name: '', port: 80, protocol: 'TCP' },
    ]);
  });

  it('call a pod that ends serving, but not ready', () => {
    expect(conditions([pod('a', 8080, { deleted: true })])).toEqual([
      { ready: false, serving: true, terminating: true },
    ]);
  });

  it('call every pod ready where the Service says so', () => {
    expect(conditions([pod('a', 8080, { ready: false })], true)).toMatchObject([
      { ready: true, serving: false },
    ]);
  });

  it('leave out pods that have no address yet', () => {
    expect(sliceContents([{ port: 80 }], [pod('a', 8080, { ip: '' })], false)).toEqual([]);
  });
});
