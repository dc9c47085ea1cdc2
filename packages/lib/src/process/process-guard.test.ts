import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { killGroup } from './kill-group.ts';
import { startProcessGuard } from './process-guard.ts';
import type { ProcessGuard } from './process-guard.ts';

const path = process.env['PATH'] ?? '/usr/bin:/bin';
const ready = 'touch ready; while :; do sleep 0.05; done';
let folder = '';
const groups: ChildProcess[] = [];
const guards: ProcessGuard[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-guard-'));
});
afterEach(() => {
  for (const guard of guards.splice(0)) guard.close();
  for (const { pid } of groups.splice(0)) if (pid !== undefined) killGroup(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function guarding(options: Partial<Parameters<typeof startProcessGuard>[0]> = {}): ProcessGuard {
  const guard = startProcessGuard({ path, ...options });
  guards.push(guard);
  return guard;
}

interface Group {
  readonly id: number;
  /** By which signal or with which code its leader ended. */
  readonly ended: Promise<unknown>;
}

/** A group that runs `script`, which says that it is at work by a file `ready`. */
async function startGroup(script: string): Promise<Group> {
  const child = spawn('sh', ['-c', script], { cwd: folder, detached: true, stdio: 'ignore' });
  groups.push(child);
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) => signal ?? code);
  await vi.waitFor(() => expect(existsSync(join(folder, 'ready'))).toBe(true));
  rmSync(join(folder, 'ready'));
  return { id: child.pid ?? 0, ended };
}

describe('a guard of process groups', () => {
  it('kills what is left when it closes', async () => {
    const guard = guarding();
    const group = await startGroup(ready);
    guard.add(group.id);
    guard.close();
    expect(await group.ended).toBe('SIGKILL');
  });

  it('leaves alone what was removed', async () => {
    const guard = guarding();
    const [kept, removed] = [await startGroup(ready), await startGroup(ready)];
    guard.add(removed.id);
    guard.add(kept.id);
    guard.remove(removed.id);
    guard.close();
    expect(await kept.ended).toBe('SIGKILL');
    expect(killGroup(removed.id, 'SIGCONT')).toBe(true);
  });

  it('with a grace lets a group put things in order', async () => {
    const guard = guarding({ graceSeconds: 30 });
    const group = await startGroup(`trap 'exit 3' TERM; ${ready}`);
    guard.add(group.id);
    guard.close();
    expect(await group.ended).toBe(3);
  });

  it('kills what lets its grace pass', async () => {
    const guard = guarding({ graceSeconds: 1 });
    const group = await startGroup(`trap '' TERM; ${ready}`);
    guard.add(group.id);
    guard.close();
    expect(await group.ended).toBe('SIGKILL');
  });

  it('removes the folder that was of use to the groups alone', async () => {
    const used = join(folder, 'used');
    mkdirSync(join(used, 'within'), { recursive: true });
    guarding({ folder: used }).close();
    await vi.waitFor(() => expect(existsSync(used)).toBe(false));
  });

  it('ends what is left when its own process is killed without warning', async () => {
    const removed = await startGroup(ready);
    const group = await startGroup(ready);
    const program = `
      import { startProcessGuard } from ${JSON.stringify(join(import.meta.dirname, 'process-guard.ts'))};
      const guard = startProcessGuard({ path: ${JSON.stringify(path)} });
      for (const id of [${removed.id}, ${group.id}]) guard.add(id);
      guard.remove(${removed.id});
      setInterval(() => {}, 1000);
      console.log('guarding');`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(owner.stdout, 'data');
    owner.kill('SIGKILL');
    expect(await group.ended).toBe('SIGKILL');
    expect(killGroup(removed.id, 'SIGCONT')).toBe(true);
  });
});
