import { describe, expect, it } from 'vitest';
import { builtInKinds } from '../../store/built-in-kinds.ts';
import { isObject, type JsonObject } from '../../store/json.ts';
import { applyManifest } from './apply.ts';
import { applyRules, strategicRules } from './list-keys.ts';
import { strategicPatch } from './strategic.ts';

const kindOf = (plural: string) => builtInKinds.find((kind) => kind.resource.plural === plural)!;
const patchPod = (spec: JsonObject, patch: JsonObject): unknown =>
  strategicPatch({ spec }, { spec: patch }, strategicRules(kindOf('pods')))['spec'];

const main = {
  name: 'main',
  image: 'i:1',
  env: [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ],
};
const side = { name: 'side', image: 's:1' };
const order = { '$setElementOrder/containers': [{ name: 'main' }, { name: 'side' }] };

/** The patches clients were seen to send, on a pod's spec. */
const vectors: readonly (readonly [
  title: string,
  spec: JsonObject,
  patch: JsonObject,
  result: JsonObject,
])[] = [
  [
    'an image',
    { containers: [main, side] },
    { ...order, containers: [{ name: 'main', image: 'i:2' }] },
    { containers: [{ ...main, image: 'i:2' }, side] },
  ],
  [
    'an environment variable',
    { containers: [main] },
    {
      containers: [
        {
          name: 'main',
          '$setElementOrder/env': [{ name: 'A' }, { name: 'B' }],
          env: [{ name: 'A', value: '9' }],
        },
      ],
    },
    {
      containers: [
        {
          ...main,
          env: [
            { name: 'A', value: '9' },
            { name: 'B', value: '2' },
          ],
        },
      ],
    },
  ],
  [
    'a variable added and one removed',
    { containers: [main] },
    {
      containers: [
        {
          name: 'main',
          '$setElementOrder/env': [{ name: 'B' }, { name: 'C' }],
          env: [
            { name: 'C', value: '3' },
            { $patch: 'delete', name: 'A' },
          ],
        },
      ],
    },
    {
      containers: [
        {
          ...main,
          env: [
            { name: 'B', value: '2' },
            { name: 'C', value: '3' },
          ],
        },
      ],
    },
  ],
  [
    'all variables removed',
    { containers: [main] },
    { containers: [{ name: 'main', env: null }] },
    { containers: [{ name: 'main', image: 'i:1' }] },
  ],
  [
    'a value replaced by its source',
    { containers: [{ name: 'main', env: [{ name: 'A', value: '1' }] }] },
    {
      containers: [
        { name: 'main', env: [{ name: 'A', value: null, valueFrom: { fieldRef: { fieldPath: 'x' } } }] },
      ],
    },
    { containers: [{ name: 'main', env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'x' } } }] }] },
  ],
  [
    'a container port from 80 to 90',
    { containers: [{ name: 'main', ports: [{ containerPort: 80, name: 'http', protocol: 'TCP' }] }] },
    {
      containers: [
        {
          name: 'main',
          '$setElementOrder/ports': [{ containerPort: 90 }],
          ports: [
            { containerPort: 90, name: 'http' },
            { $patch: 'delete', containerPort: 80 },
          ],
        },
      ],
    },
    { containers: [{ name: 'main', ports: [{ containerPort: 90, name: 'http' }] }] },
  ],
  [
    'a container removed',
    { containers: [main, side] },
    { '$setElementOrder/containers': [{ name: 'main' }], containers: [{ $patch: 'delete', name: 'side' }] },
    { containers: [main] },
  ],
  [
    'containers in another order, and nothing else',
    { containers: [main, side] },
    { '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }] },
    { containers: [side, main] },
  ],
  [
    "a volume's type",
    { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
    { volumes: [{ name: 'v', $retainKeys: ['emptyDir', 'name'], configMap: null, emptyDir: {} }] },
    { volumes: [{ name: 'v', emptyDir: {} }] },
  ],
  [
    "a probe's type",
    { containers: [{ name: 'main', readinessProbe: { httpGet: { port: 1 }, periodSeconds: 3 } }] },
    { containers: [{ name: 'main', readinessProbe: { exec: { command: ['x'] }, httpGet: null } }] },
    { containers: [{ name: 'main', readinessProbe: { exec: { command: ['x'] }, periodSeconds: 3 } }] },
  ],
  [
    'a pull secret swapped',
    { imagePullSecrets: [{ name: 's1' }] },
    {
      '$setElementOrder/imagePullSecrets': [{ name: 's2' }],
      imagePullSecrets: [{ name: 's2' }, { $patch: 'delete', name: 's1' }],
    },
    { imagePullSecrets: [{ name: 's2' }] },
  ],
  [
    'a whole list without a key',
    { tolerations: [{ key: 'a' }] },
    { tolerations: [{ key: 'b' }] },
    { tolerations: [{ key: 'b' }] },
  ],
];

describe('strategic merge patches', () => {
  it.each(vectors)('change %s as clients mean it', (_title, spec, patch, result) => {
    expect(patchPod(spec, patch)).toEqual(result);
  });

  it('store no directive', () => {
    for (const [, spec, patch] of vectors) expect(JSON.stringify(patchPod(spec, patch))).not.toContain('$');
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
    expect(() => patchPod({ containers: [main] }, { containers: [{ image: 'x' }] })).toThrow(
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
