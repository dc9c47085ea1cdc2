import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '@sluice/lib/process/run-command.ts';
import { findProgram } from '../support/rigs/client-program.ts';
import { processesNaming } from '../support/rigs/processes-naming.ts';

const main = join(import.meta.dirname, '../../packages/sluice/src/cli/main.ts');
const soon = { timeout: 40_000, interval: 200 };
const kubectl = findProgram('kubectl');
const body = '{"name":"podinfo","namespace":"test"}';

describe.skipIf(kubectl === undefined)(
  'what sluice start says to type next (needs kubectl on PATH or in $SLUICE_TEST_BIN)',
  () => {
    const state = mkdtempSync(join(tmpdir(), 'sluice start '));
    let child: ChildProcess;
    let output = '';

    beforeAll(async () => {
      child = spawn(process.execPath, [main, 'start'], {
        env: { ...process.env, XDG_STATE_HOME: state, PATH: pathWithKubectl() },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await vi.waitUntil(() => output.includes('Ctrl-C ends everything.'), soon);
      // The version before the bad one is put back; that is not a run to mistake for the next one.
      await waitsUntilSettled();
    });
    afterAll(async () => {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(state, { recursive: true, force: true });
    });

    const pathWithKubectl = (): string => `${dirname(kubectl ?? '')}${delimiter}${process.env['PATH'] ?? ''}`;

    /** Types `script` into a shell in which the printed KUBECONFIG is set. */
    const type = async (script: string): Promise<string> => {
      const { HOME = '/', TMPDIR = '/tmp' } = process.env;
      const setting = /^ {2}(export KUBECONFIG=.*)$/m.exec(output)?.[1] ?? 'false';
      const result = await runCommand({
        argv: ['sh', '-ec', `${setting}\n${script}`],
        env: { HOME, TMPDIR, PATH: pathWithKubectl() },
        timeoutMs: 30_000,
        outputLimitBytes: 1024 * 1024,
      });
      expect(result.exitCode, `${script}\n${result.output}`).toBe(0);
      return result.output;
    };
    const status = (path: string): Promise<string> =>
      type(`kubectl -n test get canary podinfo -o jsonpath='{.status.${path}}'`);
    const becomes = (path: string, value: string | RegExp): Promise<void> =>
      vi.waitFor(async () => expect(await status(path)).toMatch(value), soon);
    const waitsUntilSettled = (): Promise<void> => becomes('outbox', /^(\[\])?$/);
    const ask = (path: string, data = body): Promise<string> =>
      type(
        `kubectl -n test exec deploy/flagger-loadtester -- curl -s -w ' %{http_code}' -d '${data}' http://localhost:8080${path}`,
      );
    /** The printed commands, block by block, as they stand there. */
    const blocks = (): readonly string[] =>
      (output.split('The cluster stays up.')[1] ?? '')
        .split('\n\n')
        .filter((block) => block.startsWith('  '));

    it('works as it stands there: look around, approve the version that waits, go back', async () => {
      const [look = '', console = '', approve = '', undo = ''] = blocks();
      const seen = await type(look);
      expect(seen).toMatch(/test\s+podinfo\s+(Progressing|WaitingPromotion)/);
      expect(seen).toMatch(/"message": "greetings from podinfo v6\.0\.[13]"/);
      await becomes('phase', /^WaitingPromotion$/);
      await becomes('waiting.reason', /^ApprovalNeeded$/);
      const page = await fetch(`${console.trim()}/gates?state=waiting`);
      expect(await page.text()).toContain('podinfo');
      await type(approve);
      await becomes('phase', /^Succeeded$/);
      expect(await status('decisions[0].by')).toBe('me');
      const images = "kubectl -n test get deploy podinfo-primary -o jsonpath='{..image}'";
      expect(await type(images)).toContain(':6.0.3');
      await type(undo);
      await becomes('phase', /^Failed$/);
      expect(await type(images)).toContain(':6.0.1');
      expect(await status('history[-1:].result')).toBe('undone');
    });

    it('rolls back when the rollback switch is opened in the middle of a rollout', async () => {
      await ask('/gate/close');
      await type('kubectl -n test set image deploy/podinfo podinfod=ghcr.io/stefanprodan/podinfo:6.0.4');
      await becomes('phase', /^WaitingPromotion$/);
      await ask('/rollback/open');
      await becomes('phase', /^Failed$/);
      expect(await status('run.cause')).toContain('rollback gate');
      await ask('/rollback/close');
    });

    it('keeps an open gate open over a restart of the container', async () => {
      await ask('/gate/open');
      const pod = 'kubectl -n test get pod -l app=flagger-loadtester -o';
      const described = await type('kubectl -n test describe pod -l app=flagger-loadtester');
      process.kill(Number(/Container started: loadtester \(pid (\d+)\)/.exec(described)?.[1]), 'SIGKILL');
      const restarted = `${pod} jsonpath='{.items[0].status.containerStatuses[0].restartCount} {.items[0].status.containerStatuses[0].ready}'`;
      await vi.waitFor(async () => expect(await type(restarted)).toBe('1 true'), soon);
      expect(await ask('/gate/check')).toMatch(/ 200$/);
      expect(await type('kubectl -n test logs --previous deploy/flagger-loadtester')).toContain('"gate"');
    });

    it('runs tasks of the types bash and kubectl with the rights of the cluster', async () => {
      const task = (kind: string, cmd: string): string =>
        JSON.stringify({
          name: 'podinfo',
          namespace: 'test',
          metadata: { type: kind, cmd, returnCmdOutput: 'true' },
        });
      expect(await ask('/', task('bash', 'x=$(kubectl get ns test -o name); echo got $x'))).toMatch(
        /^got namespace\/test\n 200$/,
      );
      expect(await ask('/', task('kubectl', 'get canary podinfo -n test'))).toMatch(/podinfo\s+Failed/);
    });

    it('ends a load test with the pod it runs in', async () => {
      const cmd = 'hey -z 50s -q 1 -c 1 http://podinfo-primary.test:9898/';
      const payload = { name: 'podinfo', namespace: 'test', metadata: { cmd } };
      expect(await ask('/', JSON.stringify(payload))).toMatch(/ 202$/);
      const loads = (): number =>
        processesNaming(state).filter((pid) => commandOf(pid).includes('hey\0-z\u000050s')).length;
      await vi.waitFor(() => expect(loads()).toBeGreaterThan(0), soon);
      await type('kubectl -n test delete pod -l app=flagger-loadtester --wait');
      await vi.waitFor(() => expect(loads()).toBe(0), soon);
    });
  },
);

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
