import { printable } from '@sluice/lib/text/printable.ts';
import { abortAnnotation } from '../objects/object-keys.ts';

/** The value of the annotation `sluice.dev/abort`: `<run>|<reason>`, or a reason alone. */
export interface AbortRequest {
  /** The value, made printable, at most 1,100 characters, as `status.abort` records it. */
  readonly request: string;
  /** Id of the run to abort; a request without one aborts the run that is current when it is first seen. */
  readonly run?: string;
  /** At most 1,000 characters; may be empty. */
  readonly reason: string;
}

const longestRequest = 1_100;
const longestReason = 1_000;
/** Ids of runs are hashes (rules/run/revision.ts), so a reason that contains a bar is still a reason. */
const bound = /^([0-9a-f]{16,128})\|/;

export function readAbortRequest(
  annotations: Readonly<Record<string, string>> | undefined,
): AbortRequest | undefined {
  const given = annotations?.[abortAnnotation];
  if (given === undefined) return undefined;
  // Before it is cut and compared: what is recorded is what is compared.
  const value = printable(given.slice(0, 6 * longestRequest));
  const run = bound.exec(value)?.[1];
  const reason = run === undefined ? value : value.slice(run.length + 1);
  return {
    request: value.slice(0, longestRequest),
    ...(run === undefined ? {} : { run }),
    reason: reason.slice(0, longestReason),
  };
}
