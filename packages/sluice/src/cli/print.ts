import { printable, printableText } from '@sluice/lib/text/printable.ts';
import type { LogDestination } from '../platform/log-destination.ts';

/**
 * The only way from a command to the terminal; lint refuses `console` and `process.stdout` in all other files of `cli`.
 * Names, messages and answers come from others, so each line is made printable: none of them moves the cursor, turns
 * the writing direction or looks like a line of ours.
 */
export const print = {
  /** The result, on standard output. An argument is one line. */
  out(...lines: readonly string[]): void {
    write(process.stdout, lines.map((line) => `${printable(line)}\n`).join(''));
  },

  /** What went wrong and what to do, on standard error. An argument is one line. */
  err(...lines: readonly string[]): void {
    write(process.stderr, lines.map((line) => `${printable(line)}\n`).join(''));
  },

  /** Lines of a result whose icons are coloured: `paint` gets printable text. An argument is one line. */
  painted(paint: (line: string) => string, ...lines: readonly string[]): void {
    write(process.stdout, lines.map((line) => `${paint(printable(line))}\n`).join(''));
  },

  /** A question, on standard error: the answer is typed on the same line. */
  prompt(text: string): void {
    write(process.stderr, printable(text));
  },

  /** A value for programs, on standard output: every character kept, the unprintable ones as escapes. */
  json(value: unknown): void {
    write(process.stdout, `${printableText(JSON.stringify(value, undefined, 2))}\n`);
  },

  /** Text with line breaks and tabs of its own, such as a log, on standard output. */
  text(text: string): void {
    write(process.stdout, printableText(text));
  },

  /** Lines of our log, on standard error. */
  log: { write: (text) => write(process.stderr, printableText(text)) } satisfies LogDestination,

  /** Width to which help is wrapped: that of the terminal, of $COLUMNS, or 80. At least 20. */
  get columns(): number {
    return Math.max(leastColumns, process.stdout.columns || Number(process.env['COLUMNS']) || defaultColumns);
  },
};

const leastColumns = 20;
const defaultColumns = 80;

/** A terminal that a picture is drawn on, with control codes that `print` would refuse. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTerminal: boolean;
  /** The size now, which a resize may change before anybody is told. Infinite where there is no terminal. */
  size(): { readonly columns: number; readonly rows: number };
  onResize(listener: () => void): void;
}

/** Standard output as a terminal; whatever is written to it must be printable already. */
export function openTerminal(): Terminal {
  const { stdout } = process;
  return {
    write: (text) => write(stdout, text),
    isTerminal: stdout.isTTY,
    size() {
      if (!stdout.isTTY) return { columns: Infinity, rows: Infinity };
      const [columns, rows] = stdout.getWindowSize();
      return { columns, rows };
    },
    onResize: (listener) => void stdout.on('resize', listener),
  };
}

/** Whether standard error ends at a terminal, where a picture and log lines would overwrite one another. */
export const isErrTerminal = (): boolean => process.stderr.isTTY;

/** Calls `listener` when the reader of our output has gone, as with `| head` or a closed terminal. */
export function onOutputGone(listener: () => void): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', listener);
}

const guarded = new WeakSet<NodeJS.WriteStream>();

function write(stream: NodeJS.WriteStream, text: string): void {
  if (!guarded.has(stream)) {
    guarded.add(stream);
    // Without a listener the process would crash, without an orderly end. There is nobody left to tell.
    stream.on('error', () => {});
  }
  stream.write(text);
}
