import { define, isObject, type JsonObject } from '../../store/json.ts';
import { badRequest } from '../../store/status-error.ts';
import { messageOf, rootOf, type FieldShape } from './messages.ts';
import { readFields, type WireField } from './read-fields.ts';
import { asBytes, bytesOf, known, scalars, textOf } from './scalars.ts';

const magic = [0x6b, 0x38, 0x73, 0x00];
const maxDepth = 30;

/** The way round whatever is not understood. */
const instead = 'send JSON (kubectl create ... --dry-run=client -o yaml | kubectl apply -f -)';

/**
 * Decodes a protobuf body (`k8s\0`, then the envelope) to JSON. Clients write out empty strings, zeros and empty
 * messages; they are read as absent. Throws 400 for invalid bytes and, with a hint to JSON, for kinds and fields that
 * are not known here: none is dropped.
 */
export function decodeProtobuf(bytes: Uint8Array): JsonObject {
  if (magic.some((byte, index) => bytes[index] !== byte)) {
    throw badRequest('the protobuf body does not begin with the Kubernetes envelope');
  }
  const envelope = readFields(bytes.subarray(magic.length));
  const type = readFields(bytesOf(envelope, 1));
  const apiVersion = textOf(bytesOf(type, 1));
  const kind = textOf(bytesOf(type, 2));
  const root = rootOf(apiVersion, kind);
  if (root === undefined)
    throw badRequest(`protobuf bodies of ${apiVersion} ${kind} are not understood here; ${instead}`);
  return { apiVersion, kind, ...decodeMessage(bytesOf(envelope, 2), root, maxDepth) };
}

function decodeMessage(bytes: Uint8Array, name: string, depth: number): JsonObject {
  if (depth === 0) throw badRequest('the protobuf body is nested too deeply');
  const shapes = messageOf(name);
  const result: JsonObject = {};
  for (const field of readFields(bytes)) {
    const shape = shapes?.get(field.number);
    // guard: unknown-protobuf-fields-are-refused
    if (shape === undefined && !isZero(field))
      throw badRequest(`field ${field.number} of ${name} in the protobuf body is not known here; ${instead}`);
    if (shape !== undefined) addField(result, shape, field, depth);
  }
  return result;
}

/** A newer client writes the zeros of fields that it does not use, too. */
const isZero = ({ value }: WireField): boolean =>
  typeof value === 'bigint' ? value === 0n : value.byteLength === 0;

/** Lists and maps grow in place: a body may hold a million small items. */
function addField(result: JsonObject, shape: FieldShape, field: WireField, depth: number): void {
  const { name, type, use, zeroCounts } = shape;
  switch (use) {
    case 'inline':
      Object.assign(result, decodeMessage(asBytes(field), type, depth - 1));
      return;
    case 'map': {
      const entry = known(field, 2);
      const value = valueOf({ number: 2, value: bytesOf(entry, 2) }, type, true, depth);
      const members = isObject(result[name]) ? result[name] : {};
      result[name] = members;
      define(members, textOf(bytesOf(entry, 1)), value ?? null);
      return;
    }
    case 'many': {
      const value = valueOf(field, type, true, depth);
      const items = result[name];
      if (Array.isArray(items)) items.push(value);
      else result[name] = [value];
      return;
    }
    case 'one': {
      const value = valueOf(field, type, zeroCounts, depth);
      if (value !== undefined) result[name] = value;
    }
  }
}

function valueOf(field: WireField, type: string, zeroCounts: boolean, depth: number): unknown {
  const read = scalars[type];
  if (read !== undefined) return read(field, zeroCounts);
  const value = decodeMessage(asBytes(field), type, depth - 1);
  return Object.keys(value).length === 0 && !zeroCounts ? undefined : value;
}
