import { formatGoFlags } from '@sluice/lib/flags/go-flags.ts';
import type { GoFlags } from '@sluice/lib/flags/go-flags.ts';
import { wrap } from '@sluice/lib/text/wrap.ts';

/** Meaning of each exit code of a command. */
export type ExitMeanings = Readonly<Record<number, string>>;

/** Help of a command with Go's flags, as lines of at most `columns`. */
export function goHelp(
  command: {
    readonly name: string;
    readonly about: string;
    readonly flags: GoFlags;
    readonly exits: ExitMeanings;
  },
  columns: number,
): readonly string[] {
  return [
    `Usage: sluice ${command.name} [flags]`,
    '',
    ...wrap(command.about, columns),
    '',
    'Flags, with one dash or two:',
    ...formatGoFlags(command.flags, columns),
    '',
    ...exitHelp(command.exits, columns),
  ];
}

/** A section of a command's help: its exit codes, as lines of at most `columns`. */
export function exitHelp(exits: ExitMeanings, columns: number): readonly string[] {
  const rows = Object.entries(exits).flatMap(([code, meaning]) =>
    wrap(meaning, columns, `  ${code.padEnd(3)}  `, ' '.repeat(7)),
  );
  return ['Exit codes:', ...rows];
}
