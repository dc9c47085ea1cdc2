import type { Canary, CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { Phase } from '@sluice/sluice/api/canary-status.ts';
import type { HookReply } from '../../support/fakes/fake-receiver.ts';
import type { CanaryParts } from '../../support/scenario/objects.ts';

/** A cluster on which a controller works, in which each scenario has a world of its own. */
export interface RolloutCluster {
  createWorld(parts: WorldParts): Promise<RolloutWorld>;
  close(): Promise<void>;
}

export interface WorldParts extends CanaryParts {
  readonly provider?: NonNullable<CanarySpec['provider']>;
  /** What hooks answer from the start; 200 unless told. */
  readonly replies?: Readonly<Record<string, HookReply>>;
}

/** One canary `podinfo` with its target, its receiver of hooks and its metrics. Times are the controller's. */
export interface RolloutWorld {
  look(): Promise<Facts>;
  /** Resolves once a look satisfies; rejects after two minutes with what it saw last. */
  until(condition: (facts: Facts) => boolean): Promise<Facts>;
  /** Resolves after so many milliseconds. */
  pass(milliseconds: number): Promise<void>;
  /** A new image on the target. */
  ship(image: string): Promise<void>;
  /** Merge patch of the Canary: its spec, its annotations. */
  patchCanary(patch: Readonly<Record<string, unknown>>): Promise<void>;
  deleteCanary(): Promise<void>;
  /** Whether pods of this image become ready. */
  setHealthy(image: string, healthy: boolean): Promise<void>;
  reply(path: string, reply: HookReply): void;
  /** What every query says from now on; 100 unless told. */
  measure(value: number): void;
  /** The controller dies between two instructions, and another one takes over. */
  replaceController(): Promise<void>;
  end(): Promise<void>;
}

export interface Facts {
  /** Undefined: gone. */
  readonly canary: Canary | undefined;
  readonly phase: Phase | undefined;
  /** Of each Deployment by its name. */
  readonly replicas: Readonly<Record<string, number>>;
  readonly images: Readonly<Record<string, string>>;
  /** Canary share of everybody's requests, percent; undefined without a route. */
  readonly weight: number | undefined;
  /** Canary share of the requests that match (A/B). */
  readonly matchedWeight: number | undefined;
  /** Changes since the last `ship`, in order. */
  readonly phases: readonly string[];
  readonly weights: readonly number[];
  /** Calls by path, oldest first: their payloads. */
  readonly calls: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}
