import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { backOff } from '@sluice/lib/time/back-off.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { isNotFound, KubeError } from '@sluice/kube/objects/kube-error.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { configChecksum, isTracked } from '../../rules/configs/config-checksum.ts';
import type { ConfigContent } from '../../rules/configs/tracked-configs.ts';

/**
 * What ConfigMaps and Secrets come to. Caches hold their metadata only: an object is read when its version moved, in the
 * background, and of the answer only a checksum is kept. The end of a read wakes every canary that looked.
 */
export interface ConfigReads {
  /** `seen` is the object as the cache has it. Starts a read when that version was not read yet; never waits. */
  look(owner: string, resource: ResourceType, seen: AnyKubeObject): ConfigContent;
  /** Forgets what `owner` no longer refers to; `names` are names of objects of any kind. */
  retain(owner: string, names: ReadonlySet<string>): void;
  /** The canary is gone, or the controller stops: reads for nobody are cancelled. */
  forget(owner: string): void;
}

interface Entry {
  readonly resource: ResourceType;
  readonly namespace: string;
  readonly name: string;
  readonly owners: Set<string>;
  /** Those `content` is of: the one that was asked for, and the one that came. */
  versions: readonly (string | undefined)[];
  content: ConfigContent | undefined;
  reading: AbortController | undefined;
  failures: number;
  retryAt: number;
}

const readsAtOnce = 8;
const retryRange = { firstMs: 500, maxMs: 60_000 };
/** One failure may be a server that restarts. */
const failuresToSay = 3;

export interface ConfigReadsDeps {
  readonly client: Pick<KubeClient, 'get'>;
  readonly now: () => number;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly wake: (owner: string) => void;
}

export function createConfigReads(deps: ConfigReadsDeps): ConfigReads {
  const entries = new Map<string, Entry>();
  const inTurn = createTurns(readsAtOnce);
  const start = (entry: Entry, asked: string | undefined): void => {
    const reading = new AbortController();
    entry.reading = reading;
    inTurn(async () => {
      await read(deps, entry, asked, reading.signal);
      entry.reading = undefined;
      if (!reading.signal.aborted) for (const owner of entry.owners) deps.wake(owner);
    });
  };
  const leave = (id: string, entry: Entry, owner: string): void => {
    entry.owners.delete(owner);
    if (entry.owners.size > 0) return;
    entry.reading?.abort(new Error('nobody needs it any more'));
    entries.delete(id);
  };

  return {
    look(owner, resource, { metadata: { name, namespace = '', resourceVersion } }) {
      const id = `${resource.plural}/${namespace}/${name}`;
      const entry = entries.get(id) ?? createEntry(resource, namespace, name);
      entries.set(id, entry);
      entry.owners.add(owner);
      if (entry.content !== undefined && entry.versions.includes(resourceVersion)) return entry.content;
      if (entry.content?.state === 'unknown' && deps.now() < entry.retryAt) return entry.content;
      if (entry.reading === undefined) start(entry, resourceVersion);
      const message = `${resource.kind} ${namespace}/${name} is being read`;
      return { state: 'unknown', message, inFlight: true };
    },
    retain(owner, names) {
      for (const [id, entry] of entries)
        if (entry.owners.has(owner) && !names.has(entry.name)) leave(id, entry, owner);
    },
    forget(owner) {
      for (const [id, entry] of entries) if (entry.owners.has(owner)) leave(id, entry, owner);
    },
  };
}

/** Runs what it is given in order, so many at once. What is given does not reject. */
function createTurns(atOnce: number): (work: () => Promise<void>) => void {
  const queue: (() => Promise<void>)[] = [];
  let running = 0;
  const pump = (): void => {
    while (running < atOnce) {
      const next = queue.shift();
      if (next === undefined) return;
      running += 1;
      void next().finally(() => {
        running -= 1;
        pump();
      });
    }
  };
  return (work) => {
    queue.push(work);
    pump();
  };
}

/** Reads one object; what came, or why nothing did, stands in the entry. Never rejects. */
async function read(
  deps: ConfigReadsDeps,
  entry: Entry,
  asked: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { resource, namespace, name } = entry;
  try {
    const object = await deps.client.get(resource, { namespace, name }, signal);
    entry.versions = [asked, object.metadata.resourceVersion];
    entry.content = {
      state: 'known',
      tracked: isTracked(object),
      checksum: configChecksum(object),
      hasBinaryData: Object.keys(asRecord(object['binaryData'])).length > 0,
    };
    entry.failures = 0;
  } catch (error) {
    fail(deps, entry, error);
  }
}

function fail(deps: ConfigReadsDeps, entry: Entry, error: unknown): void {
  entry.failures += 1;
  entry.retryAt = deps.now() + backOff(entry.failures, retryRange, deps.random);
  entry.versions = [];
  // The cache still has it: it was deleted a moment ago, which the cache will hear, or the answer is wrong.
  const refused = error instanceof KubeError && !error.retryable && !isNotFound(error);
  entry.content = {
    state: 'unknown',
    message: `${entry.resource.kind} ${entry.namespace}/${entry.name} cannot be read: ${describeError(error, 300)}`,
    retryAt: entry.retryAt,
    lasting: refused || entry.failures >= failuresToSay,
  };
}

const createEntry = (resource: ResourceType, namespace: string, name: string): Entry => ({
  resource,
  namespace,
  name,
  owners: new Set(),
  versions: [],
  content: undefined,
  reading: undefined,
  failures: 0,
  retryAt: 0,
});
