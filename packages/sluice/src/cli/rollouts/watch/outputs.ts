import type { Clock } from '@sluice/lib/ports/clock.ts';
import { printable } from '@sluice/lib/text/printable.ts';
import type { Terminal } from '../../print.ts';
import { createTreeScreen } from '../../start/tree-screen.ts';
import type { Paper } from '../paper.ts';
import type { ListedView } from '../read-rollout.ts';

/** Where a watch shows its canaries. */
export interface WatchOutput {
  /** Called after each change. */
  show(views: readonly ListedView[]): void;
  /** Live data is lost, or back (undefined). */
  lost(message: string | undefined): void;
  end(): void;
}

/** One line for each change, and one a minute while it waits, so that the log of a CI does not look dead. */
export function createLineOutput(
  paper: Paper,
  clock: Clock,
  lineOf: (view: ListedView) => string,
): WatchOutput {
  const last = new Map<string, string>();
  let views: readonly ListedView[] = [];
  const write = (line: string): void => paper.out(`${new Date(clock.now()).toISOString()} ${line}`);
  let cancel = clock.setTimer(stillMs, still);
  function still(): void {
    for (const view of views)
      if (view.kind === 'RolloutView' && view.waitsFor.kind !== 'nothing')
        write(`${lineOf(view)} (still waiting)`);
    cancel = clock.setTimer(stillMs, still);
  }
  return {
    show(next) {
      views = next;
      const keys = new Set(views.map(keyOf));
      for (const key of last.keys())
        if (!keys.has(key)) {
          last.delete(key);
          write(`${key} deleted`);
        }
      for (const view of views) {
        const line = lineOf(view);
        if (last.get(keyOf(view)) === line) continue;
        last.set(keyOf(view), line);
        write(line);
      }
    },
    lost: (message) => paper.err(message ?? 'live data is back'),
    end: () => cancel(),
  };
}

const stillMs = 60_000;

const keyOf = ({ metadata }: ListedView): string => `${metadata.namespace}/${metadata.name}`;

/** One compact object a line for each change, for programs. */
export function createJsonOutput(paper: Paper): WatchOutput {
  const last = new Map<string, string>();
  return {
    show(views) {
      const keys = new Set(views.map(keyOf));
      for (const key of last.keys()) if (!keys.has(key)) last.delete(key);
      for (const view of views) {
        const version = JSON.stringify(view);
        if (last.get(keyOf(view)) === version) continue;
        last.set(keyOf(view), version);
        paper.jsonLine(view);
      }
    },
    lost: (message) => paper.err(message ?? 'live data is back'),
    end() {},
  };
}

/** A picture that is redrawn in place, at most five times a second, and never higher than the terminal. */
export function createPictureOutput(
  terminal: Terminal,
  paper: Paper,
  clock: Clock,
  picture: (views: readonly ListedView[], columns: number) => readonly string[],
): WatchOutput {
  const screen = createTreeScreen(
    terminal,
    (delayMs, action) => clock.setTimer(delayMs, action),
    paper.paint,
  );
  let views: readonly ListedView[] = [];
  let lost: string | undefined;
  let isShown = false;
  return {
    show(next) {
      views = next;
      if (isShown) return;
      isShown = true;
      screen.show((columns) => [
        ...picture(views, columns).map((line) => paper.fit(line)),
        ...(lost === undefined ? [] : [printable(`! ${lost}`)]),
      ]);
    },
    lost(message) {
      lost = message;
    },
    end: () => screen.end(),
  };
}
