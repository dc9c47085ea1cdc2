import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lockDataDir } from './cluster-lock.ts';
import { clusterMark, markedProcesses, startTimeOf } from './marked-processes.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-lock-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const leave = (text: string): void => writeFileSync(join(dataDir, 'cluster.lock'), text);

describe('the lock of a data directory', () => {
  it('belongs to the living process that took it', () => {
    const lock = lockDataDir(dataDir);
    expect(() => lockDataDir(dataDir)).toThrow(/another local cluster \(pid \d+\) runs in/);
    lock.release();
    lockDataDir(dataDir).release();
  });

  it('does not belong to a process that happens to have the number of the one that took it', () => {
    leave(JSON.stringify({ pid: process.pid, startTime: 'another', clusterId: 'gone' }));
    const lock = lockDataDir(dataDir);
    expect(JSON.parse(readFileSync(join(dataDir, 'cluster.lock'), 'utf8'))).toMatchObject({
      pid: process.pid,
      startTime: startTimeOf(process.pid),
      clusterId: lock.clusterId,
    });
  });

  it.each(['', '{"pid":', '[]', '{"pid":"x"}'])('is nobody’s when its file says %j', (text) => {
    leave(text);
    expect(lockDataDir(dataDir).cleanedUp).toBe(0);
  });

  it('of a dead cluster is taken over, and what that one left running ends', async () => {
    const clusterId = `dead-${process.pid}-${performance.now()}`;
    const left = spawn('sleep', ['600'], {
      env: { ...process.env, [clusterMark]: clusterId },
      detached: true,
    });
    const ended = new Promise((resolve) => left.once('exit', (_code, signal) => resolve(signal)));
    await vi.waitFor(() => expect(markedProcesses(clusterId)).toEqual([left.pid]), 5000);
    leave(JSON.stringify({ pid: 2 ** 22 + 1, startTime: '1', clusterId }));
    expect(lockDataDir(dataDir).cleanedUp).toBe(1);
    expect(await ended).toBe('SIGKILL');
  });
});
