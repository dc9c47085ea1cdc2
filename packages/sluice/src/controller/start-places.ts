import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { Queued, StartingCanary } from '../ports/start-rules.ts';
import { keyOf } from '../rules/objects/names.ts';

export interface StartPlaces {
  placeFor(canary: StartingCanary): Queued | undefined;
  /** A canary appeared or changed. */
  noticed(canary: AnyKubeObject): void;
  gone(canary: AnyKubeObject): void;
}

export interface StartPlacesDeps {
  readonly now: () => number;
  /** A place may be free for this canary. */
  readonly wake: (key: string) => void;
  /** Runs at once; 0: any number. */
  readonly most: { readonly all: number; readonly perNamespace: number };
}

/** Phases in which a run has pods, and counts. */
const runningPhases: ReadonlySet<string> = new Set([
  'Progressing',
  'WaitingPromotion',
  'Promoting',
  'Finalising',
]);
/** A place that was given and not used is free again after this time, in milliseconds. */
const givenForMs = 30_000;
/** A canary that has not asked for this time no longer stands in the queue. */
const forgottenAfterMs = 10 * 60_000;

interface Waiting extends StartingCanary {
  readonly askedAt: number;
}

/** Places for runs (`-max-concurrent-rollouts`). Those that wait get one in the order in which they began to wait. */
export const createStartPlaces = (deps: StartPlacesDeps): StartPlaces => new PlaceBook(deps);

class PlaceBook implements StartPlaces {
  readonly #deps: StartPlacesDeps;
  /** Namespaces of running canaries, by key. */
  readonly #running = new Map<string, string>();
  /** Until when (milliseconds), for canaries whose status does not say so yet. */
  readonly #given = new Map<string, { readonly namespace: string; readonly until: number }>();
  readonly #waiting = new Map<string, Waiting>();

  constructor(deps: StartPlacesDeps) {
    this.#deps = deps;
  }

  placeFor(canary: StartingCanary): Queued | undefined {
    const { now, most } = this.#deps;
    const { key, namespace } = canary;
    if (most.all === 0 && most.perNamespace === 0) return undefined;
    const full = this.#fullFor(canary);
    if (full === undefined) {
      this.#waiting.delete(key);
      this.#given.set(key, { namespace, until: now() + givenForMs });
      return undefined;
    }
    this.#waiting.set(key, { ...canary, askedAt: now() });
    const runs = full.runs === 1 ? '1 rollout runs' : `${full.runs} rollouts run`;
    return {
      message: `${runs} in ${full.of}, at most ${full.most} may; place ${full.ahead + 1} in the queue`,
    };
  }

  noticed(canary: AnyKubeObject): void {
    const key = keyOf(canary);
    const phase = asText(asRecord(canary['status'])['phase']) ?? '';
    const isRunning = runningPhases.has(phase);
    if (isRunning) this.#given.delete(key);
    if (isRunning === this.#running.has(key)) return;
    if (isRunning) this.#running.set(key, canary.metadata.namespace ?? '');
    else this.#end(key);
  }

  gone(canary: AnyKubeObject): void {
    const key = keyOf(canary);
    this.#given.delete(key);
    this.#waiting.delete(key);
    if (this.#running.has(key)) this.#end(key);
  }

  #end(key: string): void {
    this.#running.delete(key);
    for (const waiting of this.#waiting.keys()) this.#deps.wake(waiting);
  }

  /** What has no place left for this canary: its namespace, or the cluster. */
  #fullFor(canary: StartingCanary): Full | undefined {
    const { most } = this.#deps;
    const { namespace } = canary;
    const busy = this.#busy(canary.key);
    const ahead = this.#ahead(canary, busy).map((one) => one.namespace);
    return [
      {
        of: `namespace ${namespace}`,
        runs: countOf(busy, namespace),
        ahead: countOf(ahead, namespace),
        most: most.perNamespace,
      },
      { of: 'the cluster', runs: busy.length, ahead: ahead.length, most: most.all },
    ].find((one) => one.most > 0 && one.runs + one.ahead >= one.most);
  }

  /** Namespaces of all other canaries that run, or were let start. */
  #busy(except: string): readonly string[] {
    for (const [key, { until }] of this.#given) if (until <= this.#deps.now()) this.#given.delete(key);
    const given = [...this.#given].map(([key, { namespace }]) => [key, namespace] as const);
    const all = new Map([...given, ...this.#running]);
    all.delete(except);
    return [...all.values()];
  }

  /** Those who began to wait earlier. Canaries whose own namespace is full hold up nobody elsewhere. */
  #ahead({ key, namespace, since }: StartingCanary, busy: readonly string[]): readonly Waiting[] {
    const { now, most } = this.#deps;
    const isFull = (name: string): boolean =>
      most.perNamespace > 0 && countOf(busy, name) >= most.perNamespace;
    return [...this.#waiting.values()].filter(
      (one) =>
        one.key !== key &&
        one.askedAt > now() - forgottenAfterMs &&
        (one.since < since || (one.since === since && one.key < key)) &&
        (one.namespace === namespace || !isFull(one.namespace)),
    );
  }
}

interface Full {
  readonly of: string;
  readonly runs: number;
  readonly ahead: number;
  readonly most: number;
}

const countOf = (names: readonly string[], name: string): number =>
  names.filter((one) => one === name).length;
