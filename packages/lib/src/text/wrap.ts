import { eastAsianWidth } from 'get-east-asian-width';

/** Columns that printable text takes on a terminal: 2 for 漢 and most emoji, 0 for a combining accent. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += isMark.test(character) ? 0 : eastAsianWidth(codePoint(character));
  return columns;
}

/**
 * Breaks one line of printable text at spaces into lines of at most `columns`; a word that is longer is broken within.
 * Each line begins with `first` or, from the second on, `rest`, which count. At least one character stands on a line.
 */
export function wrap(text: string, columns: number, first = '', rest = first): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const prefix = (): string => (lines.length === 0 ? first : rest);
  const room = (): number => Math.max(1, columns - columnsOf(prefix()));
  const end = (): void => {
    lines.push(`${prefix()}${line}`.trimEnd());
    line = '';
  };
  for (const [index, word] of text.split(' ').entries()) {
    const gap = index === 0 || (line === '' && lines.length > 0) ? '' : ' ';
    const fits = columnsOf(line) + gap.length + columnsOf(word) <= room();
    if (!fits && line !== '') end();
    let left = fits ? `${gap}${word}` : word;
    while (columnsOf(left) > room()) {
      line = headOf(left, room());
      left = left.slice(line.length);
      end();
    }
    line += left;
  }
  if (line !== '' || lines.length === 0) end();
  return lines;
}

/** Longest beginning of `word` that fits, at least one character; an accent stays with its letter. */
function headOf(word: string, columns: number): string {
  let head = '';
  for (const [character] of word.matchAll(/\P{M}\p{M}*|\p{M}+/gu)) {
    if (head !== '' && columnsOf(head + character) > columns) break;
    head += character;
  }
  return head;
}

const isMark = /^\p{M}$/u;
const codePoint = (character: string): number => character.codePointAt(0) ?? 0;
