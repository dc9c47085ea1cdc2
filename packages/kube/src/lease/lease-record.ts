import type { AnyKubeObject } from '../objects/kube-object.ts';
import { asObject } from '../client/read-body.ts';

/** The fields of a Lease's spec. */
export interface LeaseRecord {
  /** Empty when nobody holds the lease: the last leader freed it. */
  readonly holder: string;
  readonly durationMs: number;
  /** RFC 3339 with microseconds, as Kubernetes' MicroTime demands. */
  readonly acquireTime: string | undefined;
  readonly renewTime: string | undefined;
  readonly transitions: number;
}

export function readLease(lease: AnyKubeObject): LeaseRecord {
  const spec = asObject(lease['spec']) ?? {};
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const count = (value: unknown): number => (typeof value === 'number' ? value : 0);
  return {
    holder: text(spec['holderIdentity']) ?? '',
    durationMs: count(spec['leaseDurationSeconds']) * 1000,
    acquireTime: text(spec['acquireTime']),
    renewTime: text(spec['renewTime']),
    transitions: count(spec['leaseTransitions']),
  };
}

export function leaseSpec(record: LeaseRecord): Record<string, unknown> {
  return {
    holderIdentity: record.holder,
    leaseDurationSeconds: Math.ceil(record.durationMs / 1000),
    acquireTime: record.acquireTime ?? null,
    renewTime: record.renewTime ?? null,
    leaseTransitions: record.transitions,
  };
}

export const microTime = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace(/(\.\d{3})Z$/, '$1000Z');
