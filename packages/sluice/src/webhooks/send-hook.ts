import { backOff } from '@sluice/lib/time/back-off.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HookAnswer, HookCall, PauseSend, SendHook } from '../ports/hooks.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { attemptHook } from './attempt-hook.ts';
import type { Attempt } from './attempt-hook.ts';

export interface SendHookDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  /** 0 up to 1, as Math.random. */
  readonly random: () => number;
  readonly log: Log;
  /** Version of the program, for the User-Agent header. */
  readonly version?: string;
}

const RETRY_RANGE = { firstMs: 1000, maxMs: 30_000 };

/** The one way to call a hook: asks until there is an answer or the attempts are used up. */
export function createSendHook(deps: SendHookDeps): SendHook {
  const userAgent = deps.version === undefined ? 'sluice' : `sluice/${deps.version}`;
  const attemptDeps = { http: deps.http, clock: deps.clock, userAgent };

  const sleepOnly: PauseSend = (ms, signal) => sleep(deps.clock, ms, signal);

  return async (call, signal, pause = sleepOnly) => {
    const started = deps.clock.now();
    const attempts = 1 + Math.max(0, call.retries);
    for (let attempt = 1; ; attempt += 1) {
      const result = await attemptHook(attemptDeps, call, attempt, signal);
      const answer = answerOf(result, attempt, deps.clock.now() - started);
      if (
        // guard: what-is-final-is-not-retried
        !result.retryable ||
        // guard: retries-are-bounded
        attempt >= attempts
      )
        return logged(deps.log, call, answer);
      await pause(pauseMs(result, attempt, deps.random), signal);
      // guard: a-cancelled-pause-asks-no-more
      if (signal.aborted) {
        const message = `cancelled after ${attempt} of ${attempts} attempts`;
        const durationMs = deps.clock.now() - started;
        return logged(deps.log, call, { outcome: 'cancelled', message, attempts: attempt, durationMs });
      }
    }
  };
}

/** The pause in milliseconds. A receiver's `Retry-After` may lengthen it, never beyond the cap. */
function pauseMs(result: Attempt, attempt: number, random: () => number): number {
  const own = backOff(attempt, RETRY_RANGE, random);
  return Math.min(
    // guard: retry-after-is-capped
    RETRY_RANGE.maxMs,
    Math.max(own, /* guard: retry-after-is-heeded */ result.retryAfterMs ?? 0),
  );
}

function answerOf(result: Attempt, attempts: number, durationMs: number): HookAnswer {
  const { outcome, code, message } = result;
  return { outcome, message, attempts, durationMs, ...(code === undefined ? {} : { code }) };
}

function logged(log: Log, call: HookCall, answer: HookAnswer): HookAnswer {
  log.debug('hook called', {
    hook: call.name,
    type: call.type,
    url: call.shownAs,
    deliveryId: call.id,
    ...answer,
  });
  return answer;
}
