import { createAddressPool, type AddressPool } from '../network/address-pool.ts';
import type { StoreEvent } from '../contracts.ts';
import { isObject, listAt, objectAt, textAt, type JsonObject } from './json.ts';

/** The virtual addresses and node ports of all Services: no two have one, and a deleted Service frees its own. */
export interface ServiceNumbers {
  /** An address that is free now; it is taken once a Service with it is stored. Undefined: this cluster has none. */
  freeAddress(): string | undefined;
  /** A free node port besides those of `others`. Undefined: all are in use. */
  freePort(others: ReadonlySet<number>): number | undefined;
  /** Why the Service with this uid cannot have the address; undefined: it can. */
  addressProblem(address: string, uid: string): string | undefined;
  portProblem(port: number, uid: string): string | undefined;
  /** Called after each change of a Service. */
  follow(event: StoreEvent): void;
}

const lowest = 30_000;
const highest = 32_767;
/** As in Kubernetes, ports below are left to those who name theirs, as long as others are free. */
const firstGiven = 30_086;

/** `prefix` of the addresses, `10.96` for 10.96.0.0/16; undefined: Services get none, and any is allowed. */
export const createServiceNumbers = (prefix: string | undefined): ServiceNumbers => new Numbers(prefix);

class Numbers implements ServiceNumbers {
  readonly #prefix: string | undefined;
  readonly #pool: AddressPool | undefined;
  /** Uid of the Service that has it. */
  readonly #addresses = new Map<string, string>();
  readonly #ports = new Map<number, string>();
  #nextPort = firstGiven;

  constructor(prefix: string | undefined) {
    this.#prefix = prefix;
    this.#pool = prefix === undefined ? undefined : createAddressPool({ prefix, purpose: 'Services' });
  }

  freeAddress(): string | undefined {
    return this.#pool?.free();
  }

  freePort(others: ReadonlySet<number>): number | undefined {
    const size = highest - lowest + 1;
    for (let step = 0; step < size; step += 1) {
      const port = lowest + ((this.#nextPort - lowest + step) % size);
      if (!this.#ports.has(port) && !others.has(port)) return port;
    }
    return undefined;
  }

  addressProblem(address: string, uid: string): string | undefined {
    const range = `${this.#prefix}.0.0/16`;
    if (this.#prefix !== undefined && !address.startsWith(`${this.#prefix}.`))
      return `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${range}`;
    const owner = this.#addresses.get(address);
    return owner === undefined || owner === uid ? undefined : 'provided IP is already allocated';
  }

  portProblem(port: number, uid: string): string | undefined {
    if (port < lowest || port > highest)
      return `provided port is not in the valid range. The range of valid ports is ${lowest}-${highest}`;
    const owner = this.#ports.get(port);
    return owner === undefined || owner === uid ? undefined : 'provided port is already allocated';
  }

  follow({ type, object, previous }: StoreEvent): void {
    const { uid = '' } = object.metadata;
    for (const address of addressesOf(previous ?? object)) this.#release(address, uid);
    for (const port of portsOf(previous ?? object))
      if (this.#ports.get(port) === uid) this.#ports.delete(port);
    if (type === 'DELETED') return;
    for (const address of addressesOf(object)) {
      this.#addresses.set(address, uid);
      this.#pool?.take(address);
    }
    for (const port of portsOf(object)) {
      this.#ports.set(port, uid);
      // A freed port is given again last, so that clients of the old Service do not reach a new one.
      if (port === this.#nextPort) this.#nextPort = port === highest ? lowest : port + 1;
    }
  }

  #release(address: string, uid: string): void {
    if (this.#addresses.get(address) !== uid) return;
    this.#addresses.delete(address);
    this.#pool?.release(address);
  }
}

/** Addresses of a Service; a headless one has none. */
export function addressesOf(service: unknown): readonly string[] {
  const spec = objectAt(service, 'spec');
  const all = [textAt(spec, 'clusterIP'), ...listAt(spec, 'clusterIPs').map(String)];
  return [...new Set(all)].filter((address) => address !== '' && address !== 'None');
}

export const portsOf = (service: unknown): readonly number[] =>
  listAt(objectAt(service, 'spec'), 'ports').flatMap((port) => {
    const number = isObject(port) ? port['nodePort'] : undefined;
    return typeof number === 'number' && number !== 0 ? [number] : [];
  });

export const isReachedFromOutside = (spec: JsonObject): boolean =>
  spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer';
