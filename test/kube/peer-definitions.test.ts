import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { customResourceDefinitions } from '@sluice/kube/objects/resources.ts';
import { installedCrdProblem } from '@sluice/sluice/controller/installed-crd.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import { definitions, readManifests } from '../support/real/install-definitions.ts';
import { withPeer } from '../support/real/peer/peer.ts';
import { describeOnRealKube } from '../support/real/real-kube.ts';

withPeer("Flagger's own definitions with", (_binaries, binary) => {
  describeOnRealKube("Flagger's own definitions with", (client) => {
    beforeAll(async () => {
      for (const definition of readManifests(join(binary, '../crd.yaml')))
        await client().create(customResourceDefinitions, definition, within());
    });

    it('are refused at the start, with the fields that would be lost and the cure', async () => {
      await expect
        .poll(() => installedCrdProblem(client(), within()))
        .toMatch(/would drop status\.\w+.*; .*kubectl apply --server-side/);
    });

    it('are cured by applying ours over them', async () => {
      for (const definition of definitions)
        await client().apply(customResourceDefinitions, definition, { force: true }, within());
      await expect.poll(() => installedCrdProblem(client(), within())).toBeUndefined();
    });
  });
});
