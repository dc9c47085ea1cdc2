/** Where progress goes: lines below one another, or a picture redrawn in place. */
export interface Screen {
  /** Something that happened; stays. */
  line(text: string): void;
  /** One of the many things that a picture shows anyway; a line only where there is no picture. */
  detail(text: string): void;
  /** The picture of now; `frame` is asked again at each redraw. Nothing on a plain screen. */
  show(frame: () => readonly string[]): void;
  /** Leaves the last picture where it is. */
  end(): void;
}

export interface ScreenOutput {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
}

/** One line per event, stamped: fit for a pipe, a file, a CI log. */
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
/** Lines longer than the terminal is wide are cut by it, whatever the width of their characters. */
const wrapOff = '\u001b[?7l';
const wrapOn = '\u001b[?7h';
const eraseRight = '\u001b[K';
const eraseBelow = '\u001b[J';

/**
 * Redraws by moving the cursor up and writing over what is there, in one write and only when something has
 * changed: no flicker, the scrollback is kept, and what a person has selected stays selected.
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

/** A terminal that was made narrower has wrapped what stood there. */
const countRows = (lines: readonly string[], columns = Infinity): number =>
  lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(Array.from(line).length / columns)), 0);
