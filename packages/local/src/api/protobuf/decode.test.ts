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
