import type { PlaceId } from './places.ts';

/** Triggers from outside, possible at any moment and in any order. Each place must have a transition for each. */
export const disturbanceTriggers = [
  'new revision',
  'target put back',
  'abort',
  'deadline',
  'target missing',
  'another target',
  'spec not valid',
  'restart',
  'deletion',
] as const;
/** Triggers by the canary itself, or by answers it asked for. */
export const advanceTriggers = [
  'accepted',
  'primary ready',
  'rollout confirmed',
  'round passed',
  'check failed',
  'threshold reached',
  'rollback asked',
  'promotion refused',
  'promotion confirmed',
  'analysis skipped',
  'copied',
  'traffic back',
  'canary at zero',
  'put back',
  'reverted',
  'rejected',
  'approval expired',
  'promoted by a person',
  'retried',
  'undone',
] as const;
export type Disturbance = (typeof disturbanceTriggers)[number];
export type Trigger = Disturbance | (typeof advanceTriggers)[number];

export interface Transition {
  readonly from: readonly PlaceId[];
  readonly on: Trigger;
  /** The condition of this row, where one trigger leads to several places. */
  readonly when?: string;
  readonly to: PlaceId | 'same';
  readonly does: string;
}
