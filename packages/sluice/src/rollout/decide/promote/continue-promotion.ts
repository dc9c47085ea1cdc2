import { toTime } from '../../../rules/run/timing.ts';
import { nextPromotionWeight } from '../../../rules/traffic/weights.ts';
import { announce, enterPhase } from '../../draft.ts';
import type { RunPlace } from '../../draft.ts';
import { withPrimaryWords } from '../../ask/ask-pods.ts';
import type { DutyFact } from '../../held.ts';
import { primaryReadiness } from '../../look/readiness.ts';
import { waitFor } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment, Outcome } from '../decision.ts';
import { giveUpRoutes, phaseDeadline } from '../run/give-up-routes.ts';
import { undo } from '../run/undo.ts';
import { wayBack } from '../run/way-back.ts';
import { isSuperseded, keepCanary } from '../run/keep-canary.ts';

/** Moves the traffic back to the primary once it serves the new revision and is large enough. */
export const continuePromotion: Decision<RunPlace> = {
  name: 'continue-promotion',
  run(moment) {
    const { seen, draft, held } = moment;
    // guard: unjudged-canary-loses-its-traffic
    if (isSuperseded(moment) && draft.status.canaryWeight > 0 && seen.ready.primary)
      return leaveCanary(moment);
    const readiness = primaryReadiness(seen);
    const growing = growingMessage(held.facts.primary);
    return /* guard: primary-serves-before-traffic */ readiness.ready &&
      // guard: primary-is-large-enough-before-traffic
      growing === undefined
      ? shift(moment)
      : waitForPrimary(moment, growing ?? withPrimaryWords(moment, readiness.message), readiness.stuck);
  },
};

const growingMessage = (fact: DutyFact): string | undefined =>
  fact.state === 'moving' && fact.wait.reason === 'PrimaryGrowing' ? fact.wait.message : undefined;

/** A primary in a rolling update serves; a canary that was never analysed should get no traffic. */
function leaveCanary(moment: Moment<RunPlace>): Outcome {
  const { draft, seen } = moment;
  draft.status = { ...draft.status, canaryWeight: 0 };
  announce(
    moment,
    'Warning',
    'TrafficRestored',
    `${seen.names.target} changed during promotion, all traffic goes to ${seen.names.primary}`,
  );
  return decided;
}

function waitForPrimary(moment: Moment<RunPlace>, message: string, stuck: boolean): Outcome {
  const { seen } = moment;
  const { primary } = seen.names;
  const deadline = phaseDeadline(moment);
  if (
    // guard: kubernetes-own-deadline-counts-for-the-primary
    stuck ||
    // guard: primary-has-a-deadline
    seen.now >= deadline
  ) {
    const why = `promotion failed: ${primary} is not ready: ${message}`;
    // guard: a-promotion-that-fails-is-undone
    return wayBack(seen, moment.draft.status) === 'undo'
      ? undo(moment, 'PromotionFailed', why)
      : keepCanary(moment, 'PromotionFailed', why);
  }
  return waitFor('workload', 'PrimaryNotReady', `${primary} is not ready: ${message}`, {
    name: primary,
    until: deadline,
  });
}

/** At once, or by `stepWeightPromotion`, each step held for an interval. */
function shift(moment: Moment<RunPlace>): Outcome {
  const { draft, seen, held } = moment;
  const { run, canaryWeight } = draft.status;
  const { primary } = seen.names;
  if (canaryWeight === 0) {
    enterPhase(moment, 'Finalising');
    announce(moment, 'Normal', 'TrafficRestored', `All traffic goes to ${primary}`);
    return decided;
  }
  const { analysis } = seen.canary.spec;
  const stepwise = (analysis.stepWeightPromotion ?? 0) > 0;
  const stuck = stepwise ? /* guard: steps-back-have-a-deadline */ giveUpRoutes(moment) : undefined;
  if (stuck !== undefined) return stuck;
  const next = nextPromotionWeight(analysis, canaryWeight);
  if (stepwise) {
    const { since } = held.routes;
    // guard: steps-back-are-followed-before-the-next
    if (since === undefined || held.routes.alone)
      return waitFor('routes', 'TrafficMoving', `canary weight ${canaryWeight} is not followed yet`, {
        until: phaseDeadline(moment),
      });
    const until = since + seen.intervalMs;
    // guard: traffic-comes-back-in-steps
    if (seen.now < until)
      return waitFor('interval', 'Interval', `canary weight ${canaryWeight} while traffic goes back`, {
        until,
      });
    const text = `Moving ${seen.canary.metadata.name} primary weight to ${100 - next}`;
    announce(moment, 'Normal', 'WeightChanged', text);
  }
  draft.status = {
    ...draft.status,
    canaryWeight: next,
    run: { ...run, step: run.step + 1, phaseSince: toTime(seen.now) },
  };
  return decided;
}
