import { columnsOf } from '@sluice/lib/text/wrap.ts';

/** The rows that a line takes on a terminal of so many columns, such as one that was made narrower. */
function breakAt(line: string, columns: number): readonly string[] {
  const rows = [''];
  let column = 0;
  for (const character of line) {
    const width = columnsOf(character);
    if (column + width > columns) {
      rows.push('');
      column = 0;
    }
    column += width;
    rows[rows.length - 1] += character;
  }
  return rows;
}

export const rowsOf = (line: string, columns: number): number => breakAt(line, columns).length;

export const rowsOfAll = (lines: readonly string[], columns: number): number =>
  lines.reduce((sum, line) => sum + rowsOf(line, columns), 0);

/**
 * Fits lines into so many rows: the last line stays, and one before it says how many lines there is no room for. A
 * terminal of three rows or fewer shows the first ones only.
 */
export function fold(lines: readonly string[], rows: number, columns: number): readonly string[] {
  if (rowsOfAll(lines, columns) <= rows) return lines;
  const last = lines.at(-1) ?? '';
  const room = rows - 1 - rowsOf(last, columns);
  const kept = firstThatFit(lines.slice(0, -1), room < 1 ? rows : room, columns);
  if (room < 1) return kept;
  const missing = lines.length - 1 - kept.length;
  const notice = `… ${missing} more line${missing === 1 ? '' : 's'}: make the window higher`;
  return [...kept, Array.from(notice).slice(0, columns).join(''), last];
}

function firstThatFit(lines: readonly string[], rows: number, columns: number): readonly string[] {
  let left = rows;
  const end = lines.findIndex((line) => (left -= rowsOf(line, columns)) < 0);
  return end === -1 ? lines : lines.slice(0, end);
}

/** The first `rows` rows of lines, as lines: of one that is broken there, its beginning. */
export function firstRows(lines: readonly string[], rows: number, columns: number): readonly string[] {
  const kept: string[] = [];
  let left = rows;
  for (const line of lines) {
    if (left <= 0) break;
    const broken = breakAt(line, columns);
    kept.push(broken.slice(0, left).join(''));
    left -= broken.length;
  }
  return kept;
}
