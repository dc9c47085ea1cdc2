import { spawn } from 'node:child_process';
import type { ChildProcess, ChildProcessByStdio, SpawnOptionsWithStdioTuple } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { processesNaming } from '../support/rigs/processes-naming.ts';

const main = join(import.meta.dirname, '../../packages/sluice/src/cli/main.ts');
const soon = { timeout: 40_000, interval: 20 };
let state = '';
const children: ChildProcess[] = [];

beforeEach(() => {
  // A space, as in the home folders of many people.
  state = mkdtempSync(join(tmpdir(), 'sluice start '));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(state, { recursive: true, force: true });
});

const options = (): SpawnOptionsWithStdioTuple<'ignore', 'pipe', 'pipe'> => ({
  env: { ...process.env, XDG_STATE_HOME: state },
  stdio: ['ignore', 'pipe', 'pipe'],
});

const start = (...args: string[]) => follow(spawn(process.execPath, [main, 'start', ...args], options()));

function follow(child: ChildProcessByStdio<null, Readable, Readable>) {
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exit = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown')),
  );
  const says = (text: string) => vi.waitFor(() => expect(output).toContain(text), soon);
  return { child, exit, says, output: () => output };
}

const lock = (): string => join(state, 'sluice', 'start', 'cluster.lock');

describe('sluice start, interrupted', () => {
  it.each([
    ['while the cluster comes up', 'local cluster at'],
    ['before the first canary is ready', 'applied the example'],
    ['in the middle of a rollout', 'canary weight 10 → 20'],
  ])('ends with everything it started, %s', async (_when, moment) => {
    const running = start();
    await running.says(moment);
    running.child.kill('SIGINT');
    expect(await running.exit, running.output()).toBe(130);
    expect(processesNaming(state)).toEqual([]);
    expect(existsSync(lock())).toBe(false);
    expect(running.output()).not.toMatch(/\n\s+at /);
  });

  it('ends on SIGTERM before it has done anything', async () => {
    const running = start();
    running.child.kill('SIGTERM');
    await running.exit;
    expect(processesNaming(state)).toEqual([]);
  });

  it('ends quietly when its reader goes away, as with head', async () => {
    const running = start();
    await running.says('canary weight 0 → 10');
    running.child.stdout?.destroy();
    expect(await running.exit).toBe(0);
    expect(running.output()).not.toContain('EPIPE');
    expect(processesNaming(state)).toEqual([]);
    expect(existsSync(lock())).toBe(false);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('ends with the npm that started it, on %s', async (signal) => {
    const running = follow(spawn('npm', ['start', '--silent'], options()));
    await running.says('applied the example');
    running.child.kill(signal);
    // npm ends at once; what it started takes its orderly end.
    await vi.waitFor(() => expect(processesNaming(state)).toEqual([]), soon);
    expect(existsSync(lock())).toBe(false);
  });

  it('cleans up with its next start after it was killed', async () => {
    const killed = start();
    await killed.says('canary weight 0 → 10');
    killed.child.kill('SIGKILL');
    await killed.exit;
    const next = start();
    await next.says('applied the example');
    next.child.kill('SIGTERM');
    expect(await next.exit).toBe(130);
    expect(processesNaming(state)).toEqual([]);
  });

  it('runs beside another one that has its own folder', async () => {
    const one = start();
    const other = start('--data-dir', join(state, 'other'));
    await Promise.all([one.says('canary weight 0 → 10'), other.says('canary weight 0 → 10')]);
    one.child.kill('SIGTERM');
    await one.exit;
    await other.says('canary weight 20 → 30');
    other.child.kill('SIGTERM');
    await other.exit;
    expect(processesNaming(state)).toEqual([]);
  });
});
