import { printable } from '@sluice/lib/text/printable.ts';
import type { Terminal } from '../print.ts';
import { fold } from './fold.ts';
import { leave, redraw } from './redraw.ts';
import type { Drawn } from './redraw.ts';
import type { Frame, Screen } from './screen.ts';

const redrawMs = 200;

/**
 * Redraws by moving the cursor up, in one write and only after a change: no flicker, the scrollback is kept, and lines
 * that stay the same are not touched, so that a selection in them stays. A terminal that was resized has moved the
 * picture: it is found by the rows that its lines take now.
 */
export function createTreeScreen(
  terminal: Terminal,
  setTimer: (delayMs: number, action: () => void) => () => void,
  paint: (line: string) => string = (line) => line,
): Screen {
  let frame: Frame | undefined;
  let drawn: Drawn | undefined;
  let cancel: (() => void) | undefined;

  const draw = (events: readonly string[] = []): void => {
    const { columns, rows } = terminal.size();
    const lines = frame === undefined ? [] : fold(frame(columns), rows - 1, columns);
    const next = redraw(drawn, { lines, events, columns, rows }, paint);
    if (next === undefined) return;
    terminal.write(next.text);
    drawn = next.drawn;
  };
  const tick = (): void => {
    draw();
    cancel = setTimer(redrawMs, tick);
  };
  terminal.onResize(() => (cancel === undefined ? undefined : draw()));
  return {
    line: (...lines) => draw(lines.map(printable)),
    detail() {},
    show(next) {
      frame = next;
      cancel?.();
      tick();
    },
    end() {
      cancel?.();
      cancel = undefined;
      draw();
      if (drawn !== undefined) terminal.write(leave(drawn));
      frame = undefined;
      drawn = undefined;
    },
  };
}
