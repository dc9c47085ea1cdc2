import type { Clock } from '@sluice/lib/ports/clock.ts';

export interface FakeClock extends Clock {
  /**
   * Moves time on by milliseconds or a text such as `1m30s`. Due timers fire in order of their time; between
   * two of them promises and I/O-free callbacks settle, so that what a timer starts may set the next timer.
   */
  advance(duration: number | string): Promise<void>;
  /** Moves on to the next timer that is due until then, or to `until` (milliseconds) when there is none. */
  step(until: number): Promise<void>;
  /** Time passes while the process is busy: no timer fires before it is free again. */
  hold(ms: number): void;
  /** Lets promises settle without moving time. */
  settle(): Promise<void>;
  /** Timers still set: a test can show that nothing was left behind. */
  readonly pending: number;
  /** Timers that have fired. */
  readonly fired: number;
}

interface Timer {
  readonly due: number;
  readonly action: () => void;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Turns of the event loop; each also drains every microtask. */
const usualTurns = 12;
const defaultStart = Date.parse('2026-01-01T00:00:00Z');

/**
 * Time that moves only when told to. `turns` of the event loop are what settling takes: where all is promises, down to the
 * server, one is enough.
 */
export function createFakeClock(start: number | string = defaultStart, turns = usualTurns): FakeClock {
  let fired = 0;
  let now = typeof start === 'number' ? start : Date.parse(start);
  const timers = new Set<Timer>();

  const takeDue = (until: number): Timer | undefined => {
    let next: Timer | undefined;
    // In the order in which they were set: of two that are due at once the first wins.
    for (const timer of timers) if (timer.due <= until && timer.due < (next?.due ?? Infinity)) next = timer;
    if (next !== undefined) {
      timers.delete(next);
      fired += 1;
    }
    return next;
  };

  return {
    now: () => now,
    setTimer(delayMs, action) {
      const timer = { due: now + Math.max(0, delayMs), action };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    settle: () => settle(turns),
    hold: (ms) => void (now += ms),
    async step(until) {
      const timer = takeDue(until);
      now = Math.max(now, timer?.due ?? until);
      timer?.action();
      await settle(turns);
    },
    async advance(duration) {
      const target = now + (typeof duration === 'number' ? duration : parse(duration));
      await settle(turns);
      for (let timer = takeDue(target); timer !== undefined; timer = takeDue(target)) {
        now = Math.max(now, timer.due);
        timer.action();
        await settle(turns);
      }
      now = Math.max(now, target);
    },
    get pending() {
      return timers.size;
    },
    get fired() {
      return fired;
    },
  };
}

async function settle(turns: number): Promise<void> {
  // Once all promises have settled, so that what they gave the event loop to do comes before this.
  await new Promise<void>((resolve) => {
    process.nextTick(resolve);
  });
  for (let turn = 0; turn < turns; turn++) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

function parse(text: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) throw new Error(`not a duration: ${text}`);
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0), 0);
}
