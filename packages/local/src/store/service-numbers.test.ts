import { describe, expect, it } from 'vitest';
import { ref, start } from '../../../../test/support/rigs/store-bench.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { services } from '@sluice/kube/objects/resources.ts';
import { listAt, objectAt, textAt } from './json.ts';
import { createServiceNumbers } from './service-numbers.ts';
import { createStore } from './store.ts';

const fresh = () => createStore({ now: () => start, clusterIpPrefix: '10.96' });
const service = (name: string, spec: object = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: ref(name),
  spec: { selector: { app: 'a' }, ports: [{ port: 80 }], ...spec },
});
const addressOf = (object: AnyKubeObject): string => textAt(objectAt(object, 'spec'), 'clusterIP');
const portsOf = (object: AnyKubeObject): readonly unknown[] =>
  listAt(objectAt(object, 'spec'), 'ports').map((port) => objectAt({ port }, 'port')['nodePort']);

describe('the numbers of Services', () => {
  it('come back with a deletion, for those who ask for them', () => {
    const store = fresh();
    const address = addressOf(store.create(services, service('a')));
    expect(() => store.create(services, service('b', { clusterIP: address }))).toThrow(
      `failed to allocate IP ${address}: provided IP is already allocated`,
    );
    store.delete(services, ref('a'));
    expect(addressOf(store.create(services, service('b', { clusterIP: address })))).toBe(address);
  });

  it('come back with a change of the type, too', () => {
    const store = fresh();
    const created = store.create(services, service('a'));
    const outside = { type: 'ExternalName', externalName: 'example.com' };
    const updated = store.update(services, {
      ...created,
      spec: { ...objectAt(created, 'spec'), ...outside },
    });
    expect(objectAt(updated, 'spec')).not.toHaveProperty('clusterIP');
    const clusterIP = addressOf(created);
    expect(addressOf(store.create(services, service('b', { clusterIP })))).toBe(clusterIP);
  });

  it('are given again last, and for ever: as many Services as come and go', () => {
    const store = fresh();
    const seen = new Set<string>();
    for (let count = 0; count < 100; count++) {
      seen.add(addressOf(store.create(services, service('a'))));
      store.delete(services, ref('a'));
    }
    expect(seen.size).toBe(100);
    const numbers = createServiceNumbers('10.96');
    const size = 254 * 254;
    const all = new Set<string>();
    for (let count = 0; count <= size + 1; count++) {
      const address = numbers.freeAddress() ?? '';
      const object = { ...service('a', { clusterIP: address }), metadata: { ...ref('a'), uid: `${count}` } };
      numbers.follow({ type: 'ADDED', object });
      numbers.follow({ type: 'DELETED', object });
      all.add(address);
    }
    expect(all.size).toBe(size);
  });

  it('are not taken by a dry run', () => {
    const store = fresh();
    const tried = store.create(services, service('a'), { dryRun: true });
    expect(addressOf(store.create(services, service('b')))).toBe(addressOf(tried));
  });

  it('differ for two Services that a watcher creates within one write', () => {
    const store = fresh();
    const open = { type: 'NodePort' };
    let made = false;
    store.subscribe(services, () => {
      if (made) return;
      made = true;
      store.create(services, service('b', open));
      store.create(services, service('c', open));
    });
    store.create(services, service('a', open));
    const all = store.list(services);
    expect(new Set(all.map(addressOf)).size).toBe(3);
    expect(new Set(all.flatMap(portsOf)).size).toBe(3);
  });

  it('stay with their port when a Service is written again without them', () => {
    const store = fresh();
    const created = store.create(services, service('a', { type: 'NodePort' }));
    const ports = [
      { name: 'b', port: 81 },
      { name: 'a', port: 80 },
    ];
    const again = store.update(services, service('a', { type: 'NodePort', ports }));
    const [added, kept] = portsOf(again);
    expect(kept).toBe(portsOf(created)[0]);
    expect(added).toEqual(expect.any(Number));
    expect(added).not.toBe(kept);
  });

  it('one node port is given to one Service', () => {
    const store = fresh();
    const taken = { type: 'NodePort', ports: [{ port: 80, nodePort: 30_100 }] };
    store.create(services, service('a', taken));
    expect(() => store.create(services, service('b', taken))).toThrow('provided port is already allocated');
  });
});
