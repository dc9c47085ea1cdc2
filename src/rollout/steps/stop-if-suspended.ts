import { stop } from '../context.ts';
import type { Step } from '../context.ts';

export const suspended = stop('person', 'suspended; set spec.suspend to false to go on');

/** A suspended canary keeps its routes as they are and decides nothing. */
export const stopIfSuspended: Step = {
  name: 'stop-if-suspended',
  run: ({ world }) =>
    world.canary.spec.suspend === true
      ? // guard: nothing-is-decided-while-suspended
        suspended
      : 'continue',
};
