import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { vi } from 'vitest';
import { sluiceCommand } from '@sluice/sluice/cli/sluice-command.ts';
import { clientProgram } from './client-program.ts';
import type { ClientProgram } from './client-program.ts';

const longestStartMs = 20_000;

export interface ServingProgram {
  /** What it printed that it serves at. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts `sluice ARGS` as a process, and waits until it prints its URL in the form that `printed` finds. */
export async function serveSluice(
  args: readonly string[],
  printed: RegExp,
  env: Readonly<Record<string, string>>,
): Promise<ServingProgram> {
  const [node, main] = sluiceCommand();
  const child = spawn(node, [main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  try {
    const url = await vi.waitFor(
      () => {
        const found = printed.exec(output)?.[1];
        if (found === undefined) throw new Error(`sluice ${args[0] ?? ''} serves nothing yet: ${output}`);
        return found;
      },
      { timeout: longestStartMs, interval: 20 },
    );
    return { url, stop: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** Commands of `sluice`, as people type them. */
export function sluiceProgram(env: Readonly<Record<string, string>>): ClientProgram {
  const [node, main] = sluiceCommand();
  return clientProgram(node, [main], env);
}
