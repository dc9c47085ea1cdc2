import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configMaps, namespaces } from '@sluice/kube/objects/resources.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { createContractSpace, within } from './kube-client/contract-space.ts';
import { describeLists } from './kube-client/lists.ts';
import { describeObjects } from './kube-client/objects.ts';
import { describePatches } from './kube-client/patches.ts';
import { describeWatches } from './kube-client/watches.ts';

export interface KubeClientFixture {
  readonly client: KubeClient;
  close(): Promise<void>;
}

/** What every Kubernetes API must do for Sluice, whichever server answers. */
export function describeKubeClientContract(
  name: string,
  createFixture: () => Promise<KubeClientFixture>,
): void {
  describe(`${name} as a Kubernetes API`, () => {
    let fixture: KubeClientFixture;
    const space = createContractSpace(() => fixture.client);
    const { namespace } = space;

    beforeAll(async () => {
      fixture = await createFixture();
      await space.client.create(
        namespaces,
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
        within(),
      );
    }, 90_000);

    afterAll(async () => {
      await space.client.delete(namespaces, { name: namespace }, {}, within()).catch(() => undefined);
      await fixture.close();
    });

    describeObjects(space);
    describePatches(space);
    describeLists(space);
    describeWatches(space);

    it('rejects with the reason of a signal that is aborted already', async () => {
      const reason = new Error('too late');
      const read = space.client.get(configMaps, { namespace, name: 'x' }, AbortSignal.abort(reason));
      await expect(read).rejects.toBe(reason);
    });
  });
}
