import { nearest } from '@sluice/lib/text/nearest.ts';
import { type CanaryListingsDeps, createCanaryListings } from './canary-listings.ts';

export interface CanaryName {
  readonly namespace: string;
  readonly name: string;
}

/** Tells names of Canaries from slips of the finger, as far as the tester may read Canaries. */
export interface KnownCanaries {
  /** A sentence when there is certainly no such Canary; undefined when there is one, or when nobody can tell. */
  describeUnknown(canary: CanaryName): Promise<string | undefined>;
}

/** How old a list may be that has the name, and how soon one that could not be read is asked for again. */
const seenMs = 30_000;
/** How old a list may be that lacks the name: its Canary may have been created meanwhile. */
const unseenMs = 1000;

export function createKnownCanaries(deps: CanaryListingsDeps): KnownCanaries {
  const read = createCanaryListings(deps);
  return {
    async describeUnknown({ namespace, name }) {
      // They would lead out of the path of a namespace.
      if (namespace === '.' || namespace === '..') return undefined;
      const names = await read(namespace, seenMs);
      if (names?.includes(name) !== false) return undefined;
      const fresh = await read(namespace, unseenMs);
      return fresh?.includes(name) === false ? describeMissing(namespace, name, fresh) : undefined;
    },
  };
}

function describeMissing(namespace: string, name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  const hint =
    names.length === 0
      ? `namespace "${namespace}" has no Canary`
      : meant === undefined
        ? 'no other Canary of the namespace has a similar name'
        : `did you mean "${meant}"?`;
  return `There is no Canary "${name}" in namespace "${namespace}": ${hint}`;
}
