import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';

/** What the receivers printed. */
export interface ToldLines {
  /** The last 100 lines, oldest first. */
  readonly last: readonly string[];
  add(line: string): void;
  /** Resolves once a line with `text` was or is added; rejects after `limitMs` and when aborted. */
  until(text: string, limits: ToldLimits): Promise<void>;
}

export interface ToldLimits {
  /** For messages: `the message that ... in the chat`. */
  readonly what: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

const mostKept = 100;

export function createToldLines(clock: Clock): ToldLines {
  const last: string[] = [];
  const listeners = new Set<() => void>();
  return {
    last,
    add(line) {
      last.push(line);
      if (last.length > mostKept) last.shift();
      for (const listener of listeners) listener();
    },
    until: (text, { what, limitMs, signal }) =>
      new Promise((resolve, reject) => {
        const end = (problem?: string): void => {
          listeners.delete(look);
          cancel();
          signal.removeEventListener('abort', onAbort);
          if (problem === undefined) resolve();
          else reject(new SluiceError(`${what}: ${problem}`));
        };
        const look = (): void => {
          if (last.some((line) => line.includes(text))) end();
        };
        const onAbort = (): void => end('stopped');
        const cancel = clock.setTimer(limitMs, () => end(`not within ${limitMs / 1000} s`));
        signal.addEventListener('abort', onAbort);
        listeners.add(look);
        if (signal.aborted) onAbort();
        else look();
      }),
  };
}
