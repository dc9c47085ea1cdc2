import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configChecksum, configRevision, isTracked } from './config-checksum.ts';

const configMap = (fields: Readonly<Record<string, unknown>> = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'test' },
  ...fields,
});
const secret = (fields: Readonly<Record<string, unknown>> = {}): AnyKubeObject => ({
  ...configMap(),
  kind: 'Secret',
  type: 'Opaque',
  ...fields,
});
const annotated = (value: string): AnyKubeObject =>
  configMap({
    metadata: { name: 'settings', annotations: { 'flagger.app/config-tracking': value } },
  });

describe('the checksum of a ConfigMap or Secret', () => {
  // Taken from Flagger 1.44.
  it.each([
    ['no data', configMap(), '74234e98afe7498f'],
    ['null', configMap({ data: null }), '74234e98afe7498f'],
    ['an empty map', configMap({ data: {} }), '44136fa355b3678a'],
    ['two keys', configMap({ data: { b: '2', a: '1' } }), '21f76dfbfe6dfe21'],
    ['what HTML would read', configMap({ data: { q: 'a<b&c>d' } }), 'cdcc385f481115a7'],
    ['a secret', secret({ data: { apiKey: 'dGVzdA==' } }), '3930f0692c2295eb'],
  ])("is Flagger's for %s", (_name, object, sum) => {
    expect(configChecksum(object)).toBe(sum);
  });

  // Computed with Go 1.26.
  it.each([
    [
      'keys that look like numbers',
      [
        ['9', 'y'],
        ['10', 'x'],
      ],
      '525d893d17fb6f75',
    ],
    [
      'keys of any signs',
      [
        ['a-b', '4'],
        ['a.b', '3'],
        ['_', '2'],
        ['__proto__', '5'],
        ['Z', '1'],
      ],
      '14f4300a3cc4c328',
    ],
    ['line ends and control characters', [['lines', 'a\r\n\tb\b\f\u0000\u001F\u007F']], '8ed1b0a28797ebc8'],
    ['text of any language', [['text', '\u2028\u2029 é 💡 " \\ /']], '63fd06745658de45'],
  ])('is what Go makes of %s', (_name, entries, sum) => {
    expect(configChecksum(configMap({ data: Object.fromEntries(entries) }))).toBe(sum);
  });

  it('moves with binaryData, and with each of its keys', () => {
    const data = { a: '1' };
    const sums = [
      configMap({ data }),
      configMap({ data, binaryData: { logo: 'AAAA' } }),
      configMap({ data, binaryData: { logo: 'AAAB' } }),
      configMap({ binaryData: { logo: 'AAAA' } }),
      configMap({ data: { ...data, logo: 'AAAA' } }),
    ].map(configChecksum);
    expect(new Set(sums).size).toBe(sums.length);
    expect(configChecksum(configMap({ data, binaryData: {} }))).toBe(sums[0]);
  });

  it('does not move with labels, annotations, owners, resourceVersion or immutable', () => {
    const other = configMap({
      metadata: {
        name: 'settings',
        namespace: 'test',
        labels: { team: 'x' },
        annotations: { note: 'y' },
        resourceVersion: '7',
      },
      data: { a: '1' },
      immutable: true,
    });
    expect(configChecksum(other)).toBe(configChecksum(configMap({ data: { a: '1' } })));
  });
});

describe('the revision of all that is tracked', () => {
  it('moves with each name and each checksum, not with their order', () => {
    const both = configRevision({ 'configmap/a': '1', 'secret/b': '2' });
    expect(configRevision({ 'secret/b': '2', 'configmap/a': '1' })).toBe(both);
    const others = [{ 'configmap/a': '1' }, { 'configmap/a': '1', 'secret/b': '3' }, { 'configmap/b': '2' }];
    expect(new Set([both, ...others.map(configRevision)]).size).toBe(4);
  });

  it('is none when nothing is tracked', () => {
    expect(configRevision({})).toBeUndefined();
  });
});

describe('config tracking', () => {
  it.each(['Opaque', 'kubernetes.io/basic-auth', 'kubernetes.io/ssh-auth', 'kubernetes.io/tls'])(
    'follows secrets of type %s',
    (type) => {
      expect(isTracked(secret({ type }))).toBe(true);
    },
  );

  it.each(['kubernetes.io/service-account-token', 'kubernetes.io/dockerconfigjson', 'example.com/own'])(
    'leaves secrets of type %s alone',
    (type) => {
      expect(isTracked(secret({ type }))).toBe(false);
    },
  );

  it.each(['disable', 'disabled'])('leaves an object alone that says %s', (value) => {
    expect(isTracked(annotated(value))).toBe(false);
  });

  it.each(['enabled', '', 'Disabled', 'not disabled'])('follows an object that says "%s"', (value) => {
    expect(isTracked(annotated(value))).toBe(true);
  });
});
