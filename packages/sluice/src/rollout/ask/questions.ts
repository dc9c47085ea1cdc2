import { SharedPlaces } from '@sluice/lib/queue/shared-places.ts';
import type { PlaceOwner } from '@sluice/lib/queue/shared-places.ts';

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

interface Entry extends PlaceOwner {
  question: Question;
  readonly controller: AbortController;
  readonly begin: () => void;
}

/**
 * Requests at once for the questions of one namespace. More than any rollout needs; receivers that never answer hold up the
 * questions of their own namespace only.
 */
const openPerNamespace = 512;

export interface QuestionsDeps {
  readonly now: () => number;
  /** Called when a question has its answer. */
  readonly wake: (owner: string) => void;
  readonly openPerNamespace?: number;
}

export const createQuestions = (deps: QuestionsDeps): Questions => new QuestionTable(deps);

class QuestionTable implements Questions {
  readonly #deps: QuestionsDeps;
  readonly #tables = new Map<string, Map<string, Entry>>();
  readonly #places: SharedPlaces<Entry>;

  constructor(deps: QuestionsDeps) {
    this.#deps = deps;
    const perGroup = deps.openPerNamespace ?? openPerNamespace;
    this.#places = new SharedPlaces({ all: Infinity, perGroup, perMember: Infinity });
  }

  find(owner: string, key: string): Question | undefined {
    return this.#tables.get(owner)?.get(key)?.question;
  }

  start(owner: string, { key, id, ask, work }: NewQuestion): void {
    const table = this.#tables.get(owner) ?? new Map<string, Entry>();
    this.#tables.set(owner, table);
    const replaced = table.get(key);
    // guard: a-question-in-place-of-another-cancels-it
    this.#cancel(replaced);
    const entry: Entry = {
      group: owner.slice(0, owner.indexOf('/')),
      member: owner,
      controller: new AbortController(),
      begin: () => this.#begin(entry, key, work),
      question: { key, id, ask, settled: undefined, previous: replaced?.question.settled?.value },
    };
    table.set(key, entry);
    this.#places.wait(entry);
    this.#beginNext();
  }

  retain(owner: string, keep: (question: Question) => boolean): void {
    const table = this.#tables.get(owner);
    for (const [key, entry] of table ?? []) {
      if (keep(entry.question)) continue;
      table?.delete(key);
      // guard: what-is-forgotten-is-cancelled
      this.#cancel(entry);
    }
    if (table?.size === 0) this.#tables.delete(owner);
  }

  forget(owner: string): void {
    this.retain(owner, () => false);
  }

  #beginNext(): void {
    for (let next = this.#places.admit(); next !== undefined; next = this.#places.admit()) next.begin();
  }

  #begin(entry: Entry, key: string, work: NewQuestion['work']): void {
    const settle = (value: unknown): void => this.#settle(entry, key, value);
    // `work` reports its own failures as values; what it throws all the same must not be lost.
    void work(entry.controller.signal)
      .then(settle, /* guard: a-call-that-throws-is-an-answer */ settle)
      .finally(() => {
        this.#places.release(entry);
        this.#beginNext();
      });
  }

  #settle(entry: Entry, key: string, value: unknown): void {
    // guard: a-late-answer-to-a-cancelled-question-is-not-taken
    if (this.#tables.get(entry.member)?.get(key) !== entry) return;
    entry.question = { ...entry.question, settled: { value, at: this.#deps.now() } };
    // guard: an-answer-wakes-the-pass
    this.#deps.wake(entry.member);
  }

  #cancel(entry: Entry | undefined): void {
    if (entry === undefined) return;
    this.#places.withdraw(entry);
    entry.controller.abort();
  }
}
