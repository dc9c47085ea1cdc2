import type { PlaceId } from './places.ts';

/** What can come from outside at any moment, in any order. Each place must answer each of them. */
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
/** What a canary does by itself, or by the answers it asked for. */
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
] as const;
export type Disturbance = (typeof disturbanceTriggers)[number];
export type Trigger = Disturbance | (typeof advanceTriggers)[number];

export interface Transition {
  readonly from: readonly PlaceId[];
  readonly on: Trigger;
  /** Where one trigger leads to several places: which one. */
  readonly when?: string;
  readonly to: PlaceId | 'same';
  readonly does: string;
}
