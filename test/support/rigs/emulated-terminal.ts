import headless from '@xterm/headless';
import type { Terminal } from '@sluice/sluice/cli/print.ts';

/** A terminal emulator without a window: what a person would see, scrollback included. */
export interface EmulatedTerminal extends Terminal {
  /** Everything that was written to it, one element a write. */
  readonly written: readonly string[];
  /** Resizes it as a window manager does: the terminal moves its text first, then the program is told. */
  resize(columns: number, rows: number): Promise<void>;
  /** Lines from the top of the scrollback to the last one that is not empty; a wrapped line is one line. */
  lines(): Promise<readonly string[]>;
  /** Rows on the screen. */
  visible(): Promise<readonly string[]>;
}

export function createEmulatedTerminal(columns: number, rows: number): EmulatedTerminal {
  // A terminal device turns \n into \r\n.
  const terminal = new headless.Terminal({
    cols: columns,
    rows,
    scrollback: 1000,
    allowProposedApi: true,
    convertEol: true,
  });
  const written: string[] = [];
  const listeners: (() => void)[] = [];
  const settled = (): Promise<void> => new Promise((resolve) => terminal.write('', resolve));
  return {
    written,
    isTerminal: true,
    write(text) {
      written.push(text);
      terminal.write(text);
    },
    size: () => ({ columns: terminal.cols, rows: terminal.rows }),
    onResize: (listener) => void listeners.push(listener),
    async resize(newColumns, newRows) {
      await settled();
      terminal.resize(newColumns, newRows);
      for (const listener of listeners) listener();
      await settled();
    },
    async visible() {
      await settled();
      const { active } = terminal.buffer;
      return Array.from(
        { length: terminal.rows },
        (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
      );
    },
    async lines() {
      await settled();
      const buffer = terminal.buffer.active;
      const found: string[] = [];
      for (let index = 0; index < buffer.length; index += 1) {
        const line = buffer.getLine(index);
        const text = line?.translateToString(true) ?? '';
        if (line?.isWrapped === true) found.push(`${found.pop() ?? ''}${text}`);
        else found.push(text);
      }
      while (found.at(-1) === '') found.pop();
      return found;
    },
  };
}
