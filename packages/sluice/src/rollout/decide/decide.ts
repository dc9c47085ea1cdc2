import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { warnOnce } from '../draft.ts';
import type { Decision, Moment, Outcome } from './decision.ts';

export interface Taken {
  /** The decision that ended the pass, for logs, tests and the UI. */
  readonly by: string;
  readonly outcome: Outcome;
}

/** The name of a pass that no decision ended. */
export const nothingLeft = 'rest';

/** Asks one decision after the other until one decides or waits. */
export function decide(decisions: readonly Decision[], moment: Moment): Taken {
  for (const decision of decisions) {
    const outcome = attempt(decision, moment);
    if (outcome !== 'next') return { by: decision.name, outcome };
  }
  return { by: nothingLeft, outcome: 'next' };
}

/** An error of an object or the spec becomes a wait for a person. Throws anything else: it is a defect. */
function attempt(decision: Decision, moment: Moment): Outcome {
  try {
    return decision.run(moment);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    const message = describeError(error);
    warnOnce(moment, 'CannotProceed', message);
    return { wait: { for: 'person', reason: 'CannotProceed', message } };
  }
}
