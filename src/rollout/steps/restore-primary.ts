import { isAnalysing, isInitializing } from '../../rules/phases.ts';
import { configsStop } from '../configs/config-state.ts';
import { stop } from '../context.ts';
import type { PassContext, Step } from '../context.ts';
import { calm, warnOnce } from '../draft.ts';
import { isDecisionDue } from '../run/decision-due.ts';
import { buildPrimary, describeTarget } from './create-primary.ts';

/**
 * Builds the primary again when somebody deleted it, but only from a revision that was promoted or is being
 * promoted. A run goes on without it, the canary alone in the routes; its promotion makes the primary anew.
 */
export const restorePrimary: Step = {
  name: 'restore-primary',
  run(context) {
    const { world, draft } = context;
    if (isInitializing(draft.status.phase)) return 'continue';
    if (world.target === undefined)
      warnOnce(context, 'TargetMissing', `${describeTarget(context)} does not exist; create it again`);
    else calm(context, 'TargetMissing');
    if (world.primary !== undefined) {
      calm(context, 'PrimaryMissing');
      return 'continue';
    }
    const { phase } = draft.status;
    const goesOn = isAnalysing(phase) || phase === 'Promoting' || isDecisionDue(context);
    const unknown = configsStop(context);
    if (unknown !== undefined) return goesOn ? 'continue' : unknown;
    if (/* guard: primary-is-rebuilt-from-trusted-revisions */ isTrusted(context))
      return buildPrimary(context);
    const message = `${world.workload.kind} ${world.namespace}/${world.names.primary} is gone, and ${world.names.target} is not the revision that was promoted; put it back to that revision`;
    warnOnce(context, 'PrimaryMissing', message);
    return goesOn ? /* guard: a-run-goes-on-without-its-primary */ 'continue' : stop('person', message);
  },
};

function isTrusted({ world, draft }: PassContext): boolean {
  const { phase, lastPromotedSpec, run } = draft.status;
  if (world.revision === undefined) return false;
  const promoting = phase === 'Promoting' || phase === 'Finalising';
  return world.revision === lastPromotedSpec || (promoting && world.revision === run?.revision);
}
