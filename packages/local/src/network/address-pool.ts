import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

export interface AddressPool {
  /** Takes the next free address. Throws `SluiceError` when all are in use. */
  allocate(): string;
  /** The address that `allocate` would take next. */
  free(): string;
  /** Takes this address, which may be taken already or be none of the pool's. */
  take(address: string): void;
  /** Unknown and already free addresses are ignored. */
  release(address: string): void;
}

/**
 * Hands out addresses `<prefix>.<1..254>.<1..254>` in turn. A freed address is reused last, so that requests for an old
 * pod do not reach a new one.
 */
export function createAddressPool(options: {
  readonly prefix: string;
  /** Purpose of the addresses, for the error. */
  readonly purpose: string;
  /** First third octet; those below stay free for other uses. */
  readonly from?: number;
}): AddressPool {
  const first = options.from ?? 1;
  const size = (255 - first) * 254;
  const taken = new Set<string>();
  let next = 0;
  const at = (index: number): string =>
    `${options.prefix}.${first + Math.floor(index / 254)}.${(index % 254) + 1}`;
  const free = (): string => {
    for (let tried = 0; tried < size; tried += 1) {
      const address = at(next);
      if (!taken.has(address)) return address;
      next = (next + 1) % size;
    }
    throw new SluiceError(`all ${size} addresses for ${options.purpose} in ${options.prefix} are in use`);
  };
  const take = (address: string): void => {
    taken.add(address);
    if (address === at(next)) next = (next + 1) % size;
  };
  return {
    free,
    take,
    allocate() {
      const address = free();
      take(address);
      return address;
    },
    release(address) {
      taken.delete(address);
    },
  };
}
