import { stop } from '../context.ts';
import type { Step } from '../context.ts';

/** A suspended canary keeps its routes as they are and decides nothing. */
export const stopIfSuspended: Step = {
  name: 'stop-if-suspended',
  run(context) {
    if (context.world.canary.spec.suspend !== true) return 'continue';
    return stop('person', 'suspended; set spec.suspend to false to go on');
  },
};
