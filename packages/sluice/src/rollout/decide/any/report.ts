import { describeProblem } from '../../../api/field-problem.ts';
import { clearWarning, lookAgainAt, warnOnce } from '../../draft.ts';
import type { Decision } from '../decision.ts';

/** Warns once per generation of each field that Sluice treats differently from what it says. */
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

/** Warns of a ConfigMap or Secret that is missing or cannot be read; a read that is retried in a moment is not reported. */
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
