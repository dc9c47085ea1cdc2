import { describe, expect, it } from 'vitest';
import { podVectors } from '../../../../../test/contracts/patches/pod-vectors.ts';
import { builtInKinds } from '../../store/built-in-kinds.ts';
import { isObject, type JsonObject } from '../../store/json.ts';
import { applyManifest } from './apply.ts';
import { applyRules, strategicRules } from './list-keys.ts';
import { strategicPatch } from './strategic.ts';

const kindOf = (plural: string) => builtInKinds.find((kind) => kind.resource.plural === plural)!;
const patchPod = (spec: JsonObject, patch: JsonObject): unknown =>
  strategicPatch({ spec }, { spec: patch }, strategicRules(kindOf('pods')))['spec'];

describe('strategic merge patches', () => {
  it.each(podVectors)('change %s as clients mean it', (_title, spec, patch, result) => {
    expect(patchPod(spec, patch)).toEqual(result);
  });

  it('store no directive', () => {
    for (const [, spec, patch] of podVectors)
      expect(JSON.stringify(patchPod(spec, patch))).not.toContain('$');
  });

  it('add and remove finalizers as a set', () => {
    const rules = strategicRules(kindOf('configmaps'));
    const metadata = { finalizers: ['a', 'b'] };
    const removed = {
      metadata: { '$deleteFromPrimitiveList/finalizers': ['b'], '$setElementOrder/finalizers': ['a'] },
    };
    expect(strategicPatch({ metadata }, removed, rules)).toEqual({ metadata: { finalizers: ['a'] } });
    const added = { metadata: { '$setElementOrder/finalizers': ['a', 'b', 'c'], finalizers: ['c'] } };
    expect(strategicPatch({ metadata }, added, rules)).toEqual({ metadata: { finalizers: ['a', 'b', 'c'] } });
  });

  it("change a Service's port by its number", () => {
    const spec = {
      ports: [
        { port: 80, name: 'a' },
        { port: 81, name: 'b' },
      ],
    };
    const patch = {
      spec: {
        '$setElementOrder/ports': [{ port: 8080 }, { port: 81 }],
        ports: [
          { port: 8080, name: 'a' },
          { $patch: 'delete', port: 80 },
        ],
      },
    };
    expect(strategicPatch({ spec }, patch, strategicRules(kindOf('services')))).toEqual({
      spec: {
        ports: [
          { port: 8080, name: 'a' },
          { port: 81, name: 'b' },
        ],
      },
    });
  });

  it('change the strategy of a Deployment to Recreate', () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } };
    const patch = { spec: { strategy: { $retainKeys: ['type'], rollingUpdate: null, type: 'Recreate' } } };
    const patched = strategicPatch({ spec: { strategy } }, patch, strategicRules(kindOf('deployments')));
    expect(patched).toEqual({ spec: { strategy: { type: 'Recreate' } } });
  });

  it('refuse an item without its merge key', () => {
    expect(() => patchPod({ containers: [{ name: 'main' }] }, { containers: [{ image: 'x' }] })).toThrow(
      'lacks its merge key name',
    );
  });

  it('never reach the prototype of anything', () => {
    const patch: unknown = JSON.parse(
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    );
    patchPod({}, isObject(patch) ? patch : {});
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('server-side apply', () => {
  it('merges lists by all their keys: a port of another protocol is another port', () => {
    const ports = [{ port: 53, protocol: 'TCP', name: 'tcp' }];
    const manifest = {
      spec: {
        ports: [
          { port: 53, protocol: 'UDP', name: 'udp' },
          { port: 53, name: 'dns' },
        ],
      },
    };
    expect(applyManifest({ spec: { ports } }, manifest, applyRules(kindOf('services'), 'v1'))).toEqual({
      spec: {
        ports: [
          { port: 53, protocol: 'TCP', name: 'dns' },
          { port: 53, protocol: 'UDP', name: 'udp' },
        ],
      },
    });
  });
});
