import { stringify } from 'yaml';
import { printableText } from '@sluice/lib/text/printable.ts';
import type { Environment } from '../environment.ts';
import { paint, wantsColour } from '../paint.ts';
import { openTerminal, print } from '../print.ts';

/** What a command writes on: the result on standard output, all else on standard error. */
export interface Paper {
  /** Columns of the terminal; infinite where the output is no terminal. */
  readonly columns: number;
  readonly isTerminal: boolean;
  readonly paint: ((line: string) => string) | undefined;
  /** The result, for people. An argument is one line. */
  out(...lines: readonly string[]): void;
  /** What is not the result: questions, hints, warnings. */
  err(...lines: readonly string[]): void;
  json(value: unknown): void;
  /** A value on one line. */
  jsonLine(value: unknown): void;
  yaml(value: unknown): void;
  /** A line as this output can show it: in words of ASCII where the locale has no other. */
  fit(line: string): string;
}

export type ColourMode = 'auto' | 'always' | 'never';
export const colourModes: readonly string[] = ['auto', 'always', 'never'];

export function createPaper(env: Environment, colour: string): Paper {
  const terminal = openTerminal();
  const isPlain = env['TERM'] === 'dumb' || !terminal.isTerminal || !wantsColour(env);
  const painter = colour === 'always' || (colour === 'auto' && !isPlain) ? paint : undefined;
  const fit = isUnicode(env) ? (line: string) => line : toAscii;
  return {
    columns: terminal.size().columns,
    isTerminal: terminal.isTerminal && env['TERM'] !== 'dumb',
    paint: painter,
    fit,
    out(...lines) {
      if (painter === undefined) print.out(...lines.map(fit));
      else print.painted(painter, ...lines.map(fit));
    },
    err: (...lines) => print.err(...lines.map(fit)),
    json: (value) => print.json(value),
    jsonLine: (value) => print.text(`${JSON.stringify(value)}\n`),
    yaml: (value) => print.text(stringify(JSON.parse(printableText(JSON.stringify(value))))),
  };
}

/** Only a locale that names another character set has no icons: many containers set none at all. */
function isUnicode(env: Environment): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return locale === '' || /utf-?8/i.test(locale);
}

const inAscii: Readonly<Record<string, string>> = {
  '→': '->',
  '…': '...',
  '█': '#',
  '░': '.',
  '├': '|',
  '└': '`',
  '│': '|',
  '─': '-',
};

/** Icons stand beside a word that says the same, so they go; drawn lines and arrows have a likeness. */
const toAscii = (line: string): string =>
  line.replaceAll(/[✔✖▶◷◌↩○] /gu, '').replaceAll(/[→…█░├└│─]/gu, (sign) => inAscii[sign] ?? '');
