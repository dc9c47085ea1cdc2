import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { sameJson } from '@sluice/lib/json/merge.ts';

/**
 * The book of one Canary's status: what was read, tried and written, always as it stands on the server. Only we write
 * it, so a status that reads otherwise was written by somebody else.
 */
export interface StatusBook {
  /** As we read it first or wrote it last; undefined when we cannot know. */
  known: { readonly resourceVersion: string | undefined; readonly status: unknown } | undefined;
  /** What we tried to write since: one of these may stand there although its answer was lost. */
  attempted: readonly unknown[];
  /**
   * The version of the Canary that our last write made of the very one it was decided on; undefined when it was not
   * done so. Settled when the write is answered: the watch may tell of it before.
   */
  written: Promise<string | undefined>;
  /** Writes that were not ours. */
  foreignWrites: number;
  /** Another controller works on this canary: we do not. */
  yielded: boolean;
}

export const createStatusBook = (): StatusBook => ({
  known: undefined,
  attempted: [],
  written: Promise.resolve(undefined),
  foreignWrites: 0,
  yielded: false,
});

/** Whether somebody else wrote the status that `canary`, as read from the server, has. */
export function isForeignStatus({ known, attempted }: StatusBook, canary: AnyKubeObject): boolean {
  // A version that was seen already can read differently after a change of the CRD.
  if (known === undefined || known.resourceVersion === canary.metadata.resourceVersion) return false;
  const status = canary['status'] ?? {};
  return ![known.status ?? {}, /* guard: a-lost-write-makes-no-rival */ ...attempted].some((own) =>
    sameJson(own, status),
  );
}

export function noteRead(book: StatusBook, canary: AnyKubeObject): void {
  book.known = { resourceVersion: canary.metadata.resourceVersion, status: canary['status'] };
}

/** More than can be on their way: each waits for its answer. */
const attemptsKept = 8;

/** To be called before a write: its answer may be lost, and what it did be seen only after more passes over what stood before. */
export function noteAttempt(book: StatusBook, status: unknown): void {
  book.attempted = [...book.attempted.slice(1 - attemptsKept), status];
}

/** A write was answered. Those before it were done by then, or carry a version that is too old. */
export function noteWritten(book: StatusBook, canary: AnyKubeObject): void {
  book.attempted = [];
  noteRead(book, canary);
}

/** Nobody knows whether our write was done: what comes next is taken as it is. */
export function forgetStatus(book: StatusBook): void {
  book.known = undefined;
}
