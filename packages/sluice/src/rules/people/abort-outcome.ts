import type { DecisionRecord } from '../../api/decision-status.ts';

/** `held`: the run ended, but its version keeps the traffic. `too-late`: nothing ended, the new version serves. */
export type AbortOutcome = 'rolled-back' | 'held' | 'too-late' | 'refused';

const keepsTraffic = /; \S+ keeps the traffic, with /;
const isServed = / is not aborted: (the primary serves )?the new revision, /;

/** What came of the decision `abort`, from the controller's sentence: the record itself knows only done and refused. */
export function abortOutcome({
  result,
  message,
  reason = '',
}: Pick<DecisionRecord, 'result' | 'message' | 'reason'>): AbortOutcome {
  if (result !== 'done') return isServed.test(message) ? 'too-late' : 'refused';
  // What a user wrote decides nothing.
  const said = message.slice(message.indexOf(reason) + reason.length);
  return keepsTraffic.test(said) ? 'held' : 'rolled-back';
}
