export interface Matcher {
  readonly name: string;
  readonly test: (value: string) => boolean;
}

export interface Grouping {
  readonly kind: 'by' | 'without';
  readonly labels: readonly string[];
}

export interface Matching {
  readonly kind: 'on' | 'ignoring';
  readonly labels: readonly string[];
}

/** The part of PromQL that this endpoint evaluates. */
export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | {
      readonly type: 'selector';
      readonly matchers: readonly Matcher[];
      /** A range selector's window; undefined: an instant selector. */
      readonly rangeMs: number | undefined;
      readonly offsetMs: number;
    }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly type: 'aggregate';
      readonly operation: string;
      readonly grouping: Grouping;
      readonly of: Expression;
    }
  | {
      readonly type: 'binary';
      readonly operator: string;
      readonly bool: boolean;
      readonly matching: Matching;
      readonly left: Expression;
      readonly right: Expression;
    };
