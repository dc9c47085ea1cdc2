import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeProtobuf } from './decode.ts';

/** One length-delimited field. */
const field = (number: number, content: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.of(number * 8 + 2, bytes.byteLength), bytes]);
};
const join = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);
const envelope = (apiVersion: string, kind: string, object: Uint8Array): Buffer =>
  join(
    Buffer.from('k8s\0'),
    field(1, join(field(1, apiVersion), field(2, kind))),
    field(2, object),
    field(3, ''),
    field(4, ''),
  );
const varint = (value: number): Buffer =>
  value < 128 ? Buffer.of(value) : join(Buffer.of((value % 128) + 128), varint(Math.floor(value / 128)));
const metadata = (name: string): Buffer =>
  field(1, join(field(1, name), field(2, ''), field(3, ''), Buffer.of(0x38, 0x00), field(8, '')));
const entry = (key: string, value: Uint8Array | string): Buffer => join(field(1, key), field(2, value));

describe('protobuf bodies', () => {
  it('become the JSON a client would have sent: a Secret’s raw bytes as base64, empty fields left out', () => {
    const secret = join(
      metadata('s'),
      field(2, entry('release', Buffer.of(0, 255))),
      field(3, 'helm.sh/release.v1'),
    );
    expect(decodeProtobuf(envelope('v1', 'Secret', secret))).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { release: 'AP8=' },
      type: 'helm.sh/release.v1',
    });
  });

  it('keep the target port of a Service as number or text', () => {
    const port = (target: Buffer) => field(1, join(field(1, 'http'), Buffer.of(0x18, 80), field(4, target)));
    const spec = field(
      2,
      join(port(Buffer.of(0x08, 0, 0x10, 9)), port(join(Buffer.of(0x08, 1, 0x10, 0), field(3, 'web')))),
    );
    expect(decodeProtobuf(envelope('v1', 'Service', join(metadata('s'), spec)))).toMatchObject({
      spec: {
        ports: [
          { name: 'http', port: 80, targetPort: 9 },
          { name: 'http', port: 80, targetPort: 'web' },
        ],
      },
    });
  });

  it('of a Deployment keep zero replicas, which mean something', () => {
    const object = join(metadata('d'), field(2, Buffer.of(0x08, 0)));
    expect(decodeProtobuf(envelope('apps/v1', 'Deployment', object))).toMatchObject({
      spec: { replicas: 0 },
    });
  });

  it('of a kind without a table are refused with the way round it', () => {
    const object = envelope('storage.k8s.io/v1', 'StorageClass', metadata('x'));
    expect(() => decodeProtobuf(object)).toThrow('--dry-run=client -o yaml | kubectl apply -f -');
  });

  // Kubernetes' own: every field of these kinds is set (k8s.io/api v0.36.3, testdata/HEAD).
  it.each(['core.v1.Service', 'core.v1.Event', 'autoscaling.v2.HorizontalPodAutoscaler'])(
    'are read as Kubernetes reads them: %s',
    (name) => {
      const file = (ending: string): Buffer =>
        readFileSync(new URL(`./__fixtures__/${name}.${ending}`, import.meta.url));
      expect(decodeProtobuf(file('pb'))).toEqual(JSON.parse(file('json').toString()));
    },
  );

  it.each<[string, Buffer, string]>([
    ['a Service', envelope('v1', 'Service', field(12, 'x')), 'field 12 of core/v1.Service '],
    ['its metadata', envelope('v1', 'Secret', field(1, field(15, 'x'))), 'field 15 of meta/v1.ObjectMeta'],
    [
      'a container',
      envelope('v1', 'Pod', field(2, field(2, Buffer.of(0xf8, 0x06, 0x01)))),
      'field 111 of core/v1.Container',
    ],
    ['a map', envelope('v1', 'ConfigMap', field(2, field(3, 'x'))), 'a field 3 that is not known'],
    ['a time', envelope('v1', 'Secret', field(1, field(8, field(3, 'x')))), 'a field 3 that is not known'],
  ])('with a field that %s does not have are refused by its number', (_where, body, message) => {
    expect(() => decodeProtobuf(body)).toThrow(message);
  });

  it('may have the zeros of fields that only a newer client knows', () => {
    const object = join(metadata('s'), field(15, ''), Buffer.of(0x70, 0));
    expect(decodeProtobuf(envelope('v1', 'Secret', object))).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
    });
  });

  it('keep what is set and empty: a volume without settings, a switch that is off', () => {
    const volume = field(1, join(field(1, 'v'), field(2, field(2, ''))));
    const spec = field(2, join(volume, Buffer.of(0xa8, 0x01, 0)));
    expect(decodeProtobuf(envelope('v1', 'Pod', join(metadata('p'), spec)))).toMatchObject({
      spec: { volumes: [{ name: 'v', emptyDir: {} }], automountServiceAccountToken: false },
    });
  });

  // Copied for each item, a list of this size would take hours.
  it('may hold a million small items', () => {
    const arguments_ = Buffer.alloc(1_400_000, Buffer.of(0x22, 0));
    const length = (bytes: Uint8Array, tag: number): Buffer =>
      join(Buffer.of(tag), varint(bytes.byteLength), bytes);
    const pod = length(length(arguments_, 0x12), 0x12);
    const type = field(1, join(field(1, 'v1'), field(2, 'Pod')));
    const body = decodeProtobuf(join(Buffer.from('k8s\0'), type, length(pod, 0x12)));
    expect(body).toMatchObject({ spec: { containers: [{ args: { length: 700_000 } }] } });
  });

  it('that claim more bytes than there are, are refused', () => {
    const whole = envelope('v1', 'Secret', metadata('s'));
    // Cut between its fields the envelope is whole, only empty.
    const typeEnds = envelope('v1', 'Secret', Buffer.of()).byteLength - 6;
    for (let length = 0; length < whole.byteLength - 4; length++) {
      if (length === typeEnds) continue;
      const cut = whole.subarray(0, length);
      expect(() => decodeProtobuf(cut), `${length} bytes`).toThrow(/protobuf/);
    }
  });
});
