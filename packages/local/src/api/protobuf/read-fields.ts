import { badRequest } from '../../store/status-error.ts';

/** One field on the wire: its number, and a whole number or bytes. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

const cutOff = () => badRequest('the protobuf body ends in the middle of a field');

/** Reads the fields of one protobuf message, in order. Throws 400 for invalid bytes. */
export function readFields(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = [];
  let position = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[position++];
      if (byte === undefined) throw cutOff();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw badRequest('the protobuf body holds a number longer than 64 bits');
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.byteLength - position) throw cutOff();
    position += length;
    return bytes.subarray(position - length, position);
  };
  const valueOf = (wireType: number): bigint | Uint8Array => {
    switch (wireType) {
      case 0:
        return varint();
      case 1:
        return take(8);
      case 2:
        return take(Number(varint()));
      case 5:
        return take(4);
      default:
        throw badRequest(`the protobuf body has a field of unknown wire type ${wireType}`);
    }
  };
  while (position < bytes.byteLength) {
    const tag = Number(varint());
    fields.push({ number: Math.floor(tag / 8), value: valueOf(tag % 8) });
  }
  return fields;
}
