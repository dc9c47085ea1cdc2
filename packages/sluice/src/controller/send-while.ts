import { sleep } from '@sluice/lib/time/sleep.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HookAnswer, HookCall, SendHook } from '../ports/hooks.ts';

const lookMs = 250;

/** Holds hook calls back while `mayAct` is false: the next leader makes the same call. */
export function sendWhile(mayAct: () => boolean, send: SendHook, clock: Clock): SendHook {
  return async (call, signal, pause) => {
    // guard: hooks-wait-for-the-lease
    while (!mayAct() && !signal.aborted) await sleep(clock, lookMs, signal);
    return send(call, signal, pause);
  };
}

/** Tells `onHook` of each answer. */
export const reported =
  (send: SendHook, onHook?: (call: HookCall, answer: HookAnswer) => void): SendHook =>
  async (call, signal, pause) => {
    const answer = await send(call, signal, pause);
    onHook?.(call, answer);
    return answer;
  };
