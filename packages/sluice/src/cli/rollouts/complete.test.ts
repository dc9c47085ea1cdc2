import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { writeKubeconfig } from '@sluice/local/write-kubeconfig.ts';
import { approval, run, startCommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';
import type { CommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';

const main = join(import.meta.dirname, '../main.ts');
let cluster: CommandCluster;
let folder: string;

beforeAll(async () => {
  cluster = await startCommandCluster();
  folder = mkdtempSync(join(tmpdir(), 'sluice-complete-'));
  cluster.putCanary('podinfo', { run, approvals: [approval] });
  cluster.putCanary('payment', { run });
  cluster.putCanary('search', { run }, {}, 'prod');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await cluster.close();
});

const completed = async (...words: readonly string[]): Promise<readonly string[]> => {
  const { out, err, code } = await cluster.sluice(['__complete', ...words]);
  expect({ err, code }).toEqual({ err: '', code: 0 });
  return out.split('\n').slice(0, -1);
};

describe('the completion of a command line', () => {
  it.each([
    [['appr'], ['approve']],
    [['help', 'und'], ['undo']],
    [
      ['get', 'p'],
      ['payment', 'podinfo'],
    ],
    [
      ['approve', ''],
      ['payment', 'podinfo'],
    ],
    [['status', 'prod/'], ['prod/search']],
    [['get', '-n', 'pro'], ['prod']],
    [['get', '-n', 'prod', ''], ['search']],
    [['approve', 'podinfo', '--gate', ''], ['g-0000000001']],
    [
      ['get', '-o', ''],
      ['json', 'name', 'wide', 'yaml'],
    ],
    [['get', '--phase', 'Fa'], ['Failed']],
    [['status', '--until', 'g'], ['gate']],
    [['status', '--ti'], ['--timeout']],
    [['gate', 'o'], ['open']],
    [['completion', 'z'], ['zsh']],
    [['get', '--context', ''], ['sluice-local']],
    [['start', ''], []],
    [['nonsense', '-'], []],
  ])('%j is %j', async (words, expected) => {
    expect(await completed(...words)).toEqual(expected);
  });

  it('is nothing, within a second and silently, where the cluster does not answer', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    const path = join(folder, 'silent');
    writeKubeconfig(path, `http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const before = Date.now();
    expect(await completed('get', '--kubeconfig', path, '')).toEqual([]);
    expect(Date.now() - before).toBeLessThan(1500);
    silent.close();
  });

  it('never starts a login', async () => {
    const [path, mark] = [join(folder, 'login'), join(folder, 'logged-in')];
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'touch',
      args: [mark],
      interactiveMode: 'Never',
    };
    writeFileSync(
      path,
      stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [{ name: 'u', user: { exec } }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    );
    expect(await completed('get', '--kubeconfig', path, '')).toEqual([]);
    expect(() => rmSync(mark)).toThrow('ENOENT');
  });

  it('works in bash by the script that it prints', async () => {
    writeFileSync(join(folder, 'sluice'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`, {
      mode: 0o755,
    });
    const script =
      'eval "$(sluice completion bash)"; COMP_WORDS=(sluice get p); COMP_CWORD=2; _sluice; echo "${COMPREPLY[@]}"';
    const env = { ...process.env, KUBECONFIG: cluster.kubeconfig, PATH: `${folder}:${process.env['PATH']}` };
    const child = spawn('bash', ['-c', script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    expect(await text(child.stdout)).toBe('payment podinfo\n');
  });
});

describe('sluice completion', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'])(
    '%s prints a script that asks sluice __complete',
    async (shell) => {
      const { out, code } = await cluster.sluice(['completion', shell]);
      expect(out).toContain('sluice __complete');
      expect(code).toBe(0);
    },
  );

  it.each([[[]], [['tcsh']], [['toString']], [['bash', 'zsh']]])('%j ends with 2', async (args) => {
    expect((await cluster.sluice(['completion', ...args])).code).toBe(2);
  });
});
