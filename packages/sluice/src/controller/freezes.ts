import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps } from '@sluice/kube/objects/resources.ts';
import type { InformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { Freeze } from '../ports/start-rules.ts';
import { activeSpan } from '../rules/people/freeze-span.ts';
import type { FreezeSpan } from '../rules/people/freeze-span.ts';
import { keyOf } from '../rules/objects/names.ts';

/** Label of a ConfigMap whose key `windows` says when no run starts. */
const freezeLabel = 'sluice.dev/freeze';

export interface Freezes {
  /** Watches the freezes until the informers stop. */
  start(): void;
  freezeOf(namespace: string, now: number): Freeze | undefined;
}

export interface FreezesDeps {
  /** Of their own: a watch by label covers only some ConfigMaps. */
  readonly informers: InformerCache;
  readonly log: Log;
  readonly now: () => number;
  /** Namespaces of canaries; empty: all. */
  readonly namespaces: readonly string[];
  /** The namespace whose freezes hold everywhere: that of the Lease. */
  readonly everywhere: string;
  /** The freezes changed: what they hold back is looked at again. */
  readonly wake: () => void;
}

interface Known {
  readonly namespace: string;
  readonly name: string;
  readonly text: string;
  readonly readAt: number;
  readonly spans: readonly FreezeSpan[];
  readonly problem?: string;
}

const readAgainMs = 24 * 60 * 60_000;
const unread: Freeze = { message: 'the freezes are being read' };

/** The freezes of ConfigMaps. One that cannot be read holds all starts it could hold: a typing error must not end a freeze. */
export const createFreezes = (deps: FreezesDeps): Freezes => new FreezeBook(deps);

type Place = Pick<Known, 'namespace'>;

class FreezeBook implements Freezes {
  readonly #deps: FreezesDeps;
  readonly #known = new Map<string, Known>();
  /** Freezes that are being read: until then they hold whatever they could hold. */
  readonly #reading = new Map<string, Place & { readonly resourceVersion: string | undefined }>();

  constructor(deps: FreezesDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { informers, namespaces, everywhere, wake } = this.#deps;
    informers.onChange((_resource, { type, object }) => {
      if (type !== 'DELETED') return void this.#read(object);
      this.#known.delete(keyOf(object));
      this.#reading.delete(keyOf(object));
      wake();
    });
    const selector = { labelSelector: `${freezeLabel}=true` };
    const places = namespaces.length === 0 ? [] : new Set([...namespaces, everywhere]);
    const scopes = [...places].map((namespace) => ({ ...selector, namespace }));
    for (const scope of scopes.length === 0 ? [selector] : scopes)
      void informers.watchKind(configMaps, scope).synced.then(wake);
  }

  freezeOf(namespace: string, at: number): Freeze | undefined {
    const { informers, namespaces, everywhere } = this.#deps;
    const isSynced = informers.isSynced(configMaps, namespaces.length === 0 ? undefined : namespace);
    // Without the permission there is no freeze; the log of the watch says so.
    if (!isSynced) return informers.problemOf(configMaps) === undefined ? unread : undefined;
    const holds = (one: Place): boolean => one.namespace === namespace || one.namespace === everywhere;
    // guard: a-freeze-that-is-being-read-holds
    if ([...this.#reading.values()].some(holds)) return unread;
    const own = [...this.#known.values()].filter(holds);
    const all = own.flatMap((one) => this.#freezeAt(one, at) ?? []);
    return all.toSorted((one, other) => (other.until ?? Infinity) - (one.until ?? Infinity))[0];
  }

  #freezeAt(one: Known, at: number): Freeze | undefined {
    const place = `ConfigMap ${one.namespace}/${one.name}`;
    if (one.problem !== undefined)
      return { message: `the freeze of ${place} cannot be read: ${one.problem}` };
    const object = this.#deps.informers.get(configMaps, one);
    if (object !== undefined && at - one.readAt > readAgainMs) void this.#read(object);
    const active = activeSpan(one.spans, at);
    if (active === undefined) return undefined;
    const why = active.reason === '' ? '' : `: ${active.reason}`;
    return { message: `freeze "${active.name}" of ${place}${why}`, until: active.to };
  }

  async #read(object: AnyKubeObject): Promise<void> {
    const { log, now, wake } = this.#deps;
    const key = keyOf(object);
    const { resourceVersion, namespace = '' } = object.metadata;
    this.#reading.set(key, { namespace, resourceVersion });
    const found = await read(object, now());
    // A newer version is being read, or it is gone.
    if (this.#reading.get(key)?.resourceVersion !== resourceVersion) return;
    this.#reading.delete(key);
    this.#known.set(key, found);
    if (found.problem !== undefined)
      log.error('freeze cannot be read', { freeze: key, problem: found.problem });
    wake();
  }
}

async function read(object: AnyKubeObject, now: number): Promise<Known> {
  const { name, namespace = '' } = object.metadata;
  const text = asText(asRecord(object['data'])['windows']) ?? '';
  const base = { namespace, name, text, readAt: now };
  // Calendars and time zones are loaded with the first freeze.
  const { readFreezes } = await import('../rules/people/freeze-windows.ts');
  try {
    return { ...base, spans: readFreezes(text, now) };
  } catch (error) {
    return { ...base, spans: [], problem: describeError(error) };
  }
}
