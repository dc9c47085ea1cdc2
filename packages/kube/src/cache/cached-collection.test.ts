import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '../objects/kube-object.ts';
import { createCachedCollection } from './cached-collection.ts';

const ref = { namespace: 'test', name: 'a' };

const object = (resourceVersion: string, uid = 'first'): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...ref, uid, resourceVersion },
});

const versionIn = (collection: ReturnType<typeof createCachedCollection>): string | undefined =>
  collection.get(ref)?.metadata.resourceVersion;

describe('what a cache holds of one object', () => {
  it('is not replaced by the answer to an earlier write that comes late', () => {
    const collection = createCachedCollection();
    collection.replace({ resourceVersion: '5', items: [object('5')] });
    collection.remember(object('7'));
    collection.remember(object('6'));
    expect(versionIn(collection)).toBe('7');
  });

  it('is what the answer to an own write said, when the watch tells of it again', () => {
    const collection = createCachedCollection();
    collection.replace({ resourceVersion: '5', items: [object('5')] });
    collection.remember(object('7'));
    const answered = collection.get(ref);
    const [told] = collection.apply({ type: 'MODIFIED', object: object('7') });
    expect(collection.get(ref)).toBe(answered);
    expect(told?.object).toBe(answered);
  });

  it('is what a fresh list says, also where its versions are lower: a server restored from a backup', () => {
    const collection = createCachedCollection();
    collection.replace({ resourceVersion: '50', items: [object('50')] });
    collection.beginList();
    collection.replace({ resourceVersion: '9', items: [object('9')] });
    expect(versionIn(collection)).toBe('9');
  });

  it('stays when the deletion of its predecessor is told after it was made anew', () => {
    const collection = createCachedCollection();
    collection.replace({ resourceVersion: '5', items: [object('5')] });
    collection.remember(object('8', 'second'));
    collection.apply({ type: 'DELETED', object: object('7') });
    expect(collection.get(ref)?.metadata.uid).toBe('second');
  });
});

describe('what a cache finds by its indexed label', () => {
  const labelled = (name: string, service: string | undefined, version: number): AnyKubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace: 'test',
      name,
      uid: name,
      resourceVersion: String(version),
      ...(service === undefined ? {} : { labels: { service } }),
    },
  });
  const anObject = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    service: fc.constantFrom('x', 'y', undefined),
  });
  const change = fc.record({
    act: fc.constantFrom('apply', 'remember', 'delete', 'replace', 'clear'),
    objects: fc.uniqueArray(anObject, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
  });

  it('is what a walk through all finds, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const collection = createCachedCollection('service');
        for (const [version, { act, objects }] of changes.entries()) {
          const items = objects.map(({ name, service }) => labelled(name, service, version + 1));
          const resourceVersion = String(version + 1);
          if (act === 'clear') collection.clear();
          if (act === 'replace') collection.replace({ resourceVersion, items });
          for (const item of items) {
            if (act === 'remember') collection.remember(item);
            if (act === 'apply') collection.apply({ type: 'MODIFIED', object: item });
            if (act === 'delete') collection.apply({ type: 'DELETED', object: item });
          }
          for (const service of ['x', 'y']) {
            const all = [...collection.inNamespace('test')];
            const walked = all.filter(({ metadata }) => metadata.labels?.['service'] === service);
            expect(new Set(collection.labelled('test', service))).toEqual(new Set(walked));
          }
        }
      }),
    );
  });
});
