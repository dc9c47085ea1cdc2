import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findProgram } from './find-program.ts';

export interface TaskPrograms {
  /** PATH for tasks. */
  readonly path: string;
  /** Folder of all files that are created here. */
  readonly folder: string;
  /** Programs that a stand-in takes the place of: `hey`, `helm`. */
  readonly stoodIn: readonly string[];
  dispose(): void;
}

export interface TaskProgramsOptions {
  /** PATH as the tester got it. */
  readonly path: string;
  /** Proxy that resolves the names of the cluster; '' without one. */
  readonly httpProxy: string;
  /** Command that runs our own CLI; the program's name and its arguments follow. */
  readonly cli: readonly [string, ...string[]];
}

/**
 * Creates a private folder of small scripts for PATH. Stand-ins come last, so that any real program wins. `hey`
 * with `-x` comes first, because the real one does not read `http_proxy`; but all users of a machine see a command's arguments, so
 * where the proxy has a password, the stand-in comes first, which reads it from its environment.
 */
export function createTaskPrograms(options: TaskProgramsOptions): TaskPrograms {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tester-'));
  const first = join(folder, 'first');
  const last = join(folder, 'last');
  mkdirSync(first);
  mkdirSync(last);
  const stoodIn: string[] = [];
  const standIn = (place: string, program: string, why: string): void => {
    stoodIn.push(program);
    writeScript(join(place, program), [
      `echo 'sluice: ${program} ${why}, so a stand-in of the same flags runs' >&2`,
      `exec ${[...options.cli, program].map(quote).join(' ')} "$@"`,
    ]);
  };
  for (const program of ['hey', 'helm'])
    if (findProgram(program, options.path) === undefined) standIn(last, program, 'is not on PATH');
  const hey = findProgram('hey', options.path);
  if (hey !== undefined && options.httpProxy.includes('@'))
    standIn(first, 'hey', 'would show the password of the proxy to all users');
  else if (hey !== undefined && options.httpProxy !== '')
    writeScript(join(first, 'hey'), [`exec ${quote(hey)} -x ${quote(options.httpProxy)} "$@"`]);
  return {
    path: [first, options.path, last].filter((part) => part !== '').join(delimiter),
    folder,
    stoodIn,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function writeScript(file: string, lines: readonly string[]): void {
  writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
