import { describeCheck } from '../../rules/answer-text.ts';
import { hooksOf } from '../../rules/hooks.ts';
import { isUndecided } from '../../rules/phases.ts';
import type { Step } from '../context.ts';
import { consultHook } from '../consult-hook.ts';
import { calm, warnOnce } from '../draft.ts';
import { failRun } from '../run-ends.ts';

/**
 * Asks the rollback hooks, each at its own pace, beside whatever else the run waits for: a slow check or a
 * closed gate never keeps their yes from being seen. No answer means no rollback.
 */
export const askRollback: Step = {
  name: 'ask-rollback',
  run(context) {
    const { draft, world } = context;
    if (!isUndecided(draft.status.phase) || draft.status.run === undefined) return 'continue';
    for (const hook of hooksOf(world.canary, 'rollback')) {
      const consulted = consultHook(context, hook, { phase: draft.status.phase, scope: 'run', polled: true });
      if (consulted.state !== 'answered') continue;
      if (consulted.answer.outcome === 'passed')
        return failRun(context, 'RollbackAsked', `rollback hook "${hook.name}" asked for it`);
      const reason = 'RollbackHookUnanswered';
      if (consulted.answer.outcome === 'failed')
        warnOnce(context, reason, describeCheck(hook, consulted.answer));
      else calm(context, reason);
    }
    return 'continue';
  },
};
