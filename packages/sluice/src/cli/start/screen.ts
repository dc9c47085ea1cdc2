/** Output of the progress: lines below one another, or a picture redrawn in place. */
export interface Screen {
  /** Prints an event, which stays on the screen. */
  line(text: string): void;
  /** Prints a change that the picture shows anyway; a line only where there is no picture. */
  detail(text: string): void;
  /** Shows a picture; `frame` is called at each redraw. Does nothing on a plain screen. */
  show(frame: () => readonly string[]): void;
  /** Stops redrawing; the last picture stays. */
  end(): void;
}

export interface ScreenOutput {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
}

/** One line per event, with its time: for a pipe, a file, a CI log. */
export function createPlainScreen(output: ScreenOutput, now: () => number): Screen {
  const line = (text: string): void => void output.write(`${new Date(now()).toISOString()} ${text}\n`);
  return {
    line,
    detail: line,
    show() {},
    end() {},
  };
}

const redrawMs = 200;
/** The terminal cuts lines that are longer than it is wide, whatever the width of their characters. */
const wrapOff = '\u001b[?7l';
const wrapOn = '\u001b[?7h';
const eraseRight = '\u001b[K';
const eraseBelow = '\u001b[J';

/**
 * Redraws by moving the cursor up and overwriting the picture, in one write and only after a change: no flicker,
 * the scrollback is kept, and a selection stays selected.
 */
export function createTreeScreen(
  output: ScreenOutput,
  setTimer: (delayMs: number, action: () => void) => () => void,
  paint: (line: string) => string = (line) => line,
): Screen {
  let frame: (() => readonly string[]) | undefined;
  let drawn: readonly string[] = [];
  let cancel: (() => void) | undefined;

  const draw = (above = ''): void => {
    const lines = (frame?.() ?? []).slice(0, (output.rows ?? 40) - 1);
    if (above === '' && lines.join('\n') === drawn.join('\n')) return;
    const picture = lines.map((line) => `${paint(line)}${eraseRight}\n`).join('');
    output.write(`${up(countRows(drawn, output.columns))}${above}${wrapOff}${picture}${wrapOn}${eraseBelow}`);
    drawn = lines;
  };
  const schedule = (): void => {
    cancel = setTimer(redrawMs, () => {
      draw();
      schedule();
    });
  };
  return {
    line: (text) => draw(`${paint(text).replaceAll('\n', `${eraseRight}\n`)}${eraseRight}\n`),
    detail() {},
    show(next) {
      frame = next;
      draw();
      if (cancel === undefined) schedule();
    },
    end() {
      cancel?.();
      cancel = undefined;
      draw();
      frame = undefined;
      drawn = [];
    },
  };
}

const up = (rows: number): string => (rows > 0 ? `\u001b[${rows}A\r` : '');

/** Rows that `lines` take: a terminal that was made narrower has wrapped them. */
const countRows = (lines: readonly string[], columns = Infinity): number =>
  lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(Array.from(line).length / columns)), 0);
