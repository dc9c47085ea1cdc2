import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '../../src/api/kube-object.ts';
import { configMaps, deployments, namespaces, services } from '../../src/api/resources.ts';
import { isConflict, isNotFound } from '../../src/lib/kube-error.ts';
import type { KubeClient, WatchEvent } from '../../src/ports/kube.ts';

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
    let client: KubeClient;
    const namespace = `contract-${process.pid}-${Math.floor(performance.now())}`;
    let count = 0;
    const nextName = (): string => `object-${++count}`;
    const within = (): AbortSignal => AbortSignal.timeout(15_000);

    const configMap = (data: Record<string, string>, labels: Record<string, string> = {}): AnyKubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: nextName(), namespace, labels },
      data,
    });
    const create = (object: AnyKubeObject): Promise<AnyKubeObject> =>
      client.create(configMaps, object, within());
    const refOf = ({ metadata }: AnyKubeObject) => ({ namespace, name: metadata.name });

    beforeAll(async () => {
      fixture = await createFixture();
      client = fixture.client;
      await client.create(
        namespaces,
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
        within(),
      );
    }, 90_000);

    afterAll(async () => {
      await client.delete(namespaces, { name: namespace }, {}, within()).catch(() => undefined);
      await fixture.close();
    });

    describe('one object', () => {
      it('comes back as created, with a uid, a version and a time', async () => {
        const made = await create(configMap({ color: 'blue' }, { app: 'podinfo' }));
        const read = await client.get(configMaps, refOf(made), within());
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
        const read = client.get(configMaps, { namespace, name: 'nobody' }, within());
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
        await expect(client.list(unknown, {}, within())).rejects.toSatisfy(isNotFound);
      });

      it('that is invalid is refused with a reason', async () => {
        const broken = {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'Not A Name', namespace },
          spec: deploymentSpec,
        };
        await expect(client.create(deployments, broken, within())).rejects.toMatchObject({
          code: 422,
          reason: 'Invalid',
        });
      });

      it('is gone after delete, and a second delete is NotFound', async () => {
        const made = await create(configMap({}));
        await client.delete(configMaps, refOf(made), { propagationPolicy: 'Background' }, within());
        await expect(client.get(configMaps, refOf(made), within())).rejects.toSatisfy(isNotFound);
        await expect(client.delete(configMaps, refOf(made), {}, within())).rejects.toSatisfy(isNotFound);
      });

      it('survives a delete that meant another uid or an older version', async () => {
        const made = await create(configMap({}));
        const another = '00000000-0000-0000-0000-000000000000';
        await expect(client.delete(configMaps, refOf(made), { uid: another }, within())).rejects.toSatisfy(
          isConflict,
        );
        const stale = { resourceVersion: made.metadata.resourceVersion ?? '' };
        await client.mergePatch(configMaps, refOf(made), { data: { moved: 'yes' } }, {}, within());
        await expect(client.delete(configMaps, refOf(made), stale, within())).rejects.toSatisfy(isConflict);
        await expect(client.get(configMaps, refOf(made), within())).resolves.toBeDefined();
      });
    });

    describe('a merge patch', () => {
      it('changes what it names, removes what it sets to null, and leaves the rest', async () => {
        const made = await create(configMap({ keep: '1', drop: '2' }, { app: 'x' }));
        const patch = { data: { drop: null, add: '3' } };
        const after = await client.mergePatch(configMaps, refOf(made), patch, {}, within());
        expect(after['data']).toEqual({ keep: '1', add: '3' });
        expect(after.metadata.labels).toEqual({ app: 'x' });
      });

      it('that carries an old version is a Conflict and changes nothing', async () => {
        const made = await create(configMap({ value: '1' }));
        await client.mergePatch(configMaps, refOf(made), { data: { value: '2' } }, {}, within());
        const stale = {
          metadata: { resourceVersion: made.metadata.resourceVersion },
          data: { value: '3' },
        };
        const patched = client.mergePatch(configMaps, refOf(made), stale, {}, within());
        await expect(patched).rejects.toMatchObject({ code: 409, reason: 'Conflict' });
        const read = await client.get(configMaps, refOf(made), within());
        expect(read['data']).toEqual({ value: '2' });
      });

      it('that changes nothing keeps the version', async () => {
        const made = await create(configMap({ value: '1' }));
        const after = await client.mergePatch(
          configMaps,
          refOf(made),
          { data: { value: '1' } },
          {},
          within(),
        );
        expect(after.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
      });

      it('of the status leaves the spec alone, and one of the spec leaves the status alone', async () => {
        const made = await client.create(deployments, deployment(nextName(), namespace), within());
        const ref = refOf(made);
        const both = { spec: { replicas: 7 }, status: { observedGeneration: 1, replicas: 1 } };
        const status = await client.mergePatch(deployments, ref, both, { subresource: 'status' }, within());
        expect(status).toMatchObject({ spec: { replicas: 1 }, status: { observedGeneration: 1 } });
        expect(status.metadata.generation).toBe(1);
        const spec = await client.mergePatch(
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
        const patched = client.mergePatch(
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
        const made = await client.apply(configMaps, wanted, { force: true }, within());
        expect(made.metadata.uid).toBeDefined();
        const changed = { ...wanted, data: { color: 'green' } };
        const after = await client.apply(configMaps, changed, { force: true }, within());
        expect(after['data']).toEqual({ color: 'green' });
        expect(after.metadata.uid).toBe(made.metadata.uid);
      });

      it('leaves alone what others added', async () => {
        const wanted = configMap({ ours: '1' });
        await client.apply(configMaps, wanted, { force: true }, within());
        await client.mergePatch(configMaps, refOf(wanted), { data: { theirs: '2' } }, {}, within());
        const after = await client.apply(configMaps, wanted, { force: true }, within());
        expect(after['data']).toEqual({ ours: '1', theirs: '2' });
      });
    });

    describe('a list', () => {
      it('comes in pages that together hold every object once, whole with kind and apiVersion', async () => {
        const made = await Promise.all([1, 2, 3, 4, 5].map(() => create(configMap({}, { set: 'pages' }))));
        const seen: AnyKubeObject[] = [];
        let next: string | undefined;
        do {
          const page = await client.list(
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
        const byLabel = await client.list(
          configMaps,
          { namespace, labelSelector: 'tier in (a, c)' },
          within(),
        );
        expect(byLabel.items.map(({ metadata }) => metadata.name)).toEqual([one.metadata.name]);
        const fieldSelector = `metadata.name=${one.metadata.name}`;
        const byField = await client.list(configMaps, { namespace, fieldSelector }, within());
        expect(byField.items).toHaveLength(1);
      });

      it('of metadata only holds nothing else', async () => {
        const made = await create(configMap({ secret: 'no' }, { set: 'partial' }));
        const options = { namespace, labelSelector: 'set=partial', metadataOnly: true };
        const { items } = await client.list(configMaps, options, within());
        expect(items).toHaveLength(1);
        expect(items[0]).toMatchObject({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { uid: made.metadata.uid },
        });
        expect(Object.keys(items[0] ?? {}).toSorted()).toEqual(['apiVersion', 'kind', 'metadata']);
      });

      it('of a namespace that does not exist is empty', async () => {
        const { items } = await client.list(services, { namespace: 'nobody-lives-here' }, within());
        expect(items).toEqual([]);
      });
    });

    describe('a watch', () => {
      const watched = async (
        selector: string,
        wanted: number,
        change: () => Promise<void>,
        options: { metadataOnly?: boolean; resourceVersion?: string } = {},
      ): Promise<WatchEvent[]> => {
        const { resourceVersion } = await client.list(configMaps, { namespace, limit: 1 }, within());
        const events: WatchEvent[] = [];
        const changed = change();
        const stream = client.watch(
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
          await client.mergePatch(configMaps, refOf(made), { data: { value: '2' } }, {}, within());
          await client.delete(configMaps, refOf(made), {}, within());
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
          await client.mergePatch(
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
        const { resourceVersion } = await client.list(configMaps, { namespace, limit: 1 }, within());
        const options = { namespace, labelSelector: 'set=nobody', resourceVersion, timeoutSeconds: 1 };
        const types: string[] = [];
        for await (const { type } of client.watch(configMaps, options, within())) types.push(type);
        expect(types.filter((type) => type !== 'BOOKMARK')).toEqual([]);
      });

      it('ends with the reason of its signal', async () => {
        const { resourceVersion } = await client.list(configMaps, { namespace, limit: 1 }, within());
        const stop = new AbortController();
        const options = { namespace, labelSelector: 'set=abort', resourceVersion, timeoutSeconds: 20 };
        const reason = new Error('the reader left');
        const leaveOnFirstObject = async (): Promise<void> => {
          for await (const event of client.watch(configMaps, options, stop.signal)) {
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

    it('rejects with the reason of a signal that is aborted already', async () => {
      const reason = new Error('too late');
      await expect(client.get(configMaps, { namespace, name: 'x' }, AbortSignal.abort(reason))).rejects.toBe(
        reason,
      );
    });
  });
}

const deploymentSpec = {
  replicas: 1,
  selector: { matchLabels: { app: 'podinfo' } },
  template: {
    metadata: { labels: { app: 'podinfo' } },
    spec: { containers: [{ name: 'podinfo', image: 'ghcr.io/stefanprodan/podinfo:6.0.0' }] },
  },
};

const deployment = (name: string, namespace: string): AnyKubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: deploymentSpec,
});
