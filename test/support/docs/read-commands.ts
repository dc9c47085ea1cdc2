import type { Block, Page } from './read-pages.ts';
import { blocksOf } from './read-pages.ts';

export interface ShellCommand {
  readonly at: string;
  /** As it is written, for messages. */
  readonly line: string;
  /** Words, without quotes; `["npm", "run", "sluice"]`. */
  readonly words: readonly string[];
}

/** Every command line of a page: of blocks that a shell reads, and of code within the text that begins with one of `programs`. */
export function commandsOf(page: Page, programs: readonly string[]): readonly ShellCommand[] {
  const fromBlocks = blocksOf(page)
    .filter(({ language }) => ['indented', 'sh', 'bash'].includes(language))
    .flatMap((block) => linesOf(block).map((line) => ({ at: block.at, line })));
  const fromText = [...page.text.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, line = '']) => ({
    at: page.file,
    line,
  }));
  return [...fromBlocks, ...fromText]
    .flatMap(({ at, line }) => segmentsOf(line).map((words) => ({ at, line, words })))
    .filter(({ words }) => programs.includes(words[0] ?? ''));
}

/** Lines of a block with their continuations. */
const linesOf = ({ text }: Block): readonly string[] => text.replaceAll(/\\\n\s*/g, ' ').split('\n');

/** The commands of a pipe or list. Quotes are understood as far as documents use them. */
function segmentsOf(line: string): readonly (readonly string[])[] {
  const tokens =
    line.match(/'[^']*'|"(?:[^"\\]|\\.)*"|\$\(|\|\||&&|[|&;()#]|(?:[^\s'"|&;()#]|#(?=\S))+|\s+/g) ?? [];
  const segments: string[][] = [[]];
  let word: string | undefined;
  const endWord = (): void => {
    if (word !== undefined) segments.at(-1)?.push(word);
    word = undefined;
  };
  for (const token of tokens) {
    if (token === '#') break;
    if (/^(?:\$\(|\|\|?|&&?|;|\(|\))$/.test(token)) {
      endWord();
      segments.push([]);
    } else if (/^\s/.test(token)) endWord();
    else word = (word ?? '') + (/^['"]/.test(token) ? token.slice(1, -1) : token);
  }
  endWord();
  return segments.map(withoutAssignments).filter((words) => words.length > 0);
}

/** `until phase=$(...)`: words of the shell and assignments stand before a command. */
const withoutAssignments = (words: readonly string[]): readonly string[] => {
  const first = words.findIndex((word) => !/^(?:until|if|then|while|do|[A-Za-z_]+=.*)$/.test(word));
  return first === -1 ? [] : words.slice(first);
};
