import { describeCheck } from '../../rules/answer-text.ts';
import { hooksOf } from '../../rules/hooks.ts';
import type { PassContext, Step } from '../context.ts';
import { calm, warnOnce } from '../draft.ts';
import { consultHook } from '../questions/consult-hook.ts';
import { keepCanary } from '../run/keep-canary.ts';
import { failRun } from '../run/run-ends.ts';
import { wayBack } from '../run/way-back.ts';

/**
 * Asks the rollback hooks, each at its own pace, beside whatever else the run waits for: a slow check or a
 * closed gate never keeps their yes from being seen. No answer means no rollback. Asked until the primary serves the
 * new revision: from then on there is nothing to go back to.
 */
export const askRollback: Step = {
  name: 'ask-rollback',
  run(context) {
    const { draft, world } = context;
    const way = wayBack(context);
    if (way === undefined || /* guard: no-rollback-once-the-primary-serves */ way === 'none')
      return 'continue';
    for (const hook of hooksOf(world.canary, 'rollback')) {
      const consulted = consultHook(context, hook, { phase: draft.status.phase, scope: 'run', polled: true });
      if (consulted.state !== 'answered') continue;
      if (/* guard: no-answer-is-no-rollback */ consulted.answer.outcome === 'passed') {
        const why = `rollback hook "${hook.name}" asked for it`;
        return way === 'rollback'
          ? failRun(context, 'RollbackAsked', why)
          : keepCanary(context, 'RollbackAsked', `${why}; ${primaryIsLost(context)}`);
      }
      const reason = 'RollbackHookUnanswered';
      if (consulted.answer.outcome === 'failed')
        warnOnce(context, reason, describeCheck(hook, consulted.answer));
      else calm(context, reason);
    }
    return 'continue';
  },
};

const primaryIsLost = ({ world }: PassContext): string =>
  `${world.names.primary} was updated already and is not ready`;
