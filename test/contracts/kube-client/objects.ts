import { describe, expect, it } from 'vitest';
import { configMaps, deployments, selfSubjectReviews } from '@sluice/kube/objects/resources.ts';
import { isConflict, isNotFound } from '@sluice/kube/objects/kube-error.ts';
import { refOf, within } from './contract-space.ts';
import type { ContractSpace } from './contract-space.ts';
import { deploymentSpec } from './podinfo-deployment.ts';

/** One object: created, read, deleted, and what refuses that. */
export function describeObjects(space: ContractSpace): void {
  const { namespace, configMap, create } = space;

  describe('one object', () => {
    it('comes back as created, with a uid, a version and a time', async () => {
      const made = await create(configMap({ color: 'blue' }, { app: 'podinfo' }));
      const read = await space.client.get(configMaps, refOf(made), within());
      expect(read).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { color: 'blue' } });
      expect(read.metadata.labels).toEqual({ app: 'podinfo' });
      expect(read.metadata.uid).toBe(made.metadata.uid);
      expect(read.metadata.resourceVersion).toMatch(/^\d+$/);
      expect(Date.parse(read.metadata.creationTimestamp ?? '')).toBeGreaterThan(0);
    });

    it('is refused with AlreadyExists when it stands already', async () => {
      const made = await create(configMap({}));
      const again = create({ ...configMap({}), metadata: { name: made.metadata.name, namespace } });
      await expect(again).rejects.toSatisfy(isConflict);
      await expect(again).rejects.toMatchObject({ code: 409, reason: 'AlreadyExists', retryable: false });
    });

    it('that is not there is NotFound, and the message names it', async () => {
      const read = space.client.get(configMaps, { namespace, name: 'nobody' }, within());
      await expect(read).rejects.toSatisfy(isNotFound);
      await expect(read).rejects.toThrow(`get ConfigMap ${namespace}/nobody: 404 NotFound`);
    });

    it('of a kind that the server does not know is NotFound, too', async () => {
      const unknown = {
        group: 'nobody.example',
        version: 'v1',
        plural: 'things',
        kind: 'Thing',
        namespaced: true,
      };
      await expect(space.client.list(unknown, {}, within())).rejects.toSatisfy(isNotFound);
    });

    it('that is a review is answered, although it has no name', async () => {
      const { apiVersion, kind } = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      const review = { apiVersion, kind, metadata: { name: '' } };
      const answer = await space.client.create(selfSubjectReviews, review, within());
      const admin = expect.stringContaining('admin') as unknown;
      expect(answer).toMatchObject({ kind, status: { userInfo: { username: admin } } });
    });

    it('that is invalid is refused with a reason', async () => {
      const broken = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'Not A Name', namespace },
        spec: deploymentSpec,
      };
      await expect(space.client.create(deployments, broken, within())).rejects.toMatchObject({
        code: 422,
        reason: 'Invalid',
      });
    });

    it('is gone after delete, and a second delete is NotFound', async () => {
      const made = await create(configMap({}));
      await space.client.delete(configMaps, refOf(made), { propagationPolicy: 'Background' }, within());
      await expect(space.client.get(configMaps, refOf(made), within())).rejects.toSatisfy(isNotFound);
      await expect(space.client.delete(configMaps, refOf(made), {}, within())).rejects.toSatisfy(isNotFound);
    });

    it('survives a delete that meant another uid or an older version', async () => {
      const made = await create(configMap({}));
      const another = '00000000-0000-0000-0000-000000000000';
      await expect(
        space.client.delete(configMaps, refOf(made), { uid: another }, within()),
      ).rejects.toSatisfy(isConflict);
      const stale = { resourceVersion: made.metadata.resourceVersion ?? '' };
      await space.client.mergePatch(configMaps, refOf(made), { data: { moved: 'yes' } }, {}, within());
      await expect(space.client.delete(configMaps, refOf(made), stale, within())).rejects.toSatisfy(
        isConflict,
      );
      await expect(space.client.get(configMaps, refOf(made), within())).resolves.toBeDefined();
    });
  });
}
