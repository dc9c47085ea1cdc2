import { describeProblem } from '../../../api/field-problem.ts';
import { clearWarning, lookAgainAt, warnOnce } from '../../draft.ts';
import type { Decision } from '../decision.ts';

/** Says once for each generation of the spec what is done differently from what it says, whoever leads. */
export const reportWarnings: Decision = {
  name: 'report-warnings',
  run(moment) {
    const { status, metadata } = moment.seen.canary;
    // guard: spec-warnings-once-a-generation
    if (status?.observedGeneration !== undefined && status.observedGeneration === metadata.generation)
      return 'next';
    for (const finding of moment.seen.warnings)
      warnOnce(moment, 'SpecWarning', describeProblem(finding), `SpecWarning ${finding.field}`);
    return 'next';
  },
};

/** Says which ConfigMap or Secret is missing or cannot be read. What is read again in a moment is not worth a Warning. */
export const reportConfigs: Decision = {
  name: 'report-configs',
  run(moment) {
    const { configs } = moment.seen;
    if (configs.state === 'missing') warnOnce(moment, 'ConfigMissing', configs.message);
    else clearWarning(moment, 'ConfigMissing');
    if (configs.state === 'known') clearWarning(moment, 'ConfigUnreadable');
    if (configs.state !== 'unknown') return 'next';
    if (configs.retryAt !== undefined) lookAgainAt(moment.draft, configs.retryAt);
    if (configs.lasting === true) warnOnce(moment, 'ConfigUnreadable', configs.message);
    return 'next';
  },
};
