/** A text of the product, and what stands there when the guard is gone. */
export interface Edit {
  readonly file: string;
  readonly text: string;
  readonly without: string;
}

/** One guard of the product: a condition, a deadline, a reset or an order that a promise hangs on. */
export interface Guard extends Edit {
  readonly name: string;
  /** Where it is missed first: a file (`guards` is `test/scenarios/guards.test.ts`) and a part of a title. */
  readonly held?: readonly [file: string, title: string];
  /** Another guard that holds the same promise by itself; both go at once. */
  readonly twin?: { readonly why: string; readonly edits: readonly Edit[] };
}

export const editsOf = (guard: Guard): readonly Edit[] => [guard, ...(guard.twin?.edits ?? [])];
