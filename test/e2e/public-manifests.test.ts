import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sluiceCommand } from '@sluice/sluice/cli/sluice-command.ts';
import { createLocalCluster } from '@sluice/local/cluster.ts';
import type { LocalCluster } from '@sluice/local/cluster.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { clientProgram, findProgram } from '../support/rigs/client-program.ts';
import { createFakeLog } from '../support/fakes/fake-log.ts';

const kubectlPath = findProgram('kubectl');
const helmPath = findProgram('helm');
const fixtures = join(import.meta.dirname, '__fixtures__');

describe.skipIf(kubectlPath === undefined)(
  'manifests as people have them, applied as they are (needs kubectl, and helm for charts)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-manifests-'));
    let cluster: LocalCluster;

    beforeAll(async () => {
      cluster = await createLocalCluster({
        dataDir: join(folder, 'data'),
        clock: createSystemClock(),
        log: createFakeLog(),
        // helm test is also run by the tester, which finds helm on this path.
        environment: {
          ...process.env,
          PATH: `${dirname(helmPath ?? kubectlPath ?? '')}:${process.env['PATH']}`,
        },
        programs: { sluice: sluiceCommand() },
        crdFolder: join(import.meta.dirname, '../../deploy/crds'),
      });
      await kubectl('create', 'namespace', 'shop');
    });
    afterAll(async () => {
      await cluster.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const runProgram = async (path: string | undefined, args: readonly string[]): Promise<string> => {
      const env = { KUBECONFIG: cluster.kubeconfigPath, HOME: folder, HELM_CACHE_HOME: folder };
      const { code, stdout, stderr } = await clientProgram(path ?? '', [], env).run(args);
      expect(code, `${args.join(' ')}: ${stdout}${stderr}`).toBe(0);
      return stdout;
    };
    const kubectl = (...args: string[]): Promise<string> => runProgram(kubectlPath, args);
    const exec = (deployment: string, ...command: string[]): Promise<string> =>
      kubectl('-n', 'shop', 'exec', `deploy/${deployment}`, '--', ...command);
    const helm = (...args: string[]): Promise<string> => runProgram(helmPath, [...args, '-n', 'shop']);

    it('runs podinfo with its exec probes; its autoscaler is kept and does nothing', async () => {
      const applied = await kubectl('apply', '-k', join(fixtures, 'podinfo'));
      expect(applied).toContain('horizontalpodautoscaler.autoscaling/podinfo created');
      await kubectl('-n', 'shop', 'rollout', 'status', 'deploy/podinfo', '--timeout=60s');
      expect(await kubectl('-n', 'shop', 'get', 'deploy', 'podinfo')).toMatch(/1\/1/);
      expect(await kubectl('-n', 'shop', 'get', 'hpa', 'podinfo')).toMatch(
        /Deployment\/podinfo\s.*99%\s+2\s+4/,
      );
      const again = await kubectl('apply', '-k', join(fixtures, 'podinfo'));
      expect(again.trim().split('\n')).toHaveLength(3);
      expect(again).not.toContain('configured');
    });

    it('runs the load tester, which reaches the app by its name', async () => {
      await kubectl('apply', '-k', join(fixtures, 'tester'));
      await kubectl('-n', 'shop', 'rollout', 'status', 'deploy/flagger-loadtester', '--timeout=60s');
      const answer = await exec('flagger-loadtester', 'curl', '-s', 'http://podinfo.shop:9898/api/info');
      expect(JSON.parse(answer)).toMatchObject({ version: '6.5.4', color: '#ab1234' });
    });

    it.skipIf(helmPath === undefined)(
      'runs a helm tester from a chart, and the tests of a release by it',
      async () => {
        await helm('install', 'helmtester', join(fixtures, 'chart'), '--wait', '--timeout', '60s');
        expect(await helm('list')).toMatch(/helmtester\s+shop\s+1\s.*deployed\s+helmtester-0\.1\.0/);
        const tested = await helm('test', 'helmtester', '--logs');
        expect(tested).toMatch(/Phase:\s+Succeeded/);
        expect(tested).toMatch(/POD LOGS: helmtester-token-test[\s\S]*somebody/);
        const hook = {
          name: 'x',
          namespace: 'shop',
          metadata: { type: 'helmv3', cmd: 'test helmtester -n shop' },
        };
        const data = ['-d', JSON.stringify(hook), 'http://localhost:8080/'];
        const answer = await exec('helmtester', 'curl', '-s', '-w', '%{http_code}', ...data);
        expect(answer).toMatch(/200$/);
        await helm('upgrade', 'helmtester', join(fixtures, 'chart'), '--set', 'podName=nobody', '--wait');
        await expect(helm('test', 'helmtester')).rejects.toThrow(/failed/i);
        await helm('uninstall', 'helmtester', '--wait');
        expect(await kubectl('-n', 'shop', 'get', 'deploy,sa,pdb', '-o', 'name')).not.toContain('helmtester');
      },
    );
  },
);
