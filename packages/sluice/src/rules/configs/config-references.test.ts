import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../../../../test/support/rigs/deep-freeze.ts';
import type { ConfigKind } from '../../ports/workload.ts';
import { configKey, findConfigReferences, renameConfigReferences } from './config-references.ts';

type Source = { readonly name: string; readonly optional?: boolean };
type PodSpec = Readonly<Record<string, unknown>>;

/** Each place that can name a ConfigMap or Secret, as a pod spec that names just one. */
const placesOf = (containers: string) => [
  ...(['configMapKeyRef', 'secretKeyRef'] as const).map((field) => ({
    place: `${containers} env ${field}`,
    kind: field === 'configMapKeyRef' ? ('ConfigMap' as const) : ('Secret' as const),
    podSpec: (source: Source): PodSpec => ({
      [containers]: [
        {
          name: 'a',
          env: [
            { name: 'PLAIN', value: 'x' },
            { name: 'X', valueFrom: { [field]: { key: 'k', ...source } } },
          ],
        },
      ],
    }),
  })),
  ...(['configMapRef', 'secretRef'] as const).map((field) => ({
    place: `${containers} envFrom ${field}`,
    kind: field === 'configMapRef' ? ('ConfigMap' as const) : ('Secret' as const),
    podSpec: (source: Source): PodSpec => ({
      [containers]: [{ name: 'a', envFrom: [{ prefix: 'P_', [field]: source }] }],
    }),
  })),
];

const volume = (source: PodSpec): PodSpec => ({ volumes: [{ name: 'v', ...source }] });

const places: readonly {
  readonly place: string;
  readonly kind: ConfigKind;
  readonly podSpec: (source: Source) => PodSpec;
}[] = [
  {
    place: 'a configMap volume',
    kind: 'ConfigMap',
    podSpec: (source) => volume({ configMap: { defaultMode: 420, ...source } }),
  },
  {
    place: 'a secret volume',
    kind: 'Secret',
    podSpec: ({ name, ...rest }) => volume({ secret: { secretName: name, ...rest } }),
  },
  {
    place: 'a projected configMap',
    kind: 'ConfigMap',
    podSpec: (source) => volume({ projected: { sources: [{ downwardAPI: {} }, { configMap: source }] } }),
  },
  {
    place: 'a projected secret',
    kind: 'Secret',
    podSpec: (source) => volume({ projected: { sources: [{ secret: source }] } }),
  },
  ...placesOf('containers'),
  ...placesOf('initContainers'),
];

describe('ConfigMaps and Secrets of a pod spec', () => {
  it.each(places)('are found and renamed in $place', ({ kind, podSpec }) => {
    const before = deepFreeze(podSpec({ name: 'x' }));
    expect(findConfigReferences(before)).toEqual([{ kind, name: 'x', optional: false }]);
    expect(findConfigReferences(podSpec({ name: 'x', optional: true }))).toEqual([
      { kind, name: 'x', optional: true },
    ]);
    const renamed = renameConfigReferences(before, (ofKind, name) => `${ofKind}-${name}`);
    expect(renamed).toEqual(podSpec({ name: `${kind}-x` }));
  });

  it.each(places)('are left out without a name in $place', ({ podSpec }) => {
    const before = deepFreeze(podSpec({ name: '' }));
    expect(findConfigReferences(before)).toEqual([]);
    expect(renameConfigReferences(before, () => 'never')).toEqual(before);
  });

  it('are not those of ephemeral containers, image pulls and volumes of other kinds', () => {
    const podSpec = deepFreeze({
      imagePullSecrets: [{ name: 'registry' }],
      ephemeralContainers: [{ name: 'debug', envFrom: [{ secretRef: { name: 'debug' } }] }],
      volumes: [
        { name: 'csi', csi: { driver: 'd', nodePublishSecretRef: { name: 'csi' } } },
        { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
        { name: 'scratch', emptyDir: {} },
      ],
    });
    expect(findConfigReferences(podSpec)).toEqual([]);
    expect(renameConfigReferences(podSpec, () => 'never')).toEqual(podSpec);
  });

  it.each([
    ['first', [false, true]],
    ['last', [true, false]],
  ])('are required when one of several places requires them, be it the %s', (_which, optional) => {
    const env = optional.map((isOptional, index) => ({
      name: `E${index}`,
      valueFrom: { secretKeyRef: { name: 'token', key: 'k', optional: isOptional } },
    }));
    expect(findConfigReferences({ containers: [{ name: 'a', env }] })).toEqual([
      { kind: 'Secret', name: 'token', optional: false },
    ]);
  });

  it('are told apart by kind: a ConfigMap and a Secret may have one name', () => {
    const podSpec = volume({
      projected: { sources: [{ secret: { name: 'x' } }, { configMap: { name: 'x' } }] },
    });
    const keys = findConfigReferences(podSpec).map(({ kind, name }) => configKey(kind, name));
    expect(keys.toSorted()).toEqual(['configmap/x', 'secret/x']);
  });

  it.each([[undefined], [null], ['text'], [[]], [{}], [{ volumes: 'x', containers: [null, { env: {} }] }]])(
    'are none in %j',
    (podSpec) => {
      expect(findConfigReferences(podSpec)).toEqual([]);
    },
  );

  const name = fc.constantFrom('a', 'b', 'a-primary', 'settings', '__proto__');
  const source = fc.record({ name, optional: fc.boolean() }, { requiredKeys: ['name'] });
  const part = fc.tuple(fc.constantFrom(...places), source).map(([place, at]) => place.podSpec(at));
  const podSpecs = fc.array(part, { maxLength: 8 }).map((parts) => {
    const listOf = (field: string) => parts.flatMap((one) => (field in one ? one[field] : []));
    return deepFreeze({
      restartPolicy: 'Always',
      volumes: listOf('volumes'),
      initContainers: listOf('initContainers'),
      containers: listOf('containers'),
    });
  });

  it('come back to what they were when a rename is undone, and nothing else moves', () => {
    fc.assert(
      fc.property(podSpecs, (podSpec) => {
        const there = renameConfigReferences(podSpec, (kind, from) => `${kind}.${from}-primary`);
        const back = renameConfigReferences(there, (kind, from) =>
          from.slice(kind.length + 1, -'-primary'.length),
        );
        expect(back).toEqual(podSpec);
      }),
    );
  });

  it('are all found where they are renamed, and the other way round', () => {
    fc.assert(
      fc.property(podSpecs, (podSpec) => {
        const renamed = renameConfigReferences(podSpec, (_kind, from) => `${from}-primary`);
        const expected = findConfigReferences(podSpec).map((reference) => ({
          ...reference,
          name: `${reference.name}-primary`,
        }));
        expect(findConfigReferences(renamed)).toEqual(expected);
        expect(JSON.stringify(renamed).split('-primary').length).toBe(
          JSON.stringify(podSpec).split('-primary').length + countSources(podSpec),
        );
      }),
    );
  });
});

/** Independent of the walker: how often any object of these specs carries a source's name. */
function countSources(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countSources(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const holders = ['configMap', 'secret', 'configMapKeyRef', 'secretKeyRef', 'configMapRef', 'secretRef'];
  return Object.entries(value).reduce(
    (sum, [key, nested]) => sum + (holders.includes(key) ? 1 : countSources(nested)),
    0,
  );
}
