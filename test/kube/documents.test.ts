import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { namespacesOf, readExamples } from '../support/docs/read-examples.ts';
import { clientProgram } from '../support/rigs/client-program.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import { kubectlPath } from '../support/real/role/helm.ts';

const { objects, completed } = readExamples();

withRealKube('the YAML of the documents on', (binaries) => {
  describe.skipIf(kubectlPath === undefined)('the YAML of the documents (needs kubectl)', () => {
    let cluster: RealCluster;
    let folder = '';

    beforeAll(async () => {
      const own = namespacesOf(objects).filter((name) => name !== 'default');
      cluster = await startRealCluster(binaries, { namespaces: own });
      folder = await mkdtemp(join(tmpdir(), 'sluice-documents-'));
    }, 90_000);
    afterAll(async () => {
      await cluster?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it.each([
      ['objects', objects],
      ['Canaries that are shown in part', completed],
    ])('%s are accepted by a server-side dry run', async (what, examples) => {
      expect(examples.length).toBeGreaterThan(8);
      const kubectl = clientProgram(kubectlPath ?? '', ['--kubeconfig', cluster.plane.kubeconfig]);
      const refused: string[] = [];
      for (const [index, { at, object }] of examples.entries()) {
        const file = join(folder, `${what.length}-${index}.json`);
        await writeFile(file, JSON.stringify(object));
        const args = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict'];
        const { code, stderr } = await kubectl.run([...args, '-f', file]);
        if (code !== 0 || stderr.includes('Warning')) refused.push(`${at}: ${stderr}`);
      }
      expect(refused).toEqual([]);
    });
  });
});
