import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createLocalKube } from '../../../../test/support/fakes/local-kube.ts';
import { configMaps } from '../objects/resources.ts';
import type { AnyKubeObject } from '../objects/kube-object.ts';
import type { KubeClient } from '../ports/kube.ts';
import { fenceWrites } from './fence-writes.ts';

const ref = { namespace: 'default', name: 'some' };
const object: AnyKubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: ref };
const { signal } = new AbortController();

type Write = readonly [name: string, write: (client: KubeClient) => Promise<unknown>];

const writes: readonly Write[] = [
  ['create', (client) => client.create(configMaps, object, signal)],
  ['patch', (client) => client.mergePatch(configMaps, ref, { data: { a: 'b' } }, {}, signal)],
  ['apply', (client) => client.apply(configMaps, { ...object, data: { a: 'c' } }, {}, signal)],
  ['delete', (client) => client.delete(configMaps, ref, {}, signal)],
];

function bench() {
  const kube = createLocalKube(createFakeClock());
  let leading = true;
  const client = fenceWrites(kube.client(), () => leading);
  return { kube, client, lead: (now: boolean) => void (leading = now) };
}

describe('a process without the leader lease', () => {
  it.each(writes)('does not %s, and says why', async (name, write) => {
    const { kube, client, lead } = bench();
    if (name !== 'create') await client.create(configMaps, object, signal);
    const before = kube.store.get(configMaps, ref);
    lead(false);
    await expect(write(client)).rejects.toThrow(
      `${name} ConfigMap default/some: not written, because this process does not hold the leader lease`,
    );
    expect(kube.store.get(configMaps, ref)).toEqual(before);
    lead(true);
    await write(client);
    expect(kube.store.get(configMaps, ref)).not.toEqual(before);
  });

  it('reads as before', async () => {
    const { client, lead } = bench();
    await client.create(configMaps, object, signal);
    lead(false);
    expect((await client.get(configMaps, ref, signal)).metadata.name).toBe('some');
    expect((await client.list(configMaps, { namespace: 'default' }, signal)).items).toHaveLength(1);
  });
});
