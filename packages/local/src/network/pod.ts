import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';

/** The fields of a Pod that the network reads; missing or malformed ones read as absent. */
export interface PodView {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Empty until the kubelet has set it. */
  readonly ip: string;
  /** Ready and not terminating. */
  readonly ready: boolean;
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  readonly images: readonly string[];
}

export function readPod(object: AnyKubeObject): PodView {
  const status = record(object['status']);
  const containers = list(record(object['spec'])['containers']).map(record);
  return {
    namespace: object.metadata.namespace ?? 'default',
    name: object.metadata.name,
    labels: object.metadata.labels ?? {},
    annotations: object.metadata.annotations ?? {},
    ip: text(status['podIP']),
    ready: object.metadata.deletionTimestamp === undefined && isReady(status),
    ports: containers.flatMap((container) => list(container['ports']).map(readPort)),
    images: containers.map((container) => text(container['image'])),
  };
}

function readPort(value: unknown): { readonly name: string; readonly port: number } {
  const port = record(value);
  return { name: text(port['name']), port: Number(port['containerPort']) };
}

function isReady(status: Readonly<Record<string, unknown>>): boolean {
  return list(status['conditions'])
    .map(record)
    .some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True');
}

/** Readers of users' JSON in the store, field by field; a value of another type reads as empty. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
