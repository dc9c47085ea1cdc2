import type { Labels } from '../labels.ts';
import type { Point } from '../sample-store.ts';

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface RangeSeries {
  readonly labels: Labels;
  readonly points: readonly Point[];
}

/** Result of an expression at one time. */
export type Value =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'vector'; readonly samples: readonly Sample[] }
  | {
      readonly type: 'matrix';
      readonly series: readonly RangeSeries[];
      readonly start: number;
      readonly end: number;
    };
