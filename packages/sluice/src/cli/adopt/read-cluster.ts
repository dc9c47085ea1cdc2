import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { canaries } from '../../api/resources.ts';
import { createSource } from '../../controller/source.ts';
import type { Source } from '../../controller/source.ts';
import type { InformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { withDeadline } from '@sluice/lib/time/deadline.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { configResource } from '../../rollout/look/configs.ts';
import type { Providers, RolloutOptions } from '../../rollout/deps.ts';
import { keyOf } from '../../rules/objects/names.ts';
import { aborted } from '../stop-signal.ts';

export interface ReadCluster {
  readonly canaries: readonly AnyKubeObject[];
  /** Why an object that the canary reads cannot be read; undefined when all are in the cache. */
  readonly problemOf: (canary: AnyKubeObject) => string | undefined;
}

/** Time to cache all objects that canaries read; an object that is missing then has a problem. */
const patienceMs = 20_000;

/** Fills the cache with the objects that the controller would read, by the same watches. */
export async function readCluster(
  deps: {
    readonly client: KubeClient;
    readonly informers: InformerCache;
    readonly providers: Providers;
    readonly options: RolloutOptions;
    readonly namespace: string | undefined;
    readonly clock: Clock;
  },
  signal: AbortSignal,
): Promise<ReadCluster> {
  const { clock, informers, providers, options } = deps;
  const scope = deps.namespace === undefined ? {} : { namespace: deps.namespace };
  // A server that refuses fails this list at once: a watch would be retried.
  await deps.client.list(canaries, { ...scope, limit: 1 }, signal);
  await Promise.race([informers.watchKind(canaries, scope).synced, aborted(signal)]);
  signal.throwIfAborted();
  const { configTracking, meshProvider } = options;
  const source = createSource({ informers, providers, configTracking, meshProvider });
  const configsRead = (canary: AnyKubeObject): boolean =>
    source
      .referencesOf(canary)
      .every(({ kind }) => informers.isSynced(configResource(kind), canary.metadata.namespace));
  const found = await listCanaries(deps.client, scope, signal);
  const overdue = (): Error => new Error(`not listed within ${patienceMs / 1000} s`);
  const synced = await withDeadline({ clock, ms: patienceMs, signal, overdue }, (waiting) =>
    Promise.all(found.map((canary) => untilSynced({ clock, source, configsRead }, canary, waiting))),
  );
  signal.throwIfAborted();
  const unread = new Map(
    found.flatMap((canary, index) =>
      synced[index] === true ? [] : [[keyOf(canary), problemIn(source, canary)]],
    ),
  );
  return { canaries: found, problemOf: (canary) => unread.get(keyOf(canary)) };
}

async function listCanaries(
  client: KubeClient,
  scope: { readonly namespace?: string },
  signal: AbortSignal,
): Promise<readonly AnyKubeObject[]> {
  const found: AnyKubeObject[] = [];
  let next: string | undefined;
  do {
    const page = await client.list(
      canaries,
      { ...scope, limit: 500, ...(next === undefined ? {} : { continue: next }) },
      signal,
    );
    found.push(...page.items);
    next = page.continue;
  } while (next !== undefined);
  return found.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Waits for all objects that a canary reads. They are found in steps: its target names the ConfigMaps. */
async function untilSynced(
  {
    clock,
    source,
    configsRead,
  }: {
    readonly clock: Clock;
    readonly source: Source;
    readonly configsRead: (canary: AnyKubeObject) => boolean;
  },
  canary: AnyKubeObject,
  signal: AbortSignal,
): Promise<boolean> {
  let isReadable = false;
  while (!signal.aborted) {
    const news = Promise.withResolvers<void>();
    isReadable = source.ensure(keyOf(canary), canary, () => news.resolve());
    // The controller would not wait for the configuration; it would run again once that is cached.
    if (isReadable && configsRead(canary)) return true;
    if (source.problems(canary).some(({ message }) => !message.endsWith('not listed yet'))) return false;
    await Promise.race([news.promise, sleep(clock, lookAgainMs, signal)]);
  }
  return isReadable;
}

const lookAgainMs = 100;

function problemIn(source: Source, canary: AnyKubeObject): string {
  const [problem] = source.problems(canary);
  if (problem === undefined)
    throw new SluiceError(`what ${keyOf(canary)} reads could not be listed in time; try again`);
  return `${problem.field} is ${problem.value}: ${problem.message}`;
}
