import { describe, expect, it } from 'vitest';
import { deployment, fresh, pod, ref } from '../../../../test/support/rigs/store-bench.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { customResourceDefinitions, deployments, pods, secrets } from '@sluice/kube/objects/resources.ts';
import { objectAt, type JsonObject } from './json.ts';
import type { Store } from './store.ts';

const widgets: ResourceType = {
  group: 'example.com',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
};

const text = { type: 'string' };

const definition = (spec: JsonObject): AnyKubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    names: { plural: 'widgets', kind: 'Widget' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: spec } } },
        },
      },
    ],
  },
});

const widget = (spec: JsonObject): AnyKubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: ref('w'),
  spec,
});

function withWidgets(spec: JsonObject): Store {
  const store = fresh();
  store.create(customResourceDefinitions, definition(spec));
  return store;
}

const labelled = (object: AnyKubeObject): AnyKubeObject => ({
  ...object,
  metadata: { ...object.metadata, labels: { a: 'b' } },
});

describe('admission', () => {
  it('fills in, drops and refuses what an update changes', () => {
    const store = withWidgets({
      size: { type: 'integer' },
      part: { type: 'object', properties: { color: { ...text, default: 'red' } } },
    });
    const created = store.create(widgets, widget({ size: 1 }));
    const updated = store.update(widgets, { ...created, spec: { size: 1, part: { none: 1 } } });
    expect(updated['spec']).toEqual({ size: 1, part: { color: 'red' } });
    expect(() => store.update(widgets, { ...updated, spec: { size: 'x' } })).toThrow(
      'spec.size in body must be of type integer',
    );
  });

  it('keeps what an update leaves alone as the very same in memory', () => {
    const store = withWidgets({ part: { type: 'object', properties: { color: text } }, size: {} });
    const created = store.create(widgets, widget({ part: { color: 'red' } }));
    const spec = { ...objectAt(created, 'spec'), size: 2 };
    const updated = store.update(widgets, { ...created, spec });
    expect(objectAt(updated, 'spec')['part']).toBe(objectAt(created, 'spec')['part']);
  });

  it('goes over all of an object again once its definition has changed', () => {
    const store = withWidgets({ color: text, size: text });
    const created = store.create(widgets, widget({ color: 'red', size: '1' }));
    const standing = store.get(customResourceDefinitions, { name: 'widgets.example.com' });
    store.update(customResourceDefinitions, {
      ...definition({ size: text, shape: { ...text, default: 'round' } }),
      metadata: { ...standing?.metadata, name: 'widgets.example.com' },
    });
    expect(store.update(widgets, labelled(created))['spec']).toEqual({ size: '1', shape: 'round' });
  });

  it('completes a container that joins others which have their defaults', () => {
    const store = fresh();
    const created = store.create(deployments, deployment());
    const spec = objectAt(created, 'spec');
    const template = objectAt(spec, 'template');
    const pod = objectAt(template, 'spec');
    const [main] = pod['containers'] as readonly JsonObject[];
    const containers = [main, { name: 'side', image: 'i:2' }];
    const updated = store.update(deployments, {
      ...created,
      spec: { ...spec, template: { ...template, spec: { ...pod, containers } } },
    });
    const stored = objectAt(objectAt(objectAt(updated, 'spec'), 'template'), 'spec')['containers'];
    expect(stored).toMatchObject([main, { name: 'side', imagePullPolicy: 'IfNotPresent' }]);
  });

  it('joins the plain values of a Secret with those that stand', () => {
    const store = fresh();
    const created = store.create(secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: ref('s'),
      data: { a: 'YQ==' },
    });
    const updated = store.update(secrets, { ...created, stringData: { b: 'b' } });
    expect(updated).toMatchObject({ data: { a: 'YQ==', b: 'Yg==' } });
    expect(updated['stringData']).toBeUndefined();
  });

  it('refuses names that would lead out of a folder', () => {
    const store = fresh();
    const volumes = [{ name: '../../x', emptyDir: {} }];
    expect(() => store.create(pods, pod({ volumes }))).toThrow(
      'Pod "p" is invalid: spec.volumes[0].name: Invalid value: "../../x": a lowercase RFC 1123 label',
    );
    expect(() => store.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: ref('../x') })).toThrow(
      'Secret "../x" is invalid: metadata.name: Invalid value: "../x": a lowercase RFC 1123 subdomain',
    );
  });

  it('refuses labels and finalizers of an update, too', () => {
    const store = fresh();
    const created = store.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: ref('s') });
    const labels = { a: 'x'.repeat(64) };
    expect(() => store.update(secrets, { ...created, metadata: { ...created.metadata, labels } })).toThrow(
      'must be no more than 63 bytes',
    );
    const held = { ...created.metadata, finalizers: ['example.com/a'] };
    store.update(secrets, { ...created, metadata: held });
    store.delete(secrets, ref('s'));
    const leaving = store.get(secrets, ref('s'))!;
    const finalizers = ['example.com/a', 'example.com/b'];
    expect(() =>
      store.update(secrets, { ...leaving, metadata: { ...leaving.metadata, finalizers } }),
    ).toThrow(
      'Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/b"}',
    );
  });
});
