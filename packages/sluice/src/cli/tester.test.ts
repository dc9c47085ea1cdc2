import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RunningTester, startTesterProcess } from '../../../../test/support/rigs/tester-process.ts';
import { runTester } from './tester.ts';

let folder = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tester-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const startTester = (...flags: string[]): Promise<RunningTester> =>
  startTesterWith({ SLUICE_STATE_FILE: join(folder, 'gates.db') }, flags);

async function startTesterWith(own: Record<string, string>, flags: string[]): Promise<RunningTester> {
  const tester = await startTesterProcess(own, flags);
  children.push(tester.child);
  return tester;
}

const canary = { name: 'podinfo', namespace: 'test' };
const pidFile = (): string => join(folder, 'pids');
const taskPids = (): number[] => readFileSync(pidFile(), 'utf8').trim().split('\n').map(Number);
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
/** A task with a grandchild; its pids are known as soon as it runs. */
const longTask = () => ({
  ...canary,
  metadata: { cmd: `sleep 1000 & echo $! >>${pidFile()}; echo $$ >>${pidFile()}; wait` },
});
const untilTaskRuns = () => vi.waitFor(() => expect(taskPids()).toHaveLength(2), { timeout: 5000 });
const untilTaskGone = () =>
  vi.waitFor(() => expect(taskPids().filter(isAlive)).toEqual([]), { timeout: 8000, interval: 50 });

describe('sluice tester, as a process', () => {
  it('keeps its gates over a restart, even one without a goodbye', async () => {
    const first = await startTester();
    expect(await first.post('/gate/open', canary)).toBe(202);
    expect(await first.post('/rollback/open', canary)).toBe(202);
    expect(await first.post('/rollback/close', canary)).toBe(202);
    await first.exit('SIGKILL');
    const second = await startTester();
    expect(await second.post('/gate/check', canary)).toBe(200);
    expect(await second.post('/rollback/check', canary)).toBe(403);
  });

  it('keeps the gates of two pods apart that share a machine and an address', async () => {
    const own = (pod: string) => ({ TMPDIR: folder, HOSTNAME: pod });
    const first = await startTesterWith(own('tester-a'), []);
    expect(await first.post('/gate/open', canary)).toBe(202);
    const second = await startTesterWith(own('tester-b'), []);
    expect(await second.post('/gate/check', canary)).toBe(403);
    expect(await first.post('/gate/check', canary)).toBe(200);
  });

  it('forgets its gates when told to keep them in memory, and warns of it', async () => {
    const tester = await startTester('-state-file=');
    expect(tester.log()).toContain('Gates are kept in memory only');
  });

  it('on SIGTERM ends tasks with their children and exits 0', async () => {
    const tester = await startTester();
    expect(await tester.post('/', longTask())).toBe(202);
    await untilTaskRuns();
    expect(await tester.exit('SIGTERM')).toBe(0);
    await untilTaskGone();
  });

  it('answers a blocking task that SIGTERM cuts short', async () => {
    const tester = await startTester();
    const metadata = { ...longTask().metadata, type: 'bash' };
    const answered = tester.post('/', { ...canary, metadata });
    await untilTaskRuns();
    expect(await tester.exit('SIGTERM')).toBe(0);
    expect(await answered).toBe(500);
  });

  it('leaves no task behind when it is killed without warning', async () => {
    const tester = await startTester();
    await tester.post('/', longTask());
    await untilTaskRuns();
    await tester.exit('SIGKILL');
    await untilTaskGone();
  });

  it('ends a blocking task whose caller has hung up', async () => {
    const tester = await startTester();
    const metadata = { ...longTask().metadata, type: 'bash' };
    const caller = new AbortController();
    const url = `http://127.0.0.1:${tester.port}/`;
    const body = JSON.stringify({ ...canary, metadata });
    const call = fetch(url, { method: 'POST', body, signal: caller.signal });
    await untilTaskRuns();
    caller.abort();
    await expect(call).rejects.toThrow('abort');
    await untilTaskGone();
    await vi.waitFor(() => expect(tester.log()).toContain('"outcome":"cancelled"'), 5000);
  });

  it('ends a queued task at its deadline', async () => {
    const tester = await startTester('-timeout', '700ms');
    await tester.post('/', longTask());
    await untilTaskRuns();
    await untilTaskGone();
    await vi.waitFor(() => expect(tester.log()).toContain('"outcome":"timed-out"'), 5000);
  });

  it.each(['with its length told', 'in chunks'])('refuses a huge body %s', async (way) => {
    const tester = await startTester();
    const told = {
      'content-type': 'application/json',
      ...(way === 'in chunks' ? {} : { 'content-length': String(2 * 1024 * 1024) }),
    };
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const options = {
      port: tester.port,
      host: '127.0.0.1',
      path: '/gate/open',
      method: 'POST',
      headers: told,
    };
    const call = request(options, (answer) => resolve(answer.resume().statusCode));
    call.on('error', reject);
    const chunk = Buffer.alloc(64 * 1024, 'x');
    for (let sent = 0; sent < 32; sent += 1) call.write(chunk);
    call.end();
    expect(await promise).toBe(413);
  });

  it('puts stand-ins behind everything on PATH, and names them', async () => {
    const tester = await startTester();
    const url = `http://127.0.0.1:${tester.port}/`;
    const metadata = { type: 'bash', returnCmdOutput: 'true', cmd: 'echo "$PATH"' };
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ ...canary, metadata }) });
    expect(await answer.text()).toContain(`:${process.env['PATH'] ?? ''}:`);
  });
});

describe('the flags of sluice tester', () => {
  it.each([
    ['an unknown flag', ['-prot=8080'], 'flag provided but not defined: -prot'],
    ['a port that is none', ['-port=http'], '-port must be 0 to 65535'],
    ['a variable with a value', ['-task-env=FOO=1'], '-task-env takes names of variables'],
    ['a token file that is missing', ['-token-file=/no/such/file'], 'Cannot read the file /no/such/file'],
    ['a broken expression', ['-namespace-regexp=('], '-namespace-regexp "("'],
    ['an unknown level', ['-log-level=loud'], '-log-level must be one of'],
    ['a word too many', ['-port=0', 'now'], 'takes flags only, not "now"'],
    ['a timeout of nothing', ['--timeout', '0s'], '-timeout must be greater than 0s'],
  ])('%s ends it with a sentence', async (_, args, sentence) => {
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(await runTester(args, {})).toBe(1);
    expect(told.mock.calls.join('\n')).toContain(sentence);
    told.mockRestore();
  });

  it('a port in use ends it with a sentence', async () => {
    const tester = await startTester();
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const env = { SLUICE_BIND_ADDRESS: '127.0.0.1', SLUICE_STATE_FILE: '' };
    expect(await runTester(['-log-level=error', `-port=${tester.port}`], env)).toBe(1);
    expect(told.mock.calls.join('\n')).toContain(`cannot listen on 127.0.0.1:${tester.port}`);
    told.mockRestore();
  });
});
