import type { AnyKubeObject, ObjectRef } from '../objects/kube-object.ts';
import { apiVersionOf, leases } from '../objects/resources.ts';
import { isConflict, isNotFound } from '../objects/kube-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeClient } from '../ports/kube.ts';
import { leaseSpec, microTime, readLease } from './lease-record.ts';
import type { LeaseRecord } from './lease-record.ts';

export interface LeaseHoldOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly identity: string;
  readonly namespace: string;
  readonly name: string;
  readonly leaseDurationMs: number;
}

/** One candidate's hand on one Lease. */
export interface LeaseHold {
  /** As last seen: empty when nobody, undefined before the first look. */
  readonly holder: string | undefined;
  /** Takes or renews the lease; false while another holds it. Rejects with `KubeError`. */
  take(signal: AbortSignal): Promise<boolean>;
  /** Lets go, so that the next one need not wait. Does nothing when the lease is not ours. */
  release(signal: AbortSignal): Promise<void>;
}

interface Seen {
  readonly version: string | undefined;
  readonly record: LeaseRecord;
  /** When this process first saw this version. */
  readonly at: number;
}

export function createLeaseHold(options: LeaseHoldOptions): LeaseHold {
  const { client, clock, identity } = options;
  const ref: ObjectRef = { namespace: options.namespace, name: options.name };
  let seen: Seen | undefined;

  const note = (lease: AnyKubeObject): Seen => {
    const version = lease.metadata.resourceVersion;
    if (seen === undefined || seen.version !== version) {
      seen = { version, record: readLease(lease), at: clock.now() };
    }
    return seen;
  };
  const write = async (
    record: LeaseRecord,
    version: string | undefined,
    signal: AbortSignal,
  ): Promise<void> => {
    const metadata = { /* guard: lease-writes-are-fenced */ resourceVersion: version };
    note(await client.mergePatch(leases, ref, { metadata, spec: leaseSpec(record) }, {}, signal));
  };
  const create = async (signal: AbortSignal): Promise<void> => {
    const spec = leaseSpec(newRecord(options, undefined));
    const lease = { apiVersion: apiVersionOf(leases), kind: leases.kind, metadata: { ...ref }, spec };
    note(await client.create(leases, lease, signal));
  };

  /** One request while nobody else touches the lease; false: it has to be read first. */
  const renew = async (own: Seen, signal: AbortSignal): Promise<boolean> => {
    try {
      await write(newRecord(options, own.record), own.version, signal);
      return true;
    } catch (error) {
      if (isConflict(error) || isNotFound(error)) return false;
      throw error;
    }
  };

  return {
    get holder() {
      return seen?.record.holder;
    },
    async take(signal) {
      if (seen?.record.holder === identity && (await renew(seen, signal))) return true;
      try {
        const now = note(await client.get(leases, ref, signal));
        const { holder, durationMs } = now.record;
        const standing =
          holder !== '' &&
          holder !== identity &&
          // guard: a-lease-that-expired-is-taken
          clock.now() < now.at + durationMs;
        // guard: a-lease-that-stands-is-not-taken
        if (standing) return false;
        await write(newRecord(options, now.record), now.version, signal);
        return true;
      } catch (error) {
        // Another candidate was quicker.
        if (isConflict(error)) return false;
        if (!isNotFound(error)) throw error;
      }
      return await create(signal).then(
        () => true,
        (error: unknown) => {
          if (isConflict(error)) return false;
          throw error;
        },
      );
    },
    async release(signal) {
      // guard: only-the-own-lease-is-given-back
      if (seen?.record.holder !== identity) return;
      const now = microTime(clock.now());
      // As client-go: one second, not zero, which the API server refuses.
      const free = { ...seen.record, holder: '', durationMs: 1000, acquireTime: now, renewTime: now };
      await write(free, seen.version, signal);
    },
  };
}

function newRecord(options: LeaseHoldOptions, before: LeaseRecord | undefined): LeaseRecord {
  const { identity, leaseDurationMs } = options;
  const now = microTime(options.clock.now());
  const renewed = before?.holder === identity;
  return {
    holder: identity,
    durationMs: leaseDurationMs,
    acquireTime: renewed ? before.acquireTime : now,
    renewTime: now,
    transitions: (before?.transitions ?? 0) + (renewed || before === undefined ? 0 : 1),
  };
}
