import { enterPhase } from '../draft.ts';
import type { Step } from '../context.ts';

export const beginInitializing: Step = {
  name: 'begin-initializing',
  run(context) {
    if (context.draft.status.phase !== '') return 'continue';
    enterPhase(context, 'Initializing');
    return 'decided';
  },
};
