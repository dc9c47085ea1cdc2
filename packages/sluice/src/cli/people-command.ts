import { Command, InvalidArgumentError } from 'commander';
import { wrap } from '@sluice/lib/text/wrap.ts';
import { exitHelp } from './help.ts';
import type { ExitMeanings } from './help.ts';
import { print } from './print.ts';

/** A command with options for people: its help and errors go through `print`, wrapped to the terminal. */
export function peopleCommand(name: string, about: string, exits: ExitMeanings): Command {
  return new Command(`sluice ${name}`)
    .description(about)
    .configureOutput({
      writeOut: (text) => print.out(...linesOf(text)),
      writeErr: (text) => print.err(...linesOf(text)),
      getOutHelpWidth: () => print.columns,
      getErrHelpWidth: () => print.columns,
    })
    .configureHelp({ formatItem, styleUsage, minWidthToWrap: 0 })
    .addHelpText('after', () => `\n${exitHelp(exits, print.columns).join('\n')}`)
    .exitOverride();
}

/** Commander does not wrap the line that begins with `Usage: `. */
const styleUsage = (usage: string): string =>
  wrap(usage, print.columns, ' '.repeat('Usage: '.length), ' '.repeat(9)).join('\n').trimStart();

/** A flag and its meaning: beside it, or below where there is too little room. */
function formatItem(term: string, termWidth: number, meaning: string): string {
  const indent = termWidth + 4;
  const { columns } = print;
  const lines =
    columns - indent < leastMeaning
      ? [...wrap(term, columns, '  '), ...wrap(meaning, columns, ' '.repeat(8))]
      : wrap(meaning, columns, `  ${term.padEnd(termWidth)}  `, ' '.repeat(indent));
  return lines.join('\n');
}

/** Columns that a meaning beside its flag needs at least. */
const leastMeaning = 30;

const linesOf = (text: string): readonly string[] => text.trimEnd().split('\n');

/** Parses a port. Throws commander's error for anything but 0 to 65535. */
export function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
