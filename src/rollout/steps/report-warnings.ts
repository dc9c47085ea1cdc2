import { describeProblem } from '../../api/field-problem.ts';
import type { Step } from '../context.ts';
import { warnOnce } from '../draft.ts';

/** Says once for each generation of the spec what is done differently from what it says, whoever leads. */
export const reportWarnings: Step = {
  name: 'report-warnings',
  run(context) {
    const { status, metadata } = context.world.canary;
    // guard: spec-warnings-once-a-generation
    if (status?.observedGeneration !== undefined && status.observedGeneration === metadata.generation)
      return 'continue';
    for (const finding of context.world.warnings)
      warnOnce(context, 'SpecWarning', describeProblem(finding), `SpecWarning ${finding.field}`);
    return 'continue';
  },
};
