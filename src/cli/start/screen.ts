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

/** Redraws by moving the cursor up and erasing line by line: never clears the screen, and keeps the scrollback. */
export function createTreeScreen(
  output: ScreenOutput,
  setTimer: (delayMs: number, action: () => void) => () => void,
): Screen {
  let frame: (() => readonly string[]) | undefined;
  let drawn = 0;
  let cancel: (() => void) | undefined;

  const erase = (): void => {
    if (drawn > 0) output.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = (): void => {
    const lines = (frame?.() ?? []).slice(0, (output.rows ?? 40) - 1);
    erase();
    output.write(lines.map((line) => `${line}\n`).join(''));
    drawn = lines.length;
  };
  const schedule = (): void => {
    cancel = setTimer(redrawMs, () => {
      draw();
      schedule();
    });
  };
  return {
    line(text) {
      erase();
      output.write(`${text}\n`);
      draw();
    },
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
      drawn = 0;
    },
  };
}
