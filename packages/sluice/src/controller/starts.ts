import { createInformerCache } from '@sluice/kube/cache/informer-cache.ts';
import type { ReflectorDeps } from '@sluice/kube/cache/reflector.ts';
import type { RolloutOptions } from '../rollout/deps.ts';
import type { StartRules } from '../ports/start-rules.ts';
import { createFreezes } from './freezes.ts';
import { createStartPlaces } from './start-places.ts';
import type { StartPlaces } from './start-places.ts';

/** What holds back the start of runs: freezes and the queue. */
export interface Starts {
  readonly rules: StartRules;
  readonly places: StartPlaces;
  start(): void;
  stop(): Promise<void>;
}

export interface StartsDeps extends ReflectorDeps {
  readonly options: Pick<RolloutOptions, 'mostRuns'>;
  /** Absent: there are no freezes. `everywhere`: the namespace whose freezes hold for all. */
  readonly freezes?: { readonly everywhere: string };
  readonly namespaces?: readonly string[];
}

export function createStarts(deps: StartsDeps, wake: (key: string) => void): Starts {
  const { clock, log, options, freezes: wanted, namespaces = [] } = deps;
  const now = (): number => clock.now();
  const places = createStartPlaces({ now, wake, most: options.mostRuns });
  if (wanted === undefined)
    return {
      rules: { freezeOf: () => undefined, placeFor: (canary) => places.placeFor(canary) },
      places,
      start: () => undefined,
      stop: () => Promise.resolve(),
    };
  const informers = createInformerCache(deps);
  /** Canaries that a freeze held back when they were last looked at. */
  const held = new Set<string>();
  const wakeHeld = (): void => {
    for (const key of held) wake(key);
    held.clear();
  };
  const freezes = createFreezes({ informers, log, now, namespaces, ...wanted, wake: wakeHeld });
  return {
    rules: {
      freezeOf(key, at) {
        const freeze = freezes.freezeOf(key.slice(0, key.indexOf('/')), at);
        if (freeze !== undefined) held.add(key);
        return freeze;
      },
      placeFor: (canary) => places.placeFor(canary),
    },
    places,
    start: () => freezes.start(),
    stop: () => informers.stop(),
  };
}
