import type { HookAnswer } from '../../ports/hooks.ts';
import { hooksOf } from '../../rules/hooks/hooks.ts';
import type { Hook, HookType } from '../../rules/hooks/hooks.ts';
import { askHook } from './ask-hook.ts';
import type { Asking } from './asking.ts';

export type GateState =
  | { readonly state: 'passed'; readonly hooks: readonly Hook[] }
  /** Somebody said no, or could not be asked. */
  | { readonly state: 'closed'; readonly hook: Hook; readonly answer: HookAnswer }
  /** Asked for the first time, not answered yet. */
  | { readonly state: 'open'; readonly hook: Hook };

/** All gates of one type, in list order: the first that does not pass decides. */
export function askGate(
  asking: Asking,
  type: HookType,
  details: { readonly phase: string; readonly scope: string },
): GateState {
  const hooks = hooksOf(asking.seen.canary, type);
  for (const hook of hooks) {
    const asked = askHook(asking, hook, { ...details, polled: true });
    if (asked.state === 'open') {
      if (/* guard: a-gate-being-asked-again-is-closed */ asked.previous === undefined)
        return { state: 'open', hook };
      return { state: 'closed', hook, answer: asked.previous };
    }
    // guard: every-gate-of-a-type
    if (asked.answer.outcome !== 'passed') {
      return { state: 'closed', hook, answer: asked.answer };
    }
  }
  return { state: 'passed', hooks };
}
