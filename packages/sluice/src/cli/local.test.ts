import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { markedProcesses } from '@sluice/local/marked-processes.ts';

const soon = { timeout: 15_000, interval: 30 };
const children: ChildProcess[] = [];
const dataDir = mkdtempSync(join(tmpdir(), 'sluice-local-'));

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly apiUrl: string;
  readonly exit: Promise<number | string>;
  readonly output: () => string;
}

function spawnLocal(...args: string[]) {
  const argv = [join(import.meta.dirname, 'main.ts'), 'local', '--data-dir', dataDir, ...args];
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 18_000,
    killSignal: 'SIGKILL',
  });
  children.push(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exit = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown')),
  );
  return { child, exit, output: () => text };
}

async function startLocal(): Promise<Running> {
  const running = spawnLocal();
  await vi.waitFor(() => expect(running.output()).toContain('Ctrl-C ends it'), soon);
  const apiUrl = /server: (\S+)/.exec(readFileSync(join(dataDir, 'kubeconfig'), 'utf8'))?.[1] ?? '';
  // Where output is kept, whoever reads it may do everything.
  expect(running.output()).toContain(new URL(apiUrl).origin);
  expect(running.output()).not.toContain(new URL(apiUrl).pathname);
  return { ...running, apiUrl };
}

/** A pod that ignores SIGTERM, with a child of its own, and one more that left the group. */
async function runStubbornPod({ apiUrl }: Running): Promise<string> {
  const script = "trap '' TERM; setsid sleep 600 & sleep 600 & while :; do sleep 0.1; done";
  const response = await fetch(`${apiUrl}/api/v1/namespaces/default/pods`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'stubborn' },
      spec: { containers: [{ name: 'main', image: 'none', command: ['/bin/sh', '-c', script] }] },
    }),
  });
  expect(response.status).toBe(201);
  const record: unknown = JSON.parse(readFileSync(join(dataDir, 'cluster.lock'), 'utf8'));
  const clusterId = String(Reflect.get(Object(record), 'clusterId'));
  await vi.waitFor(() => expect(markedProcesses(clusterId).length).toBeGreaterThanOrEqual(4), soon);
  return clusterId;
}

describe('sluice local', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends with every process of its pods on %s', async (signal) => {
    const running = await startLocal();
    const clusterId = await runStubbornPod(running);
    running.child.kill(signal);
    expect(await running.exit).toBe(0);
    expect(markedProcesses(clusterId)).toEqual([]);
    expect(existsSync(join(dataDir, 'cluster.lock'))).toBe(false);
  });

  it('takes the groups of its pods with it when it is killed, and the rest with its next start', async () => {
    const running = await startLocal();
    const clusterId = await runStubbornPod(running);
    running.child.kill('SIGKILL');
    await running.exit;
    // The one that left its group is nobody's but the next start's.
    await vi.waitFor(() => expect(markedProcesses(clusterId)).toHaveLength(1), soon);
    const next = await startLocal();
    expect(markedProcesses(clusterId)).toEqual([]);
    expect(next.output()).toContain('ended processes of an earlier cluster');
    next.child.kill('SIGTERM');
    expect(await next.exit).toBe(0);
  });

  it('is not hurried by the same Ctrl-C coming twice, from the terminal and from npm', async () => {
    const running = await startLocal();
    const clusterId = await runStubbornPod(running);
    running.child.kill('SIGINT');
    running.child.kill('SIGINT');
    expect(await running.exit).toBe(0);
    expect(markedProcesses(clusterId)).toEqual([]);
    expect(existsSync(join(dataDir, 'cluster.lock'))).toBe(false);
  });

  it('ends at once, and its pods with it, when it is asked again later', async () => {
    const running = await startLocal();
    const clusterId = await runStubbornPod(running);
    running.child.kill('SIGINT');
    await vi.waitFor(() => expect(running.output()).toContain('Stopping'), soon);
    const asked = performance.now();
    await vi.waitUntil(() => performance.now() - asked > 1200, soon);
    running.child.kill('SIGINT');
    expect(await running.exit).toBe(130);
    await vi.waitFor(() => expect(markedProcesses(clusterId)).toHaveLength(1), soon);
    const next = await startLocal();
    next.child.kill('SIGTERM');
    expect(await next.exit).toBe(0);
    expect(markedProcesses(clusterId)).toEqual([]);
  });

  it('prints what to type next', async () => {
    const running = await startLocal();
    expect(running.output()).toContain(`export KUBECONFIG=${join(dataDir, 'kubeconfig')}`);
    expect(readFileSync(join(dataDir, 'kubeconfig'), 'utf8')).toContain(running.apiUrl);
    running.child.kill('SIGTERM');
    expect(await running.exit).toBe(0);
  });

  it('says in one line what is wrong with a port', async () => {
    const { exit, output } = spawnLocal('--api-port', '70000');
    expect(await exit).toBe(2);
    expect(output()).toContain('A port is a number from 0 to 65535.');
  });

  it.each(['/proc/nowhere/deep', '/dev/null/below'])(
    'says that its files cannot be kept in %s',
    async (path) => {
      const { exit, output } = spawnLocal('--data-dir', path);
      expect(await exit, output()).toBe(1);
      expect(output()).toContain(
        `the data directory ${path} cannot be written; choose another one with --data-dir`,
      );
    },
  );

  it('says which flag helps when another cluster lives in its folder', async () => {
    const running = await startLocal();
    const second = spawnLocal();
    expect(await second.exit).toBe(1);
    expect(second.output()).toMatch(/another local cluster \(pid \d+\) runs in .*--data-dir/);
    const third = spawnLocal('--data-dir', join(dataDir, "a second one's"));
    await vi.waitFor(() => expect(third.output()).toContain('Ctrl-C'), soon);
    expect(third.output()).toContain(String.raw`export KUBECONFIG='${dataDir}/a second one'\''s/kubeconfig'`);
    third.child.kill('SIGTERM');
    expect(await third.exit).toBe(0);
    running.child.kill('SIGTERM');
    expect(await running.exit).toBe(0);
  });

  it('names the flag when a port is taken', async () => {
    const running = await startLocal();
    const port = new URL(running.apiUrl).port;
    for (const flag of ['--api-port', '--gateway-port']) {
      const { exit, output } = spawnLocal('--data-dir', join(dataDir, 'other'), flag, port);
      expect(await exit).toBe(1);
      expect(output()).toMatch(new RegExp(`${port}.* \\(choose another port with ${flag}\\)`));
    }
    running.child.kill('SIGTERM');
    expect(await running.exit).toBe(0);
  });

  it('ends, and quietly, when nobody reads its output any more', async () => {
    const { child, exit, output } = spawnLocal();
    child.stdout.destroy();
    child.stderr.destroy();
    expect(await exit, output()).toBe(0);
    expect(existsSync(join(dataDir, 'cluster.lock'))).toBe(false);
  });
});
