import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { createLocalCluster } from '@sluice/local/cluster.ts';
import type { LocalCluster } from '@sluice/local/cluster.ts';
import { sluiceCommand } from '@sluice/sluice/cli/sluice-command.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { blocksOf, root } from '../support/docs/read-pages.ts';
import type { Block } from '../support/docs/read-pages.ts';
import { createFakeLog } from '../support/fakes/fake-log.ts';
import { clientProgram, findProgram } from '../support/rigs/client-program.ts';

const kubectlPath = findProgram('kubectl');
const file = 'docs/guides/first-canary.md';
const page = { file, text: readFileSync(join(root, file), 'utf8') };
const blocks = blocksOf(page);
const longestMs = 60_000;

/** Commands of the guide, each with the output that it shows. */
const steps = blocks.flatMap((block, index) => {
  if (block.language !== 'indented') return [];
  const next = blocks[index + 1];
  return [
    { at: block.at, commands: commandsIn(block), shown: next?.language === '' ? linesOf(next.text) : [] },
  ];
});

function commandsIn({ text }: Block): readonly string[] {
  return text.replaceAll(/\\\n\s*/g, ' ').split('\n');
}

/** Lines without what differs at each run: times, ages, addresses, hashes and the width of columns. */
function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) =>
      line
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
        .replaceAll(/\b(?:\d+m)?\d+s\b/g, 'AGE')
        .replaceAll(/\b10\.96\.\d+\.\d+\b/g, 'ADDRESS')
        .replaceAll(/\b[0-9a-f]{10}\b/g, 'HASH')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '');
}

/** A minute of waiting: `npm cit` leaves it to CI. */
const isLong = process.env['SLUICE_TESTS'] === 'long';

describe.skipIf(kubectlPath === undefined || !isLong)(
  'the guide of the first Canary, typed as it stands (needs kubectl, and SLUICE_TESTS=long)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-guide-'));
    let cluster: LocalCluster;
    let env: Readonly<Record<string, string>>;

    const shell = (line: string) => clientProgram('bash', ['-c'], env).run([`cd '${folder}' && ${line}`]);
    /** What the guide leaves to the reader: where the clone is, and the address of the Gateway. */
    const typed = (line: string): string =>
      line
        .replace(
          'npm run sluice --',
          `'${process.execPath}' '${join(root, 'packages/sluice/src/cli/main.ts')}'`,
        )
        .replace('http://ADDRESS', cluster.gatewayUrl);

    beforeAll(async () => {
      cluster = await createLocalCluster({
        dataDir: join(folder, 'data'),
        clock: createSystemClock(),
        log: createFakeLog(),
        environment: process.env,
        programs: { sluice: sluiceCommand() },
        crdFolder: join(root, 'deploy/crds'),
      });
      env = {
        KUBECONFIG: cluster.kubeconfigPath,
        HOME: folder,
        PATH: `${dirname(kubectlPath ?? '')}:${process.env['PATH'] ?? ''}`,
      };
      for (const [, name = '', yaml = ''] of page.text.matchAll(
        /Save this as `(\S+)`.*?```yaml\n(.*?)```/gs,
      )) {
        const quick = yaml
          .replace('interval: 10s', 'interval: 5s')
          .replace('pollInterval: 5s', 'pollInterval: 1s');
        writeFileSync(
          join(folder, name),
          quick.replace('gatewayClassName: example', 'gatewayClassName: sluice-local'),
        );
      }
      const testers = readFileSync(join(root, 'examples/podinfo/testers.yaml'), 'utf8').split('\n---\n');
      writeFileSync(join(folder, 'tester.yaml'), testers.slice(0, 2).join('\n---\n'));
      // What the guide asks for: a cluster with Sluice.
      const example = join(root, 'examples/podinfo');
      const { code, stderr } = await shell(
        `kubectl apply -f '${example}/namespaces.yaml' && kubectl apply -f '${example}/controller.yaml'`,
      );
      if (code !== 0) throw new Error(stderr);
    });
    afterAll(async () => {
      await cluster.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Output of one command; of one that watches, once it has all lines of `shown`. */
    async function output(line: string, shown: readonly string[]): Promise<string> {
      // Helm and an image of the tester are what the local cluster lacks; its stand-in is the same program.
      if (line.startsWith('helm ')) return output('kubectl apply -f tester.yaml', shown);
      if (line.endsWith(' -w')) return watched(line, shown);
      const { code, stdout, stderr } = await shell(typed(line));
      if (code !== 0) throw new Error(`${line}: exit code ${code}: ${stderr}`);
      return stdout;
    }

    async function watched(line: string, shown: readonly string[]): Promise<string> {
      const program = clientProgram(kubectlPath ?? '', [], env).follow(line.split(' ').slice(1));
      try {
        await vi.waitFor(() => expect(missing(program.output(), shown), program.output()).toEqual([]), {
          timeout: longestMs,
        });
        return program.output();
      } finally {
        await program.stop();
      }
    }

    const missing = (text: string, shown: readonly string[]): readonly string[] => {
      const lines = linesOf(text);
      return shown.filter((line) => !lines.includes(line));
    };

    it(
      'gives the output that it shows, from the first step to the last',
      { timeout: 3 * longestMs },
      async () => {
        expect(steps.length).toBeGreaterThan(10);
        expect(steps.filter(({ shown }) => shown.length > 0).length).toBeGreaterThan(7);
        for (const { at, commands, shown } of steps) {
          // A reader types more slowly than the cluster works, so what has no effect yet is typed again.
          await vi.waitFor(
            async () => {
              const texts: string[] = [];
              for (const command of commands) texts.push(await output(command, shown));
              expect(missing(texts.join('\n'), shown), `${at}: ${texts.join('\n')}`).toEqual([]);
            },
            { timeout: 2 * longestMs, interval: 200 },
          );
        }
      },
    );

    const kubectl = async (args: string): Promise<void> => {
      const { code, stderr } = await shell(`kubectl ${args}`);
      expect(code, `kubectl ${args}: ${stderr}`).toBe(0);
    };
    const patchHooks = (...hooks: readonly object[]): Promise<void> => {
      const patch = JSON.stringify({ spec: { analysis: { threshold: 1, webhooks: hooks } } });
      return kubectl(`-n test patch canary podinfo --type=merge -p '${patch}'`);
    };

    it('is followed by a job of CI that ends as the run ends', { timeout: 3 * longestMs }, async () => {
      const recipes = {
        file: 'recipes.md',
        text: readFileSync(join(root, 'docs/guides/recipes.md'), 'utf8'),
      };
      const script = blocksOf(recipes).find(({ language }) => language === 'sh')?.text ?? '';
      expect(script).toContain('--for=condition=Promoted');
      const job = (tag: string) => shell(`IMAGE=ghcr.io/stefanprodan/podinfo:${tag}\n${script}`);

      await kubectl('apply -f app.yaml -f gateway.yaml -f tester.yaml -f canary.yaml');
      await patchHooks();
      await kubectl('-n test wait canary/podinfo --for=jsonpath={.status.phase}=Initialized --timeout=60s');
      await expect(job('6.0.1')).resolves.toMatchObject({ code: 0 });

      await patchHooks({ name: 'no', type: 'rollout', url: 'http://flagger-loadtester.test/gate/halt' });
      const failed = await job('6.0.3');
      expect(failed).toMatchObject({ code: 1 });
      expect(failed.stdout).toContain('failed checks threshold reached 1/1');
    });
  },
);
