import { describeProblem } from '../../api/field-problem.ts';
import type { Step } from '../context.ts';
import { warnOnce } from '../draft.ts';

/** Says once what is done differently from what the spec says. */
export const reportWarnings: Step = {
  name: 'report-warnings',
  run(context) {
    for (const finding of context.world.warnings)
      warnOnce(context, 'SpecWarning', describeProblem(finding), `SpecWarning ${finding.field}`);
    return 'continue';
  },
};
