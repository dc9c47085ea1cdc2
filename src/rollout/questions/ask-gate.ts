import type { HookAnswer } from '../../ports/hooks.ts';
import { hooksOf } from '../../rules/hooks.ts';
import type { Hook, HookType } from '../../rules/hooks.ts';
import type { PassContext } from '../context.ts';
import { consultHook } from './consult-hook.ts';

export type GateState =
  | { readonly state: 'passed'; readonly hooks: readonly Hook[] }
  /** Somebody said no, or could not be asked. */
  | { readonly state: 'closed'; readonly hook: Hook; readonly answer: HookAnswer }
  /** Asked for the first time, not answered yet. */
  | { readonly state: 'open'; readonly hook: Hook };

/** All gates of one type, in list order: the first that does not pass decides. */
export function askGate(
  context: PassContext,
  type: HookType,
  details: { readonly phase: string; readonly scope: string },
): GateState {
  const hooks = hooksOf(context.world.canary, type);
  for (const hook of hooks) {
    const consulted = consultHook(context, hook, { ...details, polled: true });
    if (consulted.state === 'open') {
      if (/* guard: a-gate-being-asked-again-is-closed */ consulted.previous === undefined)
        return { state: 'open', hook };
      return { state: 'closed', hook, answer: consulted.previous };
    }
    // guard: every-gate-of-a-type
    if (consulted.answer.outcome !== 'passed') {
      return { state: 'closed', hook, answer: consulted.answer };
    }
  }
  return { state: 'passed', hooks };
}
