import { createHash } from 'node:crypto';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { hashJson } from '@sluice/lib/json/canonical-json.ts';
import { asRecord, asText, asTextMap } from '@sluice/lib/json/json-read.ts';
import { configTrackingAnnotation } from '../objects/object-keys.ts';

/**
 * The checksum of a ConfigMap or Secret in `status.trackedConfigs`: 16 hex digits over its content. It equals
 * Flagger's, so that taking over from Flagger shows no change. `binaryData`, which Flagger leaves out, counts when it
 * is present. Names, labels, annotations and `immutable` do not count.
 */
export function configChecksum(object: AnyKubeObject): string {
  const binary = asTextMap(object['binaryData']);
  const text = goMap(object['data']) + (Object.keys(binary).length === 0 ? '' : goMap(binary));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * One hash for the content of all tracked objects, from `status.trackedConfigs`; undefined when none is tracked. The
 * pod template of a primary carries the hash of its copies' content.
 */
export function configRevision(trackedConfigs: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(trackedConfigs).length === 0 ? undefined : hashJson(trackedConfigs);
}

/** Service account tokens and image pull secrets belong to the cluster and are not part of a revision. */
const trackedSecretTypes = [
  'Opaque',
  'kubernetes.io/basic-auth',
  'kubernetes.io/ssh-auth',
  'kubernetes.io/tls',
];

/** Whether changes of this whole object start a run, and the primary gets a copy of it. */
export function isTracked(object: AnyKubeObject): boolean {
  const annotation = asText(asRecord(object.metadata.annotations)[configTrackingAnnotation]) ?? '';
  if (annotation.startsWith('disable')) return false;
  return object.kind !== 'Secret' || trackedSecretTypes.includes(asText(object['type']) ?? 'Opaque');
}

/**
 * A map of strings as Go's encoding/json writes it. Put together by hand: an object would bring keys that look
 * like numbers first and in numeric order, where Go sorts "10" before "9".
 */
function goMap(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  const entries = Object.entries(asTextMap(value)).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, text]) => `${goString(key)}:${goString(text)}`).join(',')}}`;
}

/** Go escapes `<`, `>` and `&`, which can end a script element, and U+2028 and U+2029, line ends in old JavaScript. */
function goString(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
