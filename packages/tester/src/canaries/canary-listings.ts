import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { withDeadline } from '@sluice/lib/time/deadline.ts';
import type { ListCanaries } from './canary-lister.ts';

export interface CanaryListingsDeps {
  /** Called when a Canary is first looked for, and again after it failed. Undefined: there is no cluster to ask. */
  readonly connect: () => Promise<ListCanaries | undefined>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Names of a namespace's Canaries, from a list that is younger than `maxAgeMs`; undefined when they cannot be read. */
export type ReadCanaries = (namespace: string, maxAgeMs: number) => Promise<readonly string[] | undefined>;

/** A hook waits for the answer, 10 s by default and often less. */
const listDeadlineMs = 1000;
/** Callers choose namespaces, so lists of the oldest are dropped. */
const mostNamespaces = 256;

interface Listing {
  readonly at: number;
  readonly names: Promise<readonly string[] | undefined>;
}

/** Keeps lists of Canaries for a while; callers that ask at the same time share one request. */
export function createCanaryListings({ connect, clock, log }: CanaryListingsDeps): ReadCanaries {
  const listings = new Map<string, Listing>();
  const connectOnce = once(connect);
  let isTold = false;
  const read = async (namespace: string): Promise<readonly string[] | undefined> => {
    try {
      const list = await connectOnce();
      return list === undefined ? undefined : await listInTime(list, namespace, clock);
    } catch (error) {
      const fields = { namespace: namespace.slice(0, 100), error: describeError(error) };
      const message = 'Canaries cannot be read, so gates of unknown names are not refused';
      // Testers need no such permission, so once is enough.
      if (isTold) log.debug(message, fields);
      else log.info(message, fields);
      isTold = true;
      return undefined;
    }
  };
  return (namespace, maxAgeMs) => {
    const now = clock.now();
    const cached = listings.get(namespace);
    if (cached !== undefined && now - cached.at < maxAgeMs) return cached.names;
    listings.delete(namespace);
    const oldest = listings.keys().next();
    if (listings.size >= mostNamespaces && oldest.done !== true) listings.delete(oldest.value);
    const names = read(namespace);
    listings.set(namespace, { at: now, names });
    return names;
  };
}

/** Keeps what `action` resolved to; a failure is tried again. */
function once<Result>(action: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return async () => {
    try {
      return await (result ??= action());
    } catch (error) {
      result = undefined;
      throw error;
    }
  };
}

async function listInTime(list: ListCanaries, namespace: string, clock: Clock): Promise<readonly string[]> {
  const overdue = (): Error =>
    new SluiceError(`the API server did not answer within ${listDeadlineMs / 1000} s`);
  const { signal } = new AbortController();
  return await withDeadline({ clock, ms: listDeadlineMs, signal, overdue }, (bounded) =>
    list(namespace, bounded),
  );
}
