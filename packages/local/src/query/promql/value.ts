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

/** What an expression comes to at one moment. */
export type Value =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'vector'; readonly samples: readonly Sample[] }
  | {
      readonly type: 'matrix';
      readonly series: readonly RangeSeries[];
      readonly start: number;
      readonly end: number;
    };
