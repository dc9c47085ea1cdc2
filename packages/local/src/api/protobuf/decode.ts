import type { JsonObject } from '../../store/json.ts';
import { badRequest } from '../../store/status-error.ts';
import { messages, roots, type FieldShape } from './messages.ts';
import { readFields, type WireField } from './read-fields.ts';

const magic = [0x6b, 0x38, 0x73, 0x00];
const maxDepth = 30;

/**
 * Decodes a protobuf body (`k8s\0`, then the envelope) to JSON. Clients write out empty strings, zeros and empty
 * messages; they are read as absent. Throws 400 for invalid bytes and, with a hint to JSON, for unknown kinds.
 */
export function decodeProtobuf(bytes: Uint8Array): JsonObject {
  if (magic.some((byte, index) => bytes[index] !== byte)) {
    throw badRequest('the protobuf body does not begin with the Kubernetes envelope');
  }
  const envelope = readFields(bytes.subarray(magic.length));
  const type = readFields(bytesOf(envelope, 1));
  const apiVersion = textOf(bytesOf(type, 1));
  const kind = textOf(bytesOf(type, 2));
  const root = roots[`${apiVersion} ${kind}`] ?? roots[kind];
  if (root === undefined) {
    throw badRequest(
      `protobuf bodies of ${apiVersion} ${kind} are not understood here; send JSON (kubectl create ... --dry-run=client -o yaml | kubectl apply -f -)`,
    );
  }
  return { apiVersion, kind, ...decodeMessage(bytesOf(envelope, 2), root, maxDepth) };
}

function decodeMessage(bytes: Uint8Array, name: string, depth: number): JsonObject {
  if (depth === 0) throw badRequest('the protobuf body is nested too deeply');
  const shapes = messages[name] ?? {};
  const result: JsonObject = {};
  for (const field of readFields(bytes)) {
    const shape = shapes[field.number];
    if (shape !== undefined) addField(result, shape, field, depth);
  }
  return result;
}

function addField(result: JsonObject, shape: FieldShape, field: WireField, depth: number): void {
  const { name, type, many, map } = shape;
  if (map === true) {
    const entry = readFields(asBytes(field));
    const value = valueOf({ number: 2, value: bytesOf(entry, 2) }, type, depth);
    const known = result[name];
    result[name] = { ...(typeof known === 'object' ? known : {}), [textOf(bytesOf(entry, 1))]: value ?? '' };
    return;
  }
  const value = valueOf(field, type, depth);
  if (many === true) {
    const known = result[name];
    result[name] = [...(Array.isArray(known) ? known : []), value ?? (type === 'text' ? '' : {})];
  } else if (value !== undefined) result[name] = value;
}

function valueOf(field: WireField, type: string, depth: number): unknown {
  switch (type) {
    case 'text':
      return textOf(asBytes(field)) || undefined;
    case 'bytes':
      return Buffer.from(asBytes(field)).toString('base64');
    case 'number':
      return field.value === 0n ? undefined : Number(BigInt.asIntN(64, asNumber(field)));
    case 'zero-number':
      return Number(BigInt.asIntN(64, asNumber(field)));
    case 'boolean':
      return asNumber(field) === 0n ? undefined : true;
    case 'int-or-string':
      return intOrString(asBytes(field));
    default: {
      const value = decodeMessage(asBytes(field), type, depth - 1);
      return Object.keys(value).length === 0 ? undefined : value;
    }
  }
}

function intOrString(bytes: Uint8Array): unknown {
  const fields = readFields(bytes);
  const isText = fields.some((field) => field.number === 1 && field.value === 1n);
  if (isText) return textOf(bytesOf(fields, 3)) || undefined;
  const number = fields.find((field) => field.number === 2)?.value;
  return typeof number === 'bigint' && number !== 0n ? Number(BigInt.asIntN(64, number)) : undefined;
}

function asBytes({ value }: WireField): Uint8Array {
  if (typeof value === 'bigint') throw badRequest('the protobuf body has a number where bytes belong');
  return value;
}

function asNumber({ value }: WireField): bigint {
  if (typeof value !== 'bigint') throw badRequest('the protobuf body has bytes where a number belongs');
  return value;
}

function bytesOf(fields: readonly WireField[], number: number): Uint8Array {
  const field = fields.findLast((candidate) => candidate.number === number);
  return field === undefined ? new Uint8Array() : asBytes(field);
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
