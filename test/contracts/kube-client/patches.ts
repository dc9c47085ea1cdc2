import { describe, expect, it } from 'vitest';
import { configMaps, deployments } from '@sluice/kube/objects/resources.ts';
import { isNotFound } from '@sluice/kube/objects/kube-error.ts';
import { refOf, within } from './contract-space.ts';
import type { ContractSpace } from './contract-space.ts';
import { podinfoDeployment } from './podinfo-deployment.ts';

/** Merge patches and server-side apply. */
export function describePatches(space: ContractSpace): void {
  const { namespace, configMap, create } = space;

  describe('a merge patch', () => {
    it('changes what it names, removes what it sets to null, and leaves the rest', async () => {
      const made = await create(configMap({ keep: '1', drop: '2' }, { app: 'x' }));
      const patch = { data: { drop: null, add: '3' } };
      const after = await space.client.mergePatch(configMaps, refOf(made), patch, {}, within());
      expect(after['data']).toEqual({ keep: '1', add: '3' });
      expect(after.metadata.labels).toEqual({ app: 'x' });
    });

    it('that carries an old version is a Conflict and changes nothing', async () => {
      const made = await create(configMap({ value: '1' }));
      await space.client.mergePatch(configMaps, refOf(made), { data: { value: '2' } }, {}, within());
      const stale = {
        metadata: { resourceVersion: made.metadata.resourceVersion },
        data: { value: '3' },
      };
      const patched = space.client.mergePatch(configMaps, refOf(made), stale, {}, within());
      await expect(patched).rejects.toMatchObject({ code: 409, reason: 'Conflict' });
      const read = await space.client.get(configMaps, refOf(made), within());
      expect(read['data']).toEqual({ value: '2' });
    });

    it('that changes nothing keeps the version', async () => {
      const made = await create(configMap({ value: '1' }));
      const after = await space.client.mergePatch(
        configMaps,
        refOf(made),
        { data: { value: '1' } },
        {},
        within(),
      );
      expect(after.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    });

    it('of the status leaves the spec alone, and one of the spec leaves the status alone', async () => {
      const made = await space.client.create(
        deployments,
        podinfoDeployment(space.nextName(), namespace),
        within(),
      );
      const ref = refOf(made);
      const both = { spec: { replicas: 7 }, status: { observedGeneration: 1, replicas: 1 } };
      const status = await space.client.mergePatch(
        deployments,
        ref,
        both,
        { subresource: 'status' },
        within(),
      );
      expect(status).toMatchObject({ spec: { replicas: 1 }, status: { observedGeneration: 1 } });
      expect(status.metadata.generation).toBe(1);
      const spec = await space.client.mergePatch(
        deployments,
        ref,
        { spec: { replicas: 2 }, status: { replicas: 9 } },
        {},
        within(),
      );
      expect(spec).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 1 } });
      expect(spec.metadata.generation).toBe(2);
    });

    it('of an object that is not there is NotFound', async () => {
      const patched = space.client.mergePatch(
        configMaps,
        { namespace, name: 'nobody' },
        { data: {} },
        {},
        within(),
      );
      await expect(patched).rejects.toSatisfy(isNotFound);
    });
  });

  describe('apply', () => {
    it('creates what is not there and changes what is', async () => {
      const wanted = configMap({ color: 'blue' });
      const made = await space.client.apply(configMaps, wanted, { force: true }, within());
      expect(made.metadata.uid).toBeDefined();
      const changed = { ...wanted, data: { color: 'green' } };
      const after = await space.client.apply(configMaps, changed, { force: true }, within());
      expect(after['data']).toEqual({ color: 'green' });
      expect(after.metadata.uid).toBe(made.metadata.uid);
    });

    it('leaves alone what others added', async () => {
      const wanted = configMap({ ours: '1' });
      await space.client.apply(configMaps, wanted, { force: true }, within());
      await space.client.mergePatch(configMaps, refOf(wanted), { data: { theirs: '2' } }, {}, within());
      const after = await space.client.apply(configMaps, wanted, { force: true }, within());
      expect(after['data']).toEqual({ ours: '1', theirs: '2' });
    });
  });
}
