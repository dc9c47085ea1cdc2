import { badRequest } from '../../store/status-error.ts';
import { parseJson } from '../body.ts';
import { readFields, type WireField } from './read-fields.ts';

/** Reads a scalar as JSON has it; undefined: its zero. */
export type ReadScalar = (field: WireField, zeroCounts: boolean) => unknown;

/** Types that are no message of the table. */
export const scalars: Readonly<Record<string, ReadScalar>> = {
  text: (field, zeroCounts) => textOf(asBytes(field)) || (zeroCounts ? '' : undefined),
  bytes: (field) => Buffer.from(asBytes(field)).toString('base64'),
  number(field, zeroCounts) {
    const value = asNumber(field);
    return value === 0 && !zeroCounts ? undefined : value;
  },
  boolean(field, zeroCounts) {
    const value = asNumber(field) !== 0;
    return value || zeroCounts ? value : undefined;
  },
  quantity: (field) => textOf(bytesOf(known(field, 1), 1)) || undefined,
  'int-or-string': intOrString,
  time: (field) => timeOf(field)?.replace(/\.\d+Z$/, 'Z'),
  'micro-time': (field) => timeOf(field),
  raw(field) {
    const bytes = bytesOf(known(field, 1), 1);
    return bytes.byteLength === 0 ? undefined : parseJson(bytes);
  },
  texts: (field) => known(field, 1).map((item) => textOf(asBytes(item))),
};

/** The fields of a small message. Throws 400 for a number above `highest`. */
export function known(field: WireField, highest: number): WireField[] {
  const fields = readFields(asBytes(field));
  const other = fields.find(({ number }) => number < 1 || number > highest);
  if (other !== undefined)
    throw badRequest(`the protobuf body has a field ${other.number} that is not known here`);
  return fields;
}

function intOrString(field: WireField, zeroCounts: boolean): unknown {
  const fields = known(field, 3);
  if (numberAt(fields, 1) === 1) return textOf(bytesOf(fields, 3)) || (zeroCounts ? '' : undefined);
  return numberAt(fields, 2) || (zeroCounts ? 0 : undefined);
}

/** RFC 3339 with microseconds; all zero: no time. */
function timeOf(field: WireField): string | undefined {
  const fields = known(field, 2);
  const seconds = numberAt(fields, 1);
  const nanos = numberAt(fields, 2);
  if (seconds === 0 && nanos === 0) return undefined;
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw badRequest('the protobuf body has a time that is none');
  const micros = `${Math.floor(nanos / 1000)}`.padStart(6, '0');
  return date.toISOString().replace(/\.\d+Z$/, `.${micros}Z`);
}

const numberAt = (fields: readonly WireField[], number: number): number => {
  const field = fields.findLast((candidate) => candidate.number === number);
  return field === undefined ? 0 : asNumber(field);
};

export function asBytes({ value }: WireField): Uint8Array {
  if (typeof value === 'bigint') throw badRequest('the protobuf body has a number where bytes belong');
  return value;
}

function asNumber({ value }: WireField): number {
  if (typeof value !== 'bigint') throw badRequest('the protobuf body has bytes where a number belongs');
  return Number(BigInt.asIntN(64, value));
}

export function bytesOf(fields: readonly WireField[], number: number): Uint8Array {
  const field = fields.findLast((candidate) => candidate.number === number);
  return field === undefined ? new Uint8Array() : asBytes(field);
}

const utf8 = new TextDecoder();

export const textOf = (bytes: Uint8Array): string => utf8.decode(bytes);
