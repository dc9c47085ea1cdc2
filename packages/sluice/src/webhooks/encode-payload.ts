import type { HookPayload } from '../ports/hooks.ts';

/**
 * The body of a hook request, byte for byte as Go's `encoding/json` writes it: some receivers compare or sign
 * the raw bytes. Flagger's keys come first and in its order; `deliveryId` and `attempt` come last.
 */
export function encodePayload(payload: HookPayload, deliveryId: string, attempt: number): string {
  const { name, namespace, phase, checksum, metadata, ...ours } = payload;
  const members = [
    ...Object.entries({ name, namespace, phase, checksum }).map(encodeMember),
    ...encodeMetadata(metadata),
    ...Object.entries({ ...ours, deliveryId, attempt })
      .filter(([, value]) => value !== undefined)
      .map(encodeMember),
  ];
  return `{${members.join(',')}}`;
}

function encodeMetadata(metadata: HookPayload['metadata']): string[] {
  const entries = Object.entries(metadata ?? {});
  if (entries.length === 0) return [];
  // Not through an object: JavaScript moves keys that look like integers to the front, Go sorts by bytes.
  const sorted = entries.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return [`"metadata":{${sorted.map(encodeMember).join(',')}}`];
}

const encodeMember = ([key, value]: readonly [string, unknown]): string =>
  `${encodeValue(key)}:${encodeValue(value)}`;

function encodeValue(value: unknown): string {
  const text = JSON.stringify(value);
  // Go replaces half a surrogate pair, JavaScript escapes it. A replacer for all values would cost five times as much.
  const whole = text.includes('\\ud') ? JSON.stringify(value, wellFormed) : text;
  return whole.replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const wellFormed = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed() : value;
