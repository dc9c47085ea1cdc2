import { describe, expect, it } from 'vitest';
import { configMaps } from '@sluice/kube/objects/resources.ts';
import type { WatchEvent } from '@sluice/kube/ports/kube.ts';
import { refOf, within } from './contract-space.ts';
import type { ContractSpace } from './contract-space.ts';

/** Watches: what they tell, and how they end. */
export function describeWatches(space: ContractSpace): void {
  const { namespace, configMap, create } = space;

  describe('a watch', () => {
    const watched = async (
      selector: string,
      wanted: number,
      change: () => Promise<void>,
      options: { metadataOnly?: boolean; resourceVersion?: string } = {},
    ): Promise<WatchEvent[]> => {
      const { resourceVersion } = await space.client.list(configMaps, { namespace, limit: 1 }, within());
      const events: WatchEvent[] = [];
      const changed = change();
      const stream = space.client.watch(
        configMaps,
        { namespace, labelSelector: selector, resourceVersion, timeoutSeconds: 20, ...options },
        within(),
      );
      for await (const event of stream) {
        if (event.type !== 'BOOKMARK') events.push(event);
        if (events.length === wanted) break;
      }
      await changed;
      return events;
    };

    it('tells what was added, modified and deleted since a version, in order', async () => {
      const events = await watched('set=watch', 3, async () => {
        const made = await create(configMap({ value: '1' }, { set: 'watch' }));
        await space.client.mergePatch(configMaps, refOf(made), { data: { value: '2' } }, {}, within());
        await space.client.delete(configMaps, refOf(made), {}, within());
      });
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
      expect(events.map(({ object }) => object['data'])).toEqual([
        { value: '1' },
        { value: '2' },
        { value: '2' },
      ]);
      const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    });

    it('of metadata only holds nothing else', async () => {
      const change = async () => void (await create(configMap({ secret: 'no' }, { set: 'watch-partial' })));
      const [event] = await watched('set=watch-partial', 1, change, { metadataOnly: true });
      expect(Object.keys(event?.object ?? {}).toSorted()).toEqual(['apiVersion', 'kind', 'metadata']);
    });

    it('sees an object that leaves the selection as deleted', async () => {
      const made = await create(configMap({}, { set: 'leaving' }));
      const [event] = await watched('set=leaving', 1, async () => {
        await space.client.mergePatch(
          configMaps,
          refOf(made),
          { metadata: { labels: { set: null } } },
          {},
          within(),
        );
      });
      expect(event?.type).toBe('DELETED');
    });

    it('ends by itself after its time', async () => {
      const { resourceVersion } = await space.client.list(configMaps, { namespace, limit: 1 }, within());
      const options = { namespace, labelSelector: 'set=nobody', resourceVersion, timeoutSeconds: 1 };
      const types: string[] = [];
      for await (const { type } of space.client.watch(configMaps, options, within())) types.push(type);
      expect(types.filter((type) => type !== 'BOOKMARK')).toEqual([]);
    });

    it('ends with the reason of its signal', async () => {
      const { resourceVersion } = await space.client.list(configMaps, { namespace, limit: 1 }, within());
      const stop = new AbortController();
      const options = { namespace, labelSelector: 'set=abort', resourceVersion, timeoutSeconds: 20 };
      const reason = new Error('the reader left');
      const leaveOnFirstObject = async (): Promise<void> => {
        for await (const event of space.client.watch(configMaps, options, stop.signal)) {
          if (event.type === 'ADDED') stop.abort(reason);
        }
      };
      const [left] = await Promise.allSettled([
        leaveOnFirstObject(),
        create(configMap({}, { set: 'abort' })),
      ]);
      expect(left).toEqual({ status: 'rejected', reason });
    });
  });
}
