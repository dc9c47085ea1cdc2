import { withDeadline } from '@sluice/lib/time/deadline.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';

export interface Load {
  /** Requests answered, whatever the answer. */
  readonly answered: number;
  /** Requests that got no answer: refused, reset, timed out. */
  readonly broken: number;
  stop(): void;
}

interface LoadDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
}

const requestDeadlineMs = 10_000;
const overdue = (): Error => new Error('no answer in time');

/** Sends `perSecond` requests a second to `url`, on a fixed plan: a slow answer does not slow the load. */
export function startLoad(deps: LoadDeps, url: string, perSecond: number): Load {
  const counts = { answered: 0, broken: 0 };
  const stopping = new AbortController();
  const startedAt = deps.clock.now();
  let sent = 0;
  let cancel = (): void => undefined;

  const send = async (): Promise<void> => {
    try {
      await request(deps, url, stopping.signal);
      counts.answered += 1;
    } catch {
      if (!stopping.signal.aborted) counts.broken += 1;
    }
  };
  const next = (): void => {
    sent += 1;
    void send();
    const due = startedAt + (sent * 1000) / perSecond;
    cancel = deps.clock.setTimer(Math.max(0, due - deps.clock.now()), next);
  };
  next();
  return {
    get answered() {
      return counts.answered;
    },
    get broken() {
      return counts.broken;
    },
    stop() {
      cancel();
      stopping.abort();
    },
  };
}

function request({ clock, http }: LoadDeps, url: string, signal: AbortSignal): Promise<void> {
  return withDeadline({ clock, ms: requestDeadlineMs, signal, overdue }, async (bounded) => {
    const response = await http.send({ method: 'GET', url }, bounded);
    await response.discard();
  });
}
