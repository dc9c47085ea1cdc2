import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '../api/kube-object.ts';
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
