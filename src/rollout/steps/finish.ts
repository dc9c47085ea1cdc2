import { shortRevision } from '../../rules/revision.ts';
import { copyConfigs } from '../configs/copy-configs.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult, Stop } from '../context.ts';
import { announce, enterPhase } from '../draft.ts';
import { giveUpRoutes } from '../run/give-up-routes.ts';

/** Success means that the primary runs the new revision, takes all traffic, and the canary is gone. */
export const finish: Step = {
  name: 'finish',
  async run(context): Promise<StepResult> {
    const { draft, world, memory } = context;
    const { run } = draft.status;
    if (draft.status.phase !== 'Finalising' || run === undefined) return 'continue';
    const stuck = giveUpRoutes(context);
    if (stuck !== undefined) return stuck;
    // guard: success-after-traffic
    if (memory.hold === undefined || memory.hold.alone)
      return stop(
        'routes',
        `waiting until all traffic is at the primary: ${memory.routesProblem ?? 'it is not ready'}`,
      );
    // guard: success-after-scale-down
    if (world.target !== undefined && world.workload.replicas(world.target) > 0) {
      return stop('workload', `${world.names.target} is being scaled down`, { name: world.names.target });
    }
    const held = await restoreCopies(context);
    if (held !== undefined) return held;
    draft.status = {
      ...draft.status,
      // guard: success-records-the-revision
      lastPromotedSpec: run.revision,
      lastAppliedSpec: run.revision,
      canaryWeight: 0,
      iterations: 0,
    };
    enterPhase(context, 'Succeeded');
    const { name } = world.canary.metadata;
    const revision = shortRevision(run.revision);
    const text = run.cause === undefined ? `Promotion of ${name} revision ${revision} completed` : run.cause;
    announce(context, 'Normal', run.cause === undefined ? 'Promoted' : 'Withdrawn', text);
    const skipped = world.canary.spec.skipAnalysis === true;
    draft.ended = {
      result: run.cause === undefined ? 'success' : 'withdrawn',
      analysis: skipped ? 'skipped' : 'completed',
    };
    return 'decided';
  },
};

/** A promotion that broke off before the primary was touched may have changed its copies: what was withdrawn goes back in them, too. */
async function restoreCopies(context: PassContext): Promise<Stop | undefined> {
  const { draft, world } = context;
  const { run } = draft.status;
  return run?.cause !== undefined && world.revision === run.revision
    ? // guard: withdrawn-configuration-goes-back
      copyConfigs(context)
    : undefined;
}
