import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '@sluice/lib/process/run-command.ts';
import { createTaskPrograms, type TaskPrograms } from './task-programs.ts';

let folder = '';
let programs: TaskPrograms | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "it's a path "));
});
afterEach(() => {
  programs?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function addProgram(name: string, says: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\necho "${says} $*"\n`);
  chmodSync(join(bin, name), 0o755);
  return bin;
}

/** What a task sees, with `cli` as our command line. */
async function runTask(command: string, path: string, httpProxy = ''): Promise<string> {
  const cli = join(addProgram('our cli', 'ours:'), 'our cli');
  programs = createTaskPrograms({ path, httpProxy, cli: [cli, '--quiet'] });
  // sh itself is not on the PATH of these tests.
  const env = { PATH: programs.path };
  return (await runCommand({ argv: ['/bin/sh', '-c', command], env, timeoutMs: 10_000 })).output;
}

describe('programs of tasks', () => {
  it('stand in for hey and helm when there are none, and say so', async () => {
    // By one pipe: of two nobody knows which is read first.
    expect(await runTask('hey -z 1m "a b" 2>&1', '/nowhere')).toBe(
      'sluice: hey is not on PATH, so a stand-in of the same flags runs\nours: --quiet hey -z 1m a b\n',
    );
    expect(programs?.stoodIn).toEqual(['hey', 'helm']);
  });

  it('leave the real ones alone when they are there', async () => {
    addProgram('hey', 'the real hey');
    const bin = addProgram('helm', 'the real helm');
    expect(await runTask('hey http://x; helm test', bin)).toBe('the real hey http://x\nthe real helm test\n');
    expect(programs?.stoodIn).toEqual([]);
  });

  it('tell the real hey of the proxy through which names of the cluster resolve', async () => {
    const bin = addProgram('hey', 'the real hey');
    expect(await runTask('hey -c 2 http://podinfo.test', bin, 'http://127.0.0.1:3128')).toBe(
      'the real hey -x http://127.0.0.1:3128 -c 2 http://podinfo.test\n',
    );
  });

  it('never name the password of a proxy in the arguments of the real hey', async () => {
    const bin = addProgram('hey', 'the real hey');
    const output = await runTask(
      'hey -c 2 http://podinfo.test 2>&1',
      bin,
      'http://pod:secret@127.0.0.1:3128',
    );
    expect(output).toContain('ours: --quiet hey -c 2 http://podinfo.test');
    expect(output).not.toContain('secret');
    expect(programs?.stoodIn).toContain('hey');
  });

  it('do not take a folder or a file without permission for a program', async () => {
    mkdirSync(join(folder, 'bin', 'hey'), { recursive: true });
    writeFileSync(join(folder, 'bin', 'helm'), '', { mode: 0o644 });
    await runTask('true', join(folder, 'bin'));
    expect(programs?.stoodIn).toEqual(['hey', 'helm']);
  });

  it('leave nothing on disk', async () => {
    await runTask('true', '/nowhere');
    const [first = ''] = programs?.path.split(':') ?? [];
    expect(existsSync(first)).toBe(true);
    programs?.dispose();
    expect(existsSync(first)).toBe(false);
  });
});
