import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Runs the command in a terminal of its own, by util-linux's `script`, because Node cannot create terminals. Undefined
 * without that program (BSD's `script` takes other arguments).
 */
export function terminalCommand(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): readonly string[] | undefined {
  if (process.platform !== 'linux') return undefined;
  const folders = (environment['PATH'] ?? '').split(delimiter);
  const script = folders.map((folder) => join(folder, 'script')).find((path) => existsSync(path));
  if (script === undefined) return undefined;
  return [
    script,
    '--quiet',
    '--flush',
    '--return',
    '--command',
    `exec ${command.map(quote).join(' ')}`,
    '/dev/null',
  ];
}

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
