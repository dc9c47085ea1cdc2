import type { Verb } from '../../../api/canary-status.ts';
import type { DecisionRequest } from '../../../rules/people/decision-request.ts';
import type { Decided, Moment } from '../decision.ts';

/** A request whose user is known as far as it can be known. */
export interface Asked extends DecisionRequest {
  readonly verb: Verb;
  /** Whether the API server compared the name with the user of the request. */
  readonly verified: boolean;
}

/** What comes of a request. `ends`: the outcome of a decision that ends or restarts the run, order included. */
export type Answer =
  | { readonly result: 'refused'; readonly message: string }
  | { readonly result: 'done'; readonly message: string; readonly hook?: string; readonly ends?: Decided };

export type Obey = (moment: Moment, asked: Asked) => Answer;

export const refused = (message: string): Answer => ({ result: 'refused', message });

/** `alice (claimed)`, or `somebody` where the request names nobody. */
export const nameOf = ({ by, verified }: Pick<Asked, 'by' | 'verified'>): string =>
  by === '' ? 'somebody' : `${by}${verified ? '' : ' (claimed)'}`;

/** `: wrong image`, or nothing. */
export const becauseOf = ({ reason }: Pick<Asked, 'reason'>): string => (reason === '' ? '' : `: ${reason}`);

/** The fields of a request that are recorded with its effect. */
export const recordOf = (
  { by, verified, via, reason }: Asked,
  at: string,
): { by: string; verified: boolean; via: string; reason?: string; at: string } => ({
  by,
  verified,
  via,
  ...(reason === '' ? {} : { reason }),
  at,
});

const shortestId = 8;

/** Why a request is not about the run; undefined when it is. A request that names no run is about the current one. */
export function isAboutOther(
  { for: about }: Pick<Asked, 'for'>,
  runId: string | undefined,
): string | undefined {
  if (about === undefined) return undefined;
  if (
    runId !== undefined &&
    about.length >= shortestId &&
    /* guard: a-decision-names-its-run */ runId.startsWith(about)
  )
    return undefined;
  return runId === undefined
    ? `it is about run ${about}, and no run is current`
    : `it is about run ${about}, and the current run is ${runId.slice(0, shortestId)}`;
}
