import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { GateKey } from './gate-key.ts';

/** A gate or switch that somebody has opened or closed. */
export interface GateState extends GateKey {
  readonly open: boolean;
  /** The caller, as far as it said who it is. */
  readonly changedBy: string | undefined;
  /** ISO 8601. */
  readonly changedAt: string;
}

/**
 * Gates and rollback switches by key. A key that was never set is closed. Rejects with `SluiceError` when the state
 * cannot be read or written; it never assumes one.
 */
export interface GateStore {
  get(key: GateKey): Promise<boolean>;
  /**
   * `by` is the caller, recorded for people who read the state later. Of more than `mostGates` keys the closed ones that
   * were changed first are forgotten; rejects with `SluiceError` when all of them are open.
   */
  set(key: GateKey, open: boolean, by?: string): Promise<void>;
  /** All that were set and not forgotten, by namespace, name and kind. */
  list(): Promise<readonly GateState[]>;
  close(): Promise<void>;
}

/** Callers choose the keys, so a store is bounded. */
export const mostGates = 10_000;

export const allOpen = (limit: number): SluiceError =>
  new SluiceError(`${limit} gates are open, as many as the tester keeps. Close those that no canary needs.`);

export const inOrder = (states: readonly GateState[]): readonly GateState[] =>
  states.toSorted(
    (a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name) || compare(a.kind, b.kind),
  );

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
