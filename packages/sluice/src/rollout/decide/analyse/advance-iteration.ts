import type { Run } from '../../../api/canary-status.ts';
import { confirmNoRollback } from '../../ask/confirm-no-rollback.ts';
import { announce, enterPhase } from '../../draft.ts';
import type { RunPlace } from '../../draft.ts';
import { decided } from '../decision.ts';
import type { Moment, Outcome } from '../decision.ts';
import { askPromotion, promote } from './ask-promotion.ts';
import { mirrors } from './mirrors.ts';

/** One more iteration of blue/green or A/B, and after the last one the promotion. */
export function advanceIteration(moment: Moment<RunPlace>): Outcome {
  const { draft, seen } = moment;
  const { run, iterations: done } = draft.status;
  const iterations = seen.canary.spec.analysis.iterations ?? 0;
  // guard: all-iterations-are-made
  if (done < iterations) {
    const text = `Advance ${seen.canary.metadata.name}.${seen.namespace} canary iteration ${done + 1}/${iterations}`;
    return confirmNoRollback(moment) ?? nextIteration(moment, run, text);
  }
  // Confirmed already, and all traffic has been judged at the canary. The count alone does not say so: it can be lowered.
  if (run.confirmPromotion === 'passed')
    return (
      // guard: promotion-after-all-traffic-hears-the-rollback-hooks
      confirmNoRollback(moment) ?? promote(moment)
    );
  const routesAll = seen.strategy === 'blue-green' && seen.router.capabilities.weights;
  return askPromotion(moment, () => {
    if (/* guard: all-traffic-is-judged-before-promotion */ !routesAll) return promote(moment);
    if (draft.status.phase === 'WaitingPromotion') enterPhase(moment, 'Progressing');
    draft.status = { ...draft.status, canaryWeight: 100 };
    return nextIteration(
      moment,
      { ...draft.status.run, confirmPromotion: 'passed' },
      `Routing all traffic to ${seen.names.target}.${seen.namespace}`,
    );
  });
}

function nextIteration(moment: Moment<RunPlace>, run: Run, message: string): Outcome {
  const { draft, seen } = moment;
  const { iterations, canaryWeight } = draft.status;
  draft.status = {
    ...draft.status,
    iterations: iterations + 1,
    run: { ...run, step: run.step + 1, mirrored: mirrors(seen) && canaryWeight === 0 },
  };
  announce(moment, 'Normal', 'IterationAdvanced', message);
  return decided;
}
