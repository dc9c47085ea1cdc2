import { execFile, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real client such as kubectl or helm, run as people run it. */
export interface ClientProgram {
  run(args: readonly string[], options?: { readonly stdin?: string }): Promise<Outcome>;
  /** Runs until `stop`, or its own end; `output` is what it wrote so far. */
  follow(args: readonly string[]): { readonly output: () => string; readonly stop: () => Promise<void> };
}

/** The program's path in `$SLUICE_TEST_BIN` or on PATH; undefined when it is in neither. */
export function findProgram(name: string): string | undefined {
  const folders = [process.env['SLUICE_TEST_BIN'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `always` stands before every command's own arguments. */
export function clientProgram(
  path: string,
  always: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ClientProgram {
  const options = { env: { ...process.env, ...env }, timeout: 60_000 };
  return {
    run: (args, { stdin } = {}) =>
      new Promise((resolve) => {
        const child = execFile(path, [...always, ...args], options, (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
          resolve({ code, stdout, stderr });
        });
        child.stdin?.end(stdin ?? '');
      }),
    follow(args) {
      const child = spawn(path, [...always, ...args], {
        env: options.env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => void (output += chunk.toString()));
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
      return {
        output: () => output,
        stop: () => {
          child.kill('SIGTERM');
          return ended;
        },
      };
    },
  };
}
