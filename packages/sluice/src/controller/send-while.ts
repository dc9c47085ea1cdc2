import { sleep } from '@sluice/lib/time/sleep.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { SendHook } from '../ports/hooks.ts';

const lookMs = 250;

/** Hooks wait while `mayAct` is false: an answer would be an invented one, and its successor asks the same. */
export function sendWhile(mayAct: () => boolean, send: SendHook, clock: Clock): SendHook {
  return async (call, signal) => {
    // guard: hooks-wait-for-the-lease
    while (!mayAct() && !signal.aborted) await sleep(clock, lookMs, signal);
    return send(call, signal);
  };
}
