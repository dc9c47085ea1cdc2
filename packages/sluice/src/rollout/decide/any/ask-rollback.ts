import { describeCheck } from '../../../rules/hooks/answer-text.ts';
import { hooksOf } from '../../../rules/hooks/hooks.ts';
import { askHook } from '../../ask/ask-hook.ts';
import { clearWarning, warnOnce } from '../../draft.ts';
import type { Decision } from '../decision.ts';
import { keepCanary } from '../run/keep-canary.ts';
import { failRun } from '../run/run-ends.ts';
import { undo } from '../run/undo.ts';
import { wayBack } from '../run/way-back.ts';

/**
 * Calls each rollback hook at its own interval, whatever else the run waits for: a slow check or a closed gate never
 * delays a rollback. No answer means no rollback. The calls end with the run, or, when the previous version of the
 * primary is unknown, as soon as the primary serves the new revision.
 */
export const askRollback: Decision = {
  name: 'ask-rollback',
  run(moment) {
    const { draft, seen } = moment;
    const way = wayBack(seen, draft.status);
    if (
      way === undefined ||
      way === 'undoing' ||
      /* guard: no-rollback-once-the-primary-serves */ way === 'none'
    )
      return 'next';
    for (const hook of hooksOf(seen.canary, 'rollback')) {
      const asked = askHook(moment, hook, { phase: draft.status.phase, scope: 'run', polled: true });
      if (asked.state !== 'answered') continue;
      if (/* guard: no-answer-is-no-rollback */ asked.answer.outcome === 'passed') {
        const why = `rollback hook "${hook.name}" asked for it`;
        if (way === 'rollback') return failRun(moment, 'RollbackAsked', why);
        // guard: a-rollback-after-the-copy-undoes-it
        return way === 'undo'
          ? undo(moment, 'RollbackAsked', why)
          : keepCanary(
              moment,
              'RollbackAsked',
              `${why}; ${seen.names.primary} was updated already and is not ready`,
            );
      }
      const reason = 'RollbackHookUnanswered';
      const about = `${reason} ${hook.index}`;
      if (asked.answer.outcome === 'failed')
        warnOnce(moment, reason, describeCheck(hook, asked.answer), about);
      else clearWarning(moment, about);
    }
    return 'next';
  },
};
