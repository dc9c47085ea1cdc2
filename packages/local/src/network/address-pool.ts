import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

export interface AddressPool {
  allocate(): string;
  /** Unknown and already free addresses are ignored. */
  release(address: string): void;
}

/**
 * Addresses `<prefix>.<1..254>.<1..254>`, handed out in turn: an address that was freed comes back last, so
 * that nothing still meant for an old pod reaches a new one.
 */
export function createAddressPool(options: {
  readonly prefix: string;
  /** What the addresses are for, in the error. */
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
  return {
    allocate() {
      for (let tried = 0; tried < size; tried += 1) {
        const address = at(next);
        next = (next + 1) % size;
        if (taken.has(address)) continue;
        taken.add(address);
        return address;
      }
      throw new SluiceError(`all ${size} addresses for ${options.purpose} in ${options.prefix} are in use`);
    },
    release(address) {
      taken.delete(address);
    },
  };
}
