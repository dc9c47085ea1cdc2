import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');

export interface Page {
  /** Relative to the root of the project. */
  readonly file: string;
  readonly text: string;
}

/** README.md, every page below docs/, and those of the examples. */
export function readPages(): readonly Page[] {
  const files = ['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => join(folder, file)),
  );
  return ['README.md', ...files.toSorted()].map((file) => ({
    file,
    text: readFileSync(join(root, file), 'utf8'),
  }));
}

export interface Block {
  /** `docs/faq.md:12`. */
  readonly at: string;
  /** `yaml`; empty for a fence without a language, `indented` for four spaces. */
  readonly language: string;
  readonly text: string;
}

/** Fenced and indented blocks of a page, without the indentation that a list gives them. */
export function blocksOf({ file, text }: Page): readonly Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const start = index;
    const fence = /^( *)```(\S*)/.exec(lines[index] ?? '');
    const found = fence === null ? indentedFrom(lines, index) : fencedFrom(lines, index, fence[1] ?? '');
    if (found === undefined) continue;
    const language = fence === null ? 'indented' : (fence[2] ?? '');
    blocks.push({ at: `${file}:${start + 1}`, language, text: found.text });
    index = found.end;
  }
  return blocks;
}

interface Found {
  readonly text: string;
  /** Index of the last line of the block. */
  readonly end: number;
}

function fencedFrom(lines: readonly string[], start: number, indent: string): Found {
  const end = lines.findIndex((line, index) => index > start && line.startsWith(`${indent}\`\`\``));
  if (end === -1) throw new Error(`a fence is not closed: ${lines[start]}`);
  const text = lines
    .slice(start + 1, end)
    .map((line) => line.slice(indent.length))
    .join('\n');
  return { text, end };
}

/** Four spaces or more after an empty line; in a list that is as well code as text, which commands tell apart. */
function indentedFrom(lines: readonly string[], start: number): Found | undefined {
  if (!/^ {4}/.test(lines[start] ?? '') || (lines[start - 1] ?? '') !== '') return undefined;
  let end = start;
  while (/^ {4}/.test(lines[end + 1] ?? '')) end += 1;
  const text = lines
    .slice(start, end + 1)
    .map((line) => line.trimStart())
    .join('\n');
  return { text, end };
}
