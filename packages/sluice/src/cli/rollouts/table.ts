import { columnsOf } from '@sluice/lib/text/wrap.ts';

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const gap = 2;
const leastFlexible = 12;

/**
 * A table as lines. Columns are as wide as their widest cell; where that is more than `columns`, the column of index
 * `flexible` is cut, and `…` says so.
 */
export function tableLines(
  { header, rows }: Table,
  options: { readonly columns: number; readonly flexible?: number; readonly withHeader: boolean },
): readonly string[] {
  const shown = options.withHeader ? [header, ...rows] : rows;
  const widths = header.map((_, index) => Math.max(0, ...shown.map((row) => columnsOf(row[index] ?? ''))));
  const total = widths.reduce((sum, width) => sum + width, 0) + gap * (widths.length - 1);
  const { flexible = -1 } = options;
  const excess = total - options.columns;
  if (excess > 0 && widths[flexible] !== undefined)
    widths[flexible] = Math.max(leastFlexible, widths[flexible] - excess);
  return shown.map((row) =>
    row
      .map((cell, index) => pad(cut(cell, widths[index] ?? 0), widths[index] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columnsOf(text)));

/** `text` in at most `columns`. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (columnsOf(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
