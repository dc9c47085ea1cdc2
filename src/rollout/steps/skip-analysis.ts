import { isAnalysing } from '../../rules/phases.ts';
import type { Step } from '../context.ts';
import { announce, enterPhase } from '../draft.ts';

/** `spec.skipAnalysis`: a ready canary is promoted without gates and checks. */
export const skipAnalysis: Step = {
  name: 'skip-analysis',
  run(context) {
    const { draft, world } = context;
    if (world.canary.spec.skipAnalysis !== true || !isAnalysing(draft.status.phase)) return 'continue';
    enterPhase(context, 'Promoting');
    announce(
      context,
      'Normal',
      'AnalysisSkipped',
      `Promoting ${world.names.target} without analysis (spec.skipAnalysis)`,
    );
    return 'decided';
  },
};
