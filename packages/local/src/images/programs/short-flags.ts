/** A parsed command line, with `-sSfX POST` taken apart. */
export interface CommandLine {
  has(...names: readonly string[]): boolean;
  last(...names: readonly string[]): string | undefined;
  all(...names: readonly string[]): readonly string[];
  readonly rest: readonly string[];
}

/** Parses arguments. `withValue`: the flags that take a value, without dashes (`X`, `request`). */
export function readCommandLine(args: readonly string[], withValue: readonly string[]): CommandLine {
  const flags: { readonly name: string; readonly value: string }[] = [];
  const rest: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    const next = (): string => args[(index += 1)] ?? '';
    const long = /^--([^=]+)(?:=(.*))?$/s.exec(argument);
    if (long?.[1] !== undefined) {
      const takes = withValue.includes(long[1]) && long[2] === undefined;
      flags.push({ name: long[1], value: takes ? next() : (long[2] ?? '') });
    } else if (argument.startsWith('-') && argument !== '-') {
      flags.push(...readShort(argument.slice(1), withValue, next));
    } else rest.push(argument);
  }
  const all = (...names: readonly string[]): readonly string[] =>
    flags.filter((flag) => names.includes(flag.name)).map((flag) => flag.value);
  return {
    has: (...names) => all(...names).length > 0,
    last: (...names) => all(...names).at(-1),
    all,
    rest,
  };
}

function readShort(
  letters: string,
  withValue: readonly string[],
  next: () => string,
): readonly { readonly name: string; readonly value: string }[] {
  const index = letters.split('').findIndex((letter) => withValue.includes(letter));
  if (index === -1) return letters.split('').map((name) => ({ name, value: '' }));
  const switches = letters
    .slice(0, index)
    .split('')
    .map((name) => ({ name, value: '' }));
  const value = letters.slice(index + 1) || next();
  return [...switches, { name: letters[index] ?? '', value }];
}
