import { beginPromotion } from '../run/begin-promotion.ts';
import { announce } from '../../draft.ts';
import type { RunPlace } from '../../draft.ts';
import { nameOf } from '../people/people-decision.ts';
import { decided } from '../decision.ts';
import type { Decision } from '../decision.ts';

/** A ready canary is promoted without gates and checks: by `spec.skipAnalysis`, or because somebody decided so. */
export const skipAnalysis: Decision<RunPlace> = {
  name: 'skip-analysis',
  run(moment) {
    const { canary, names } = moment.seen;
    const { promote } = moment.draft.status.run;
    if (canary.spec.skipAnalysis !== true && promote === undefined) return 'next';
    beginPromotion(moment);
    const why =
      promote === undefined
        ? 'without analysis (spec.skipAnalysis)'
        : `without the rest of its analysis, by ${nameOf(promote)}`;
    announce(moment, 'Normal', 'AnalysisSkipped', `Promoting ${names.target} ${why}`);
    return decided;
  },
};
