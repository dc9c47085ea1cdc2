import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { KubeClient, ObjectList, WatchEvent, WatchOptions } from '@sluice/kube/ports/kube.ts';

/** A Kubernetes API of one kind that lists and watches, and that breaks as a test says. */
export interface BreakableKubeClient extends KubeClient {
  /** Stores the object at the next version and tells the watches. */
  put(object: AnyKubeObject): AnyKubeObject;
  remove(name: string): void;
  bookmark(): void;
  /** Changes without a word to open watches. */
  silently(change: () => void): void;
  /** The next lists fail, one after the other. */
  failLists(...errors: readonly Error[]): void;
  /** Opening a watch fails, one after the other. */
  failWatches(...errors: readonly Error[]): void;
  /** Open watches throw. */
  breakWatches(error: Error): void;
  /** Open watches end as by their time-out. */
  endWatches(): void;
  /** Lists are answered from what stands now, but only after the answer is called. */
  holdLists(): () => void;
  /** A server made anew: nothing in it, versions from 1. */
  startOver(): void;
  readonly lists: number;
  readonly watches: readonly WatchOptions[];
  readonly openWatches: number;
}

interface OpenWatch {
  push(event: WatchEvent): void;
  end(error?: Error): void;
}

const notServed = (): Promise<never> => Promise.reject(new Error('this client only lists and watches'));

export function createBreakableKubeClient(pageSize = 1000): BreakableKubeClient {
  const objects = new Map<string, AnyKubeObject>();
  const open = new Set<OpenWatch>();
  const listErrors: Error[] = [];
  const watchErrors: Error[] = [];
  const watches: WatchOptions[] = [];
  let version = 100;
  let lists = 0;
  let silent = false;
  let gate: Promise<void> = Promise.resolve();

  const tell = (event: WatchEvent): void => {
    if (!silent) for (const watch of open) watch.push(event);
  };
  const page = (start: number): ObjectList => {
    const all = [...objects.values()];
    const next = start + pageSize;
    return {
      resourceVersion: `${version}`,
      items: all.slice(start, next),
      ...(next < all.length ? { continue: `${next}` } : {}),
    };
  };

  return {
    get: notServed,
    create: notServed,
    mergePatch: notServed,
    apply: notServed,
    delete: notServed,
    async list(_resource, options) {
      lists += 1;
      const error = listErrors.shift();
      if (error !== undefined) throw error;
      const answer = page(Number(options.continue ?? 0));
      await gate;
      return answer;
    },
    watch(_resource, options, signal) {
      watches.push(options);
      const error = watchErrors.shift();
      return stream(open, error, signal);
    },
    put(object) {
      const before = objects.get(object.metadata.name);
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: `${++version}` } };
      objects.set(object.metadata.name, stored);
      tell({ type: before === undefined ? 'ADDED' : 'MODIFIED', object: stored });
      return stored;
    },
    remove(name) {
      const object = objects.get(name);
      objects.delete(name);
      if (object === undefined) return;
      tell({
        type: 'DELETED',
        object: { ...object, metadata: { ...object.metadata, resourceVersion: `${++version}` } },
      });
    },
    bookmark() {
      const metadata = { name: '', resourceVersion: `${version}` };
      tell({ type: 'BOOKMARK', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata } });
    },
    silently(change) {
      silent = true;
      change();
      silent = false;
    },
    failLists: (...errors) => void listErrors.push(...errors),
    failWatches: (...errors) => void watchErrors.push(...errors),
    breakWatches(error) {
      for (const watch of open) watch.end(error);
    },
    endWatches() {
      for (const watch of open) watch.end();
    },
    holdLists() {
      const held = Promise.withResolvers<void>();
      gate = held.promise;
      return () => {
        held.resolve();
      };
    },
    startOver() {
      objects.clear();
      version = 1;
    },
    get lists() {
      return lists;
    },
    watches,
    get openWatches() {
      return open.size;
    },
  };
}

export const gone = (): KubeError =>
  new KubeError('too old resource version', { code: 410, reason: 'Expired' });
export const notInstalled = (): KubeError => new KubeError('no such kind', { code: 404, reason: 'NotFound' });
export const reset = (): KubeError => new KubeError('connection reset', { code: 0, reason: 'NoAnswer' });

async function* stream(
  open: Set<OpenWatch>,
  error: Error | undefined,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent, void, undefined> {
  if (error !== undefined) throw error;
  const queue: WatchEvent[] = [];
  let ended: { error?: Error } | undefined;
  let wake = Promise.withResolvers<void>();
  const watch: OpenWatch = {
    push(event) {
      queue.push(event);
      wake.resolve();
    },
    end(cause) {
      ended = cause === undefined ? {} : { error: cause };
      wake.resolve();
    },
  };
  const abort = (): void => {
    wake.resolve();
  };
  open.add(watch);
  signal.addEventListener('abort', abort);
  try {
    for (;;) {
      signal.throwIfAborted();
      const event = queue.shift();
      if (event !== undefined) yield event;
      else if (ended?.error !== undefined) throw ended.error;
      else if (ended !== undefined) return;
      else {
        await wake.promise;
        wake = Promise.withResolvers();
      }
    }
  } finally {
    open.delete(watch);
    signal.removeEventListener('abort', abort);
  }
}
