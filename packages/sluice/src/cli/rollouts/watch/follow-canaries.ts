import { createCachedCollection } from '@sluice/kube/cache/cached-collection.ts';
import { runReflector } from '@sluice/kube/cache/reflector.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { canaries } from '../../../api/resources.ts';
import { keyOf } from '../../../rules/objects/names.ts';
import type { Connected } from '../../connect.ts';
import type { ListScope } from '../read-rollout.ts';

/** Canaries as they are now, kept up to date by a watch that is resumed when it is cut. */
export interface FollowedCanaries {
  /** Sorted by namespace and name. */
  objects(): readonly AnyKubeObject[];
  /** Why the objects may be old, and since when in milliseconds; undefined while the watch runs. */
  readonly problem: { readonly reason: string; readonly since: number } | undefined;
}

/**
 * Follows the canaries of a scope until `signal` aborts; `onChange` is called after each change, and after the first list.
 * Rejects never: a lost connection is a problem, not an end.
 */
export function followCanaries(
  { client, clock }: Connected,
  scope: ListScope,
  onChange: () => void,
  signal: AbortSignal,
): FollowedCanaries {
  const collection = createCachedCollection();
  const names = new Map<string, AnyKubeObject>();
  let problem: FollowedCanaries['problem'];
  const tell = (changes: readonly { readonly type: string; readonly object: AnyKubeObject }[]): void => {
    for (const { type, object } of changes)
      if (type === 'DELETED') names.delete(keyOf(object));
      else names.set(keyOf(object), object);
    onChange();
  };
  const sink = {
    get resourceVersion() {
      return collection.resourceVersion;
    },
    beginList: () => collection.beginList(),
    replace: (list: Parameters<typeof collection.replace>[0]) => {
      problem = undefined;
      tell(collection.replace(list));
    },
    apply: (event: Parameters<typeof collection.apply>[0]) => tell(collection.apply(event)),
    notInstalled: () => tell(collection.clear()),
    watching: () => undefined,
    problem: (reason: string | undefined) => {
      problem = reason === undefined ? undefined : { reason, since: problem?.since ?? clock.now() };
    },
  };
  void runReflector({ client, clock, log: silent, random: Math.random }, canaries, scope, sink, signal);
  return {
    objects: () => [...names.values()].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)),
    get problem() {
      return problem;
    },
  };
}

/** What is wrong is shown beside the picture. */
const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
