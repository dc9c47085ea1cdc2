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

/** One candidate's access to one Lease. */
export interface LeaseHold {
  /** Holder at the last read: empty when nobody holds it, undefined before the first read. */
  readonly holder: string | undefined;
  /** Takes or renews the lease; false while another holds it. Rejects with `KubeError`. */
  take(signal: AbortSignal): Promise<boolean>;
  /** Frees the lease, so that the next candidate need not wait. Does nothing when the lease is not ours. */
  release(signal: AbortSignal): Promise<void>;
}

interface Seen {
  readonly version: string | undefined;
  readonly record: LeaseRecord;
  /** When this process first saw this version. */
  readonly at: number;
}

export function createLeaseHold(options: LeaseHoldOptions): LeaseHold {
  return new CandidateHold(options);
}

class CandidateHold implements LeaseHold {
  readonly #options: LeaseHoldOptions;
  readonly #ref: ObjectRef;
  #seen: Seen | undefined;

  constructor(options: LeaseHoldOptions) {
    this.#options = options;
    this.#ref = { namespace: options.namespace, name: options.name };
  }

  get holder(): string | undefined {
    return this.#seen?.record.holder;
  }

  async take(signal: AbortSignal): Promise<boolean> {
    const seen = this.#seen;
    if (seen?.record.holder === this.#options.identity && (await this.#renew(seen, signal))) return true;
    return (await this.#takeExisting(signal)) ?? (await this.#takeNew(signal));
  }

  async release(signal: AbortSignal): Promise<void> {
    const { clock, identity } = this.#options;
    const seen = this.#seen;
    // guard: only-the-own-lease-is-given-back
    if (seen?.record.holder !== identity) return;
    const now = microTime(clock.now());
    // client-go also writes one second: the API server refuses zero.
    const free = { ...seen.record, holder: '', durationMs: 1000, acquireTime: now, renewTime: now };
    await this.#write(free, seen.version, signal);
  }

  /** Renews with one request; false when the lease was changed or deleted, so that it has to be read first. */
  async #renew(own: Seen, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#write(newRecord(this.#options, own.record), own.version, signal);
      return true;
    } catch (error) {
      if (isConflict(error) || isNotFound(error)) return false;
      throw error;
    }
  }

  /** False while another holds the lease; undefined when there is none. */
  async #takeExisting(signal: AbortSignal): Promise<boolean | undefined> {
    const { client, clock, identity } = this.#options;
    try {
      const now = this.#note(await client.get(leases, this.#ref, signal));
      const { holder, durationMs } = now.record;
      const standing =
        holder !== '' &&
        holder !== identity &&
        // guard: a-lease-that-expired-is-taken
        clock.now() < now.at + durationMs;
      // guard: a-lease-that-stands-is-not-taken
      if (standing) return false;
      await this.#write(newRecord(this.#options, now.record), now.version, signal);
      return true;
    } catch (error) {
      // Another candidate was quicker.
      if (isConflict(error)) return false;
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #takeNew(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#create(signal);
      return true;
    } catch (error) {
      if (isConflict(error)) return false;
      throw error;
    }
  }

  async #create(signal: AbortSignal): Promise<void> {
    const metadata = { ...this.#ref };
    const spec = leaseSpec(newRecord(this.#options, undefined));
    const lease = { apiVersion: apiVersionOf(leases), kind: leases.kind, metadata, spec };
    this.#note(await this.#options.client.create(leases, lease, signal));
  }

  async #write(record: LeaseRecord, version: string | undefined, signal: AbortSignal): Promise<void> {
    const metadata = { /* guard: lease-writes-are-fenced */ resourceVersion: version };
    const patch = { metadata, spec: leaseSpec(record) };
    this.#note(await this.#options.client.mergePatch(leases, this.#ref, patch, {}, signal));
  }

  #note(lease: AnyKubeObject): Seen {
    const version = lease.metadata.resourceVersion;
    if (this.#seen === undefined || this.#seen.version !== version) {
      this.#seen = { version, record: readLease(lease), at: this.#options.clock.now() };
    }
    return this.#seen;
  }
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
