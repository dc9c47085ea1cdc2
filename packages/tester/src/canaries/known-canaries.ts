import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { nearestName } from '@sluice/lib/text/nearest-name.ts';
import { withDeadline } from '@sluice/lib/time/deadline.ts';
import type { ListCanaries } from './canary-lister.ts';

export interface CanaryName {
  readonly namespace: string;
  readonly name: string;
}

/** Tells names of Canaries from slips of the finger, as far as the tester may read Canaries. */
export interface KnownCanaries {
  /** A sentence when there is certainly no such Canary; undefined when there is one, or when nobody can tell. */
  describeUnknown(canary: CanaryName): Promise<string | undefined>;
}

export interface KnownCanariesDeps {
  /** Called when a Canary is first looked for. Undefined: there is no cluster to ask. */
  readonly connect: () => Promise<ListCanaries | undefined>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Milliseconds. */
const limits = {
  /** A hook waits for the answer, 10 s by default. */
  list: 3000,
  /** How old a list may be that has the name, and how soon an unreadable one is asked for again. */
  seen: 30_000,
  /** How old a list may be that lacks the name: its Canary may have been created meanwhile. */
  unseen: 1000,
};
/** Callers choose namespaces, so lists of the oldest are dropped. */
const mostNamespaces = 256;

interface Listing {
  readonly at: number;
  /** Undefined: the Canaries cannot be read. */
  readonly names: Promise<readonly string[] | undefined>;
}

export function createKnownCanaries(deps: KnownCanariesDeps): KnownCanaries {
  const listings = new Map<string, Listing>();
  let connecting: Promise<ListCanaries | undefined> | undefined;
  let isTold = false;
  const connect = async (): Promise<ListCanaries | undefined> => {
    try {
      return await (connecting ??= deps.connect());
    } catch (error) {
      connecting = undefined;
      throw error;
    }
  };
  const read = async (namespace: string): Promise<readonly string[] | undefined> => {
    try {
      const list = await connect();
      return list === undefined ? undefined : await listInTime(list, namespace, deps.clock);
    } catch (error) {
      const fields = { namespace: namespace.slice(0, 100), error: describeError(error) };
      // Testers need no such permission, so once is enough.
      deps.log[isTold ? 'debug' : 'info'](
        'Canaries cannot be read, so gates of unknown names are not refused',
        fields,
      );
      isTold = true;
      return undefined;
    }
  };
  const listing = (namespace: string, maxAgeMs: number): Listing['names'] => {
    const now = deps.clock.now();
    const cached = listings.get(namespace);
    if (cached !== undefined && now - cached.at < maxAgeMs) return cached.names;
    listings.delete(namespace);
    const oldest = listings.keys().next();
    if (listings.size >= mostNamespaces && oldest.done !== true) listings.delete(oldest.value);
    const names = read(namespace);
    listings.set(namespace, { at: now, names });
    return names;
  };
  return {
    async describeUnknown({ namespace, name }) {
      // They would lead out of the path of a namespace.
      if (namespace === '.' || namespace === '..') return undefined;
      const names = await listing(namespace, limits.seen);
      if (names?.includes(name) !== false) return undefined;
      const fresh = await listing(namespace, limits.unseen);
      return fresh?.includes(name) === false ? describeMissing(namespace, name, fresh) : undefined;
    },
  };
}

async function listInTime(list: ListCanaries, namespace: string, clock: Clock): Promise<readonly string[]> {
  const overdue = (): Error =>
    new SluiceError(`the API server did not answer within ${limits.list / 1000} s`);
  const signal = new AbortController().signal;
  return await withDeadline({ clock, ms: limits.list, signal, overdue }, (bounded) =>
    list(namespace, bounded),
  );
}

function describeMissing(namespace: string, name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  const hint =
    names.length === 0
      ? `namespace "${namespace}" has no Canary`
      : nearest === undefined
        ? 'no other Canary of the namespace has a similar name'
        : `did you mean "${nearest}"?`;
  return `There is no Canary "${name}" in namespace "${namespace}": ${hint}`;
}
