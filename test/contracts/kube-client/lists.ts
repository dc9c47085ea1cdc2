import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, services } from '@sluice/kube/objects/resources.ts';
import { within } from './contract-space.ts';
import type { ContractSpace } from './contract-space.ts';

/** Lists: pages, selectors, metadata only. */
export function describeLists(space: ContractSpace): void {
  const { namespace, configMap, create } = space;

  describe('a list', () => {
    it('comes in pages that together hold every object once, whole with kind and apiVersion', async () => {
      const made = await Promise.all([1, 2, 3, 4, 5].map(() => create(configMap({}, { set: 'pages' }))));
      const seen: AnyKubeObject[] = [];
      let next: string | undefined;
      do {
        const page = await space.client.list(
          configMaps,
          {
            namespace,
            labelSelector: 'set=pages',
            limit: 2,
            ...(next === undefined ? {} : { continue: next }),
          },
          within(),
        );
        expect(page.resourceVersion).toMatch(/^\d+$/);
        seen.push(...page.items);
        next = page.continue;
      } while (next !== undefined);
      const names = (objects: AnyKubeObject[]) => objects.map(({ metadata }) => metadata.name).toSorted();
      expect(names(seen)).toEqual(names(made));
      expect(seen[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    });

    it('takes label and field selectors', async () => {
      const [one] = await Promise.all([
        create(configMap({}, { tier: 'a' })),
        create(configMap({}, { tier: 'b' })),
      ]);
      const byLabel = await space.client.list(
        configMaps,
        { namespace, labelSelector: 'tier in (a, c)' },
        within(),
      );
      expect(byLabel.items.map(({ metadata }) => metadata.name)).toEqual([one.metadata.name]);
      const fieldSelector = `metadata.name=${one.metadata.name}`;
      const byField = await space.client.list(configMaps, { namespace, fieldSelector }, within());
      expect(byField.items).toHaveLength(1);
    });

    it('of metadata only holds nothing else', async () => {
      const made = await create(configMap({ secret: 'no' }, { set: 'partial' }));
      const options = { namespace, labelSelector: 'set=partial', metadataOnly: true };
      const { items } = await space.client.list(configMaps, options, within());
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { uid: made.metadata.uid },
      });
      expect(Object.keys(items[0] ?? {}).toSorted()).toEqual(['apiVersion', 'kind', 'metadata']);
    });

    it('of a namespace that does not exist is empty', async () => {
      const { items } = await space.client.list(services, { namespace: 'nobody-lives-here' }, within());
      expect(items).toEqual([]);
    });
  });
}
