import { shortRevision } from '../../../rules/run/revision.ts';
import { toTime } from '../../../rules/run/timing.ts';
import { announce, enterPhase } from '../../draft.ts';
import { decided } from '../decision.ts';
import type { Moment, Outcome } from '../decision.ts';
import { fallbackWeight } from './fallback-weight.ts';

/** Starts the analysis: the target is scaled up. */
export function startRun(moment: Moment): Outcome {
  const { draft, seen } = moment;
  const { run } = draft.status;
  if (run === undefined) return 'next';
  draft.status = {
    ...draft.status,
    canaryWeight: fallbackWeight(seen, draft.status),
    iterations: 0,
    failedChecks: 0,
    lastAppliedSpec: run.revision,
    run: { ...run, notReadySince: toTime(seen.now) },
  };
  const { start: _used, ...started } = draft.status;
  draft.status = started;
  enterPhase(moment, 'Progressing');
  announce(
    moment,
    'Normal',
    'RunStarted',
    `New revision ${shortRevision(run.revision)} detected! Scaling up ${seen.names.target}.${seen.namespace}`,
  );
  draft.effects.push({ kind: 'timers-forgotten' });
  return decided;
}
