/**
 * The table of open questions: hooks asked and metrics queried. A decision finds, starts or reads one and never
 * awaits it; its end wakes the pass. A question is asked again by a new number under the same key, so a key
 * has at most one request open.
 */
export interface Questions {
  find(owner: string, key: string): Question | undefined;
  /** Starts ask number `ask` of `key`, in place of what stood there. */
  start(owner: string, start: NewQuestion): void;
  /** Cancels and forgets the questions that `keep` does not want. */
  retain(owner: string, keep: (question: Question) => boolean): void;
  /** Cancels all of the owner's questions: it was deleted, or the controller stops. */
  forget(owner: string): void;
}

export interface NewQuestion {
  readonly key: string;
  /** Names this ask to the outside: the deliveryId of a hook. */
  readonly id: string;
  readonly ask: number;
  readonly work: (signal: AbortSignal) => Promise<unknown>;
}

export interface Question {
  readonly key: string;
  readonly id: string;
  readonly ask: number;
  /** Absent while the question is open. */
  readonly settled: { readonly value: unknown; readonly at: number } | undefined;
  /** What the ask before this one gave; a gate that is being asked again is still closed meanwhile. */
  readonly previous: unknown;
}

interface Entry {
  question: Question;
  readonly controller: AbortController;
}

export function createQuestions(deps: {
  readonly now: () => number;
  readonly wake: (owner: string) => void;
}): Questions {
  const tables = new Map<string, Map<string, Entry>>();

  const start = (owner: string, { key, id, ask, work }: NewQuestion): void => {
    const table = tables.get(owner) ?? new Map<string, Entry>();
    tables.set(owner, table);
    const replaced = table.get(key);
    // guard: a-question-in-place-of-another-cancels-it
    replaced?.controller.abort();
    const entry: Entry = {
      controller: new AbortController(),
      question: { key, id, ask, settled: undefined, previous: replaced?.question.settled?.value },
    };
    table.set(key, entry);
    const settle = (value: unknown): void => {
      // guard: a-late-answer-to-a-cancelled-question-is-not-taken
      if (table.get(key) !== entry) return;
      entry.question = { ...entry.question, settled: { value, at: deps.now() } };
      // guard: an-answer-wakes-the-pass
      deps.wake(owner);
    };
    // `work` reports its own failures as values; what it throws all the same must not be lost.
    work(entry.controller.signal).then(settle, /* guard: a-call-that-throws-is-an-answer */ settle);
  };

  const retain = (owner: string, keep: (question: Question) => boolean): void => {
    const table = tables.get(owner);
    for (const [key, entry] of table ?? []) {
      if (keep(entry.question)) continue;
      table?.delete(key);
      // guard: what-is-forgotten-is-cancelled
      entry.controller.abort();
    }
    if (table?.size === 0) tables.delete(owner);
  };

  return {
    find: (owner, key) => tables.get(owner)?.get(key)?.question,
    start,
    retain,
    forget: (owner) => retain(owner, () => false),
  };
}
