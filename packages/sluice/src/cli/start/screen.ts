import { printable } from '@sluice/lib/text/printable.ts';
import type { Terminal } from '../print.ts';

/** Output of the progress: lines below one another, or a picture redrawn in place. */
export interface Screen {
  /** Prints an event, which stays on the screen. An argument is one line. */
  line(...lines: readonly string[]): void;
  /** Prints a change that the picture shows anyway; a line only where there is no picture. */
  detail(text: string): void;
  /** Shows a picture; `frame` is called at each redraw. Does nothing on a plain screen. */
  show(frame: Frame): void;
  /** Stops redrawing; the last picture stays. */
  end(): void;
}

/** Lines of a picture for a terminal of so many columns, printable. One that is longer is wrapped by the terminal. */
export type Frame = (columns: number) => readonly string[];

/** One line per event, with its time: for a pipe, a file, a CI log. */
export function createPlainScreen(output: Pick<Terminal, 'write'>, now: () => number): Screen {
  const print = (text: string): void =>
    void output.write(`${new Date(now()).toISOString()} ${printable(text)}\n`);
  return {
    line(first = '', ...others) {
      print(first);
      for (const other of others) output.write(`${printable(other)}\n`);
    },
    detail: print,
    show() {},
    end() {},
  };
}
