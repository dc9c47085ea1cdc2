import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CommandOptions, type CommandResult, runCommand } from './run-command.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (script: string, options: Partial<CommandOptions> = {}): Promise<CommandResult> =>
  runCommand({ argv: ['bash', '-c', script], env: process.env, timeoutMs: 15_000, cwd: folder, ...options });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie waits for its parent only; it runs no more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
const readPids = (): number[] => readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number);
const untilPids = (count: number): Promise<void> =>
  vi.waitFor(() => expect(readPids()).toHaveLength(count), { timeout: 5000, interval: 10 });

describe('running a command', () => {
  it('answers its exit code and what it wrote to stdout and stderr', async () => {
    const result = await run('echo out; echo err >&2; exit 3');
    expect(result).toMatchObject({ ending: 'exited', exitCode: 3, output: 'out\nerr\n' });
  });

  it('says which signal ended it', async () => {
    expect(await run('kill -USR1 $$')).toMatchObject({
      ending: 'exited',
      exitCode: undefined,
      exitSignal: 'SIGUSR1',
    });
  });

  it('says that a program does not exist, and does not reject', async () => {
    const result = await run('', { argv: ['no-such-program-of-ours'] });
    expect(result).toMatchObject({
      ending: 'not-started',
      startError: 'spawn no-such-program-of-ours ENOENT',
    });
  });

  it('does not reject on arguments that no system takes', async () => {
    expect(await run('echo \0')).toMatchObject({ ending: 'not-started' });
  });

  it('gives the command exactly the environment it was told', async () => {
    const result = await run('echo "$COLOUR:$HOME"', { env: { PATH: process.env['PATH'], COLOUR: 'blue' } });
    expect(result.output).toBe('blue:\n');
  });

  it('ends children and grandchildren at the deadline', async () => {
    const script = 'sleep 1000 & echo $! >pids; (sleep 1000 & echo $! >>pids; wait) & echo $! >>pids; wait';
    const done = run(script, { timeoutMs: 1000 });
    await untilPids(3);
    expect(await done).toMatchObject({ ending: 'timed-out' });
    await vi.waitFor(() => expect(readPids().filter(isAlive)).toEqual([]));
  });

  it('kills what ignores SIGTERM', async () => {
    const script = `trap '' TERM; echo $$ >pids; while :; do sleep 0.1; done`;
    const done = run(script, { timeoutMs: 400, killGraceMs: 200 });
    await untilPids(1);
    expect(await done).toMatchObject({ ending: 'timed-out', exitSignal: 'SIGKILL' });
    expect(readPids().filter(isAlive)).toEqual([]);
  });

  it('lets a command that takes SIGTERM put things in order', async () => {
    const script = `trap 'echo tidied; exit 0' TERM; echo $$ >pids; while :; do sleep 0.05; done`;
    const stop = new AbortController();
    const done = run(script, { signal: stop.signal });
    await untilPids(1);
    stop.abort();
    const result = await done;
    expect(result).toMatchObject({ ending: 'cancelled', exitCode: 0 });
    expect(result.output).toContain('tidied');
  });

  it('leaves nothing behind that the command put into the background with its output elsewhere', async () => {
    const result = await run('sleep 1000 >/dev/null 2>&1 & echo $! >pids');
    expect(result).toMatchObject({ ending: 'exited', exitCode: 0 });
    await vi.waitFor(() => expect(readPids().filter(isAlive)).toEqual([]));
  });

  it('waits for background work that still writes to its output', async () => {
    expect(await run('(sleep 0.3; echo late) &')).toMatchObject({ exitCode: 0, output: 'late\n' });
  });

  it('ends although a process that left the group holds its output open', async () => {
    const done = run('setsid sleep 1000 & echo $! >pids; wait', {
      timeoutMs: 600,
      killGraceMs: 100,
    });
    expect(await done).toMatchObject({ ending: 'timed-out' });
    for (const pid of readPids()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });

  it('never starts when it was cancelled before', async () => {
    expect(await run('touch started', { signal: AbortSignal.abort() })).toMatchObject({
      ending: 'cancelled',
    });
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });

  it('keeps a flood of output within its bound', async () => {
    const result = await run('echo first; head -c 50000000 /dev/zero | tr "\\0" x; echo; echo last', {
      outputLimitBytes: 1000,
    });
    expect(result.exitCode).toBe(0);
    expect(result.output.length).toBeLessThan(1100);
    expect(result.output).toMatch(/^first\nx+\n\.\.\. \d+ bytes of output left out \.\.\.\nx+\nlast\n$/);
  });

  it('gives stdin that is at its end', async () => {
    expect(await run('cat; echo done')).toMatchObject({ exitCode: 0, output: 'done\n' });
  });
});
