import { hooksOf } from '../../rules/hooks.ts';
import { stop } from '../context.ts';
import type { PassContext, Stop } from '../context.ts';
import { consultHook } from './consult-hook.ts';

/** The floor of `pollInterval`: whoever is polled that often is never asked for the sake of a decision. */
const freshMs = 1_000;

/**
 * The last word before a run gets more traffic or is promoted: what the rollback hooks say now, not what they said
 * when they were last polled. A yes is obeyed by the step that asks them all the time; a hook that does not answer
 * holds the decision for its time-out and no longer.
 */
export function hearRollback(context: PassContext): Stop | undefined {
  const { draft, world } = context;
  // All of them, so that they are asked side by side.
  const [first] = hooksOf(world.canary, 'rollback').filter((hook) => {
    const consulted = consultHook(context, hook, {
      phase: draft.status.phase,
      scope: 'run',
      polled: true,
      notBefore: world.now - freshMs,
    });
    return consulted.state === 'open' || consulted.answer.outcome === 'passed';
  });
  if (first === undefined) return undefined;
  // guard: the-step-waits-for-the-rollback-hooks
  return stop('hook', `waiting for the answer of rollback hook "${first.name}" before the next step`, {
    name: first.name,
  });
}
