import { firstRows, rowsOf, rowsOfAll } from './fold.ts';

const eraseLine = '\u001b[2K';
const eraseBelow = '\u001b[J';
/** Terminals disagree on how wide some signs are: a line that is thought to fit must not take a second row. */
const wrapOff = '\u001b[?7l';
const wrapOn = '\u001b[?7h';

/** What stands on the terminal, and the size for which it was drawn. */
export interface Drawn {
  readonly lines: readonly string[];
  readonly columns: number;
  readonly rows: number;
  /**
   * What stands above the picture, from the first part of an old picture on; empty where there is none. Such a part left
   * the screen at its top when the terminal was made lower or narrower, and comes back when it is made higher again.
   */
  readonly above: readonly Above[];
}

interface Above {
  readonly line: string;
  /** Part of an old picture, not an event. */
  readonly isOld: boolean;
}

/** Lines above the picture that are remembered; beyond, parts of old pictures stay. */
const mostAbove = 500;

/** What is to stand on a terminal of this size. */
export interface Wanted extends Pick<Drawn, 'lines' | 'columns' | 'rows'> {
  /** New events to print above the picture, printable. */
  readonly events: readonly string[];
}

/**
 * The one write that turns what is drawn into what is wanted; undefined where nothing is to be written. A picture that
 * became lower is filled up with blank rows: the cursor never comes higher, so that its reach after a resize is known.
 */
export function redraw(
  drawn: Drawn | undefined,
  { lines, events, columns, rows }: Wanted,
  paint: (line: string) => string,
): { readonly text: string; readonly drawn: Drawn } | undefined {
  const isMoved = drawn !== undefined && (drawn.columns !== columns || drawn.rows !== rows);
  if (drawn !== undefined && !isMoved && events.length === 0) {
    const height = rowsOfAll(drawn.lines, columns);
    const filled = fill(lines, height, columns);
    const changed = changedOnly(drawn, filled, paint);
    if (changed === '') return undefined;
    if (changed !== undefined) return { text: `${up(height)}${changed}`, drawn: { ...drawn, lines: filled } };
  }
  const old = [...(drawn?.above ?? []), ...(drawn?.lines ?? []).map(asOld)];
  const { beyond, within, reach } = splitAtTop(old, columns, rows - 1);
  const news = [...within.filter(({ isOld }) => !isOld).map(({ line }) => line), ...events];
  const filled = fill(lines, reach - rowsOfAll(news, columns), columns);
  const above = fromFirstOld([...beyond, ...news.map(asEvent)]);
  const text = `${up(reach)}${whole(news, filled, columns, paint)}`;
  return { text, drawn: { lines: filled, columns, rows, above } };
}

/** The write that leaves the picture without its blank rows: what follows stands directly below. */
export function leave({ lines }: Drawn): string {
  const blank = lines.length - 1 - lines.findLastIndex((line) => line !== '');
  return `${up(blank)}${eraseBelow}`;
}

const fill = (lines: readonly string[], rows: number, columns: number): readonly string[] => [
  ...lines,
  ...Array<string>(Math.max(0, rows - rowsOfAll(lines, columns))).fill(''),
];

const asOld = (line: string): Above => ({ line, isOld: true });
const asEvent = (line: string): Above => ({ line, isOld: false });

function fromFirstOld(above: readonly Above[]): readonly Above[] {
  const recent = above.slice(-mostAbove);
  const first = recent.findIndex(({ isOld }) => isOld);
  return first === -1 ? [] : recent.slice(first);
}

/**
 * Splits what stands above the cursor at the row that the cursor can reach. Of an old picture also a part of a line is
 * within reach; an event stays whole.
 */
function splitAtTop(
  lines: readonly Above[],
  columns: number,
  mostReach: number,
): { readonly beyond: readonly Above[]; readonly within: readonly Above[]; readonly reach: number } {
  let reach = 0;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const { line, isOld } = lines[index] as Above;
    const height = rowsOf(line, columns);
    if (reach + height > mostReach) {
      const head = isOld ? firstRows([line], height - (mostReach - reach), columns) : [line];
      const beyond = [...lines.slice(0, index), ...head.map((text) => ({ line: text, isOld }))];
      return { beyond, within: lines.slice(index + 1), reach: isOld ? mostReach : reach };
    }
    reach += height;
  }
  return { beyond: [], within: lines, reach };
}

function whole(
  events: readonly string[],
  lines: readonly string[],
  columns: number,
  paint: (line: string) => string,
): string {
  return `${eraseBelow}${events.map((line) => `${paint(line)}\n`).join('')}${picture(lines, columns, paint)}`;
}

const up = (rows: number): string => (rows > 0 ? `\u001b[${rows}A\r` : '\r');

const down = (rows: number): string => `\u001b[${rows}B`;

const picture = (lines: readonly string[], columns: number, paint: (line: string) => string): string =>
  lines
    .map((line) => (rowsOf(line, columns) > 1 ? `${line}\n` : `${wrapOff}${paint(line)}${wrapOn}\n`))
    .join('');

/** The picture with the lines that differ alone; '' where none does, undefined where that is not enough. */
function changedOnly(
  drawn: Drawn | undefined,
  lines: readonly string[],
  paint: (line: string) => string,
): string | undefined {
  if (drawn === undefined || drawn.lines.length !== lines.length) return undefined;
  const { columns } = drawn;
  const isLong = (line: string): boolean => rowsOf(line, columns) > 1;
  const differ = lines.map((line, index) => line !== drawn.lines[index]);
  if (!differ.includes(true)) return '';
  if (
    lines.some((line, index) => differ[index] === true && (isLong(line) || isLong(drawn.lines[index] ?? '')))
  )
    return undefined;
  return lines
    .map((line, index) =>
      differ[index] === true ? `${eraseLine}${picture([line], columns, paint)}` : down(rowsOf(line, columns)),
    )
    .join('');
}
