import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killGroup } from '@sluice/lib/process/kill-group.ts';
import { startProcessGuard } from '@sluice/lib/process/process-guard.ts';
import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';

interface Guard {
  readonly guard: ProcessGuard;
  readonly folder: string;
}

let started: Guard | undefined;

/** One for the whole test process: what it starts does not outlive it, not even a SIGKILL of it. */
function theGuard(): Guard {
  if (started === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-real-'));
    started = { folder, guard: startProcessGuard({ path: process.env['PATH'] ?? '', folder }) };
  }
  return started;
}

/** A new folder that goes when the test process does. */
export const guardedFolder = (name: string): string => mkdtempSync(join(theGuard().folder, `${name}-`));

export interface SpawnOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly stdio?: readonly ('ignore' | 'pipe')[];
}

/** Starts a program in a process group of its own; nothing of it is heard unless `stdio` says so. */
export function guardedSpawn(
  program: string,
  args: readonly string[],
  { env = process.env, stdio = ['ignore', 'ignore', 'ignore'] }: SpawnOptions = {},
): ChildProcess {
  const { guard } = theGuard();
  const child = spawn(program, [...args], { env, stdio: [...stdio], detached: true });
  const { pid } = child;
  if (pid !== undefined) {
    guard.add(pid);
    child.once('exit', () => guard.remove(pid));
  }
  return child;
}

const graceMs = 10_000;

/** Sends `signal` to a program's group and resolves when the program has ended; SIGKILL comes after 10 s. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const { pid } = child;
  if (child.exitCode !== null || child.signalCode !== null || pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  killGroup(pid, signal);
  const cut = setTimeout(() => killGroup(pid, 'SIGKILL'), graceMs);
  await ended;
  clearTimeout(cut);
}
