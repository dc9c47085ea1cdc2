import { lettersOf, type Identities } from '@sluice/local/store/identities.ts';

/**
 * Uids that count, and suffixes from a generator that begins alike for each cluster: what depends on the order of names or
 * on a hash of a uid comes out the same each time.
 */
export function countedIdentities(): Identities {
  let uids = 0;
  let state = 1;
  // Lehmer's: enough to put names in no order of their making.
  const next = (): number => (state = (state * 48_271) % 2_147_483_647);
  return {
    uid: () => `00000000-0000-4000-8000-${(uids += 1).toString().padStart(12, '0')}`,
    suffix: () => lettersOf(Array.from({ length: 5 }, () => next() >>> 8)),
  };
}
