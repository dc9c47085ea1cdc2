import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientProgram, findProgram } from '../support/rigs/client-program.ts';
import type { ClientProgram } from '../support/rigs/client-program.ts';
import { run, startCommandCluster } from '../support/rigs/command-cluster.ts';
import type { CommandCluster } from '../support/rigs/command-cluster.ts';

const path = findProgram('kubectl');
const main = join(import.meta.dirname, '../../packages/sluice/src/cli/main.ts');

describe.skipIf(path === undefined)(
  'kubectl sluice, by an unmodified kubectl (needs kubectl on PATH or in $SLUICE_TEST_BIN)',
  () => {
    let cluster: CommandCluster;
    let folder: string;
    let kubectl: ClientProgram;

    beforeAll(async () => {
      cluster = await startCommandCluster();
      folder = mkdtempSync(join(tmpdir(), 'sluice-plugin-'));
      writeFileSync(
        join(folder, 'kubectl-sluice'),
        `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`,
        { mode: 0o755 },
      );
      kubectl = clientProgram(path ?? '', [], {
        KUBECONFIG: cluster.kubeconfig,
        PATH: [folder, process.env['PATH']].join(delimiter),
        LC_ALL: 'C.UTF-8',
      });
    });
    afterAll(async () => {
      await cluster.close();
      rmSync(folder, { recursive: true });
    });

    it('is a plugin that kubectl finds and does not warn of', async () => {
      const env = { ...process.env, PATH: folder };
      const { stdout, stderr } = await promisify(execFile)(path ?? '', ['plugin', 'list'], { env });
      expect(stdout + stderr).toContain(join(folder, 'kubectl-sluice'));
      expect(stderr).not.toContain('warning');
    });

    it('takes arguments, kubeconfig and exit codes through', async () => {
      cluster.putCanary('podinfo', { run });
      const listed = await kubectl.run(['sluice', 'get', '-A', '-o', 'name']);
      expect(listed).toEqual({ code: 0, stdout: 'canary/podinfo\n', stderr: '' });
      const { code, stdout } = await kubectl.run(['sluice', 'status', 'podinfo', '-n', 'default']);
      expect(stdout).toMatch(/^default\/podinfo {2}▶ Progressing/);
      expect(code).toBe(8);
    });

    it('decides in the name that kubectl itself has', async () => {
      cluster.putCanary('podinfo', { run });
      cluster.takeDecisions('done', 'paused');
      const { stdout: name } = await kubectl.run([
        'auth',
        'whoami',
        '-o',
        'jsonpath={.status.userInfo.username}',
      ]);
      const { stdout, code } = await kubectl.run(['sluice', 'pause', 'podinfo', '--for', '30m']);
      expect(name).not.toBe('');
      expect(stdout).toContain(`✔ paused by ${name} (claimed)`);
      expect(code).toBe(0);
    });
  },
);
