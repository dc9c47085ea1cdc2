import { formatGoDuration, parseGoDuration } from '../time/duration.ts';
import { parseGoBool } from './go-bool.ts';
import { SluiceError } from '../errors/sluice-error.ts';
import { nearest } from '../text/nearest.ts';
import { wrap } from '../text/wrap.ts';

/** One flag. A duration is given and kept in milliseconds. */
export type GoFlag =
  | { readonly type: 'string'; readonly default: string; readonly help: string }
  | { readonly type: 'int'; readonly default: number; readonly help: string }
  | { readonly type: 'bool'; readonly default: boolean; readonly help: string }
  | { readonly type: 'duration'; readonly default: number; readonly help: string };

/** By name, without dashes. */
export type GoFlags = Readonly<Record<string, GoFlag>>;

export type GoFlagValues<Flags extends GoFlags> = {
  readonly [Name in keyof Flags]: Flags[Name] extends { readonly type: 'string' }
    ? string
    : Flags[Name] extends { readonly type: 'bool' }
      ? boolean
      : number;
};

export interface ParsedGoFlags<Flags extends GoFlags> {
  /** -h or -help was given: print `formatGoFlags` and exit. */
  readonly help: boolean;
  readonly values: GoFlagValues<Flags>;
  /** Names of the flags on the command line. */
  readonly given: ReadonlySet<string>;
  /** Everything from the first argument that is no flag; `--` itself is dropped. */
  readonly rest: readonly string[];
}

/**
 * Reads arguments as Go's `flag` package does: `-x v`, `-x=v`, `--x=v`; a bool takes its value only after `=`.
 * Throws `SluiceError` with Go's message, and the flag that was probably meant.
 */
export function parseGoFlags<const Flags extends GoFlags>(
  flags: Flags,
  args: readonly string[],
): ParsedGoFlags<Flags> {
  const values: Record<string, string | number | boolean> = {};
  for (const [name, flag] of Object.entries(flags)) values[name] = flag.default;
  const given = new Set<string>();
  let position = 0;
  let help = false;
  while (position < args.length && !help) {
    const word = splitFlag(args[position] ?? '');
    if (word === undefined) break;
    position += 1;
    if (word === 'end') break;
    const flag = Object.hasOwn(flags, word.name) ? flags[word.name] : undefined;
    if (flag === undefined) {
      help = word.name === 'h' || word.name === 'help';
      if (!help) throw unknownFlag(word.name, flags);
      continue;
    }
    let text = word.value ?? (flag.type === 'bool' ? 'true' : undefined);
    if (text === undefined) text = args[position++];
    if (text === undefined) throw new SluiceError(`flag needs an argument: -${word.name}`);
    values[word.name] = readValue(word.name, flag, text);
    given.add(word.name);
  }
  return { help, values: values as GoFlagValues<Flags>, given, rest: args.slice(position) };
}

type FlagWord = { readonly name: string; readonly value: string | undefined };

function splitFlag(argument: string): FlagWord | 'end' | undefined {
  if (argument === '--') return 'end';
  if (!argument.startsWith('-') || argument === '-') return undefined;
  const text = argument.replace(/^--?/, '');
  if (text === '' || text.startsWith('-') || text.startsWith('=')) {
    throw new SluiceError(`bad flag syntax: ${argument}`);
  }
  const equals = text.indexOf('=');
  return equals === -1
    ? { name: text, value: undefined }
    : { name: text.slice(0, equals), value: text.slice(equals + 1) };
}

function readValue(name: string, flag: GoFlag, text: string): string | number | boolean {
  const value = convert(flag.type, text);
  if (value !== undefined) return value;
  const kind = flag.type === 'bool' ? 'boolean value' : 'value';
  const target = flag.type === 'bool' ? `-${name}` : `flag -${name}`;
  throw new SluiceError(`invalid ${kind} ${JSON.stringify(text)} for ${target}: parse error`);
}

function convert(type: GoFlag['type'], text: string): string | number | boolean | undefined {
  if (type === 'string') return text;
  if (type === 'int') return readInteger(text);
  if (type === 'bool') return parseGoBool(text);
  try {
    return parseGoDuration(text);
  } catch {
    return undefined;
  }
}

/** Go reads integers with base 0: `0x1f`, `0b1`, `0o17`, `017` and `1_000` are numbers, too. */
function readInteger(text: string): number | undefined {
  const match = /^([-+]?)(0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?\d)*)$/.exec(
    text,
  );
  if (match === null) return undefined;
  const digits = (match[2] ?? '').replaceAll('_', '').replace(/^0([0-7])/, '0o$1');
  const value = Number(digits) * (match[1] === '-' ? -1 : 1);
  return Number.isSafeInteger(value) ? value : undefined;
}

function unknownFlag(name: string, flags: GoFlags): SluiceError {
  const meant = nearest(name, Object.keys(flags));
  const suggestion = meant === undefined ? '' : `; did you mean -${meant}?`;
  return new SluiceError(`flag provided but not defined: -${name}${suggestion}`);
}

/** The flags with their defaults as Go prints them, sorted by name, a line each; the help is wrapped to `columns`. */
export function formatGoFlags(flags: GoFlags, columns: number): readonly string[] {
  return Object.entries(flags)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, flag]) => describeFlag(name, flag, columns));
}

const indent = ' '.repeat(8);

function describeFlag(name: string, flag: GoFlag, columns: number): readonly string[] {
  const kind = flag.type === 'bool' ? '' : ` ${flag.type}`;
  return [
    ...wrap(`-${name}${kind}`, columns, '  '),
    ...wrap(`${flag.help}${describeDefault(flag)}`, columns, indent),
  ];
}

function describeDefault(flag: GoFlag): string {
  // Go also leaves out a zero default.
  if (flag.default === '' || flag.default === 0 || flag.default === false) return '';
  if (flag.type === 'string') return ` (default ${JSON.stringify(flag.default)})`;
  return ` (default ${flag.type === 'duration' ? formatGoDuration(flag.default) : String(flag.default)})`;
}
