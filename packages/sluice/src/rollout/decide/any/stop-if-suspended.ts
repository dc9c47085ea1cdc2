import { waitFor } from '../../wait.ts';
import type { Decision } from '../decision.ts';

/** A suspended canary keeps its routes as they are and decides nothing. */
export const stopIfSuspended: Decision = {
  name: 'stop-if-suspended',
  run: ({ seen }) =>
    seen.canary.spec.suspend === true
      ? waitFor('person', 'Suspended', 'suspended; set spec.suspend to false to go on')
      : 'next',
};
