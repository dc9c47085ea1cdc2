export interface PassResult {
  /** The decision that ended the pass, for logs, tests and the UI. */
  readonly stoppedAt: string;
  /** Something was decided: run again at once, to make the world match. */
  readonly again: boolean;
  /** Run again at this time (milliseconds) at the latest. */
  readonly wakeAt: number | undefined;
  /** The API could not be used: run again with back-off. */
  readonly failure: unknown;
}

export const ended = (stoppedAt: string, details: Partial<PassResult> = {}): PassResult => ({
  stoppedAt,
  again: false,
  wakeAt: undefined,
  failure: undefined,
  ...details,
});
