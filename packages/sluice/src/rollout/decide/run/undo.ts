import { withPorts } from '../../../rules/objects/serving.ts';
import { keptFor } from '../../../rules/run/previous.ts';
import { announce, enterPhase } from '../../draft.ts';
import { decided } from '../decision.ts';
import type { Decided, Moment } from '../decision.ts';

/**
 * Starts to undo a copy: the primary gets its previous template, configuration and ports back, and the traffic goes to
 * the primary as soon as the guard finds it serving. The run is Failed once all of that is done.
 */
export function undo(moment: Moment, reason: string, why: string): Decided {
  const { seen, draft } = moment;
  const { status } = draft;
  const { run, serving = seen.serving } = status;
  const to = run && seen.primary && keptFor(seen.primary, run.id);
  if (run === undefined || to === undefined) return decided;
  const { before, ...rest } = serving;
  draft.status = {
    ...status,
    // guard: what-is-undone-gets-no-traffic
    canaryWeight: 0,
    iterations: 0,
    lastAppliedSpec: run.revision,
    serving: before === undefined ? rest : withPorts(rest, { ...rest, ...before }),
    run: { ...run, cause: why, undo: { to, reason } },
  };
  const { primary } = seen.names;
  const images = (run.oldImages ?? []).join(', ');
  enterPhase(moment, 'Promoting', `The promotion is being undone: ${why}`.slice(0, 1024));
  announce(
    moment,
    'Warning',
    reason,
    `Rolling back ${seen.canary.metadata.name}: ${why}; ${primary} is put back to ${images === '' ? 'what it ran before' : images}`,
  );
  draft.effects.push({ kind: 'timers-forgotten' }, { kind: 'questions-cancelled' });
  return decided;
}
