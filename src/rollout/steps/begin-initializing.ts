import { isInitializing } from '../../rules/phases.ts';
import { enterPhase } from '../draft.ts';
import type { Step } from '../context.ts';
import { suspended } from './stop-if-suspended.ts';

/** A canary that is suspended before it ever ran is left alone. */
export const beginInitializing: Step = {
  name: 'begin-initializing',
  run(context) {
    const { phase } = context.draft.status;
    // guard: suspended-before-it-ever-ran-is-left-alone
    if (isInitializing(phase) && context.world.canary.spec.suspend === true) return suspended;
    if (phase !== '') return 'continue';
    enterPhase(context, 'Initializing');
    return 'decided';
  },
};
