import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { pods } from '@sluice/kube/objects/resources.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import { clientProgram } from '../support/rigs/client-program.ts';
import type { ClientProgram } from '../support/rigs/client-program.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import { kubectlPath } from '../support/real/role/helm.ts';

const example = 'examples/podinfo';
const manifests = readdirSync(example).filter((file) => file.endsWith('.yaml'));
/** A dry run makes no namespace for what comes after it. */
const spaces = manifests
  .flatMap((file) => parseAllDocuments(readFileSync(join(example, file), 'utf8')))
  .map((document) => asRecord(document.toJS()))
  .filter(({ kind }) => kind === 'Namespace')
  .map(({ metadata }) => asText(asRecord(metadata)['name']) ?? '');

withRealKube('the manifests on', (binaries) => {
  describe.skipIf(kubectlPath === undefined)('the manifests on a real control plane (needs kubectl)', () => {
    let cluster: RealCluster;
    let kubectl: ClientProgram;

    const run = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await kubectl.run(args);
      expect(code, `kubectl ${args.join(' ')}: ${stderr}`).toBe(0);
      expect(stderr, `kubectl ${args.join(' ')}`).not.toContain('Warning');
      return stdout;
    };

    beforeAll(async () => {
      cluster = await startRealCluster(binaries, { namespaces: spaces });
      kubectl = clientProgram(kubectlPath ?? 'kubectl', ['--kubeconfig', cluster.plane.kubeconfig]);
    }, 90_000);

    afterAll(async () => cluster?.close());

    it.each(manifests)(`${example}/%s is accepted`, async (file) => {
      const said = await run(
        'apply',
        '--server-side',
        '--force-conflicts',
        '--dry-run=server',
        '-f',
        join(example, file),
      );
      expect(said).toContain('serverside-applied (server dry run)');
    });

    it('of deploy bring the definitions and two replicas under the restricted profile', async () => {
      await run('apply', '--server-side', '--force-conflicts', '-k', 'deploy');
      await run('-n', 'sluice-system', 'rollout', 'status', 'deployment/sluice', '--timeout=40s');
      const { items } = await cluster.kube.client.list(pods, { namespace: 'sluice-system' }, within());
      expect(items).toHaveLength(2);
    });

    it('of deploy change nothing when they are applied again', async () => {
      const kept = await run('apply', '--server-side', '--force-conflicts', '-k', 'deploy', '-o', 'json');
      const generation = await run(
        '-n',
        'sluice-system',
        'get',
        'deployment/sluice',
        '-o',
        'jsonpath={.metadata.generation}',
      );
      expect(kept).toContain('canaries.flagger.app');
      expect(generation).toBe('1');
    });
  });
});
