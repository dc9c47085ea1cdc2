import { announce, enterPhase } from '../../draft.ts';
import { decided } from '../decision.ts';
import type { Decision } from '../decision.ts';

/** `spec.skipAnalysis`: a ready canary is promoted without gates and checks. */
export const skipAnalysis: Decision = {
  name: 'skip-analysis',
  run(moment) {
    const { canary, names } = moment.seen;
    if (canary.spec.skipAnalysis !== true) return 'next';
    enterPhase(moment, 'Promoting');
    announce(
      moment,
      'Normal',
      'AnalysisSkipped',
      `Promoting ${names.target} without analysis (spec.skipAnalysis)`,
    );
    return decided;
  },
};
