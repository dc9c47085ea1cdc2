import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord, isRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { originalAnnotation, toolkitAnnotations } from './object-keys.ts';

/**
 * The original of an object that was taken over, as JSON in an annotation of the object, so that a deletion can restore it
 * after any restart.
 */
export interface Original {
  /** Fields of its spec that a Canary changes. */
  readonly spec: JsonRecord;
  /** Annotations that a Canary writes, with their values from before. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Bytes. An object may have 256 KiB of annotations, and other programs need some of it. */
const longestOriginal = 64 * 1024;

/** The annotation that keeps `fields` of the spec as they stand now. */
export function keepOriginal(
  object: AnyKubeObject,
  fields: readonly string[],
): Readonly<Record<string, string>> {
  const spec = asRecord(object['spec']);
  const stood = fields
    .filter((field) => spec[field] !== undefined)
    .map((field) => [field, spec[field]] as const);
  const marks = Object.entries(object.metadata.annotations ?? {}).filter(([key]) =>
    Object.hasOwn(toolkitAnnotations, key),
  );
  const original: Original = { spec: Object.fromEntries(stood), annotations: Object.fromEntries(marks) };
  return { [originalAnnotation]: JSON.stringify(original) };
}

/** Undefined when the object was not taken over, or its annotation cannot be read. */
export function readOriginal(object: AnyKubeObject): Original | undefined {
  const text = object.metadata.annotations?.[originalAnnotation];
  if (text === undefined) return undefined;
  try {
    const { spec, annotations }: { spec?: unknown; annotations?: unknown } = asRecord(JSON.parse(text));
    if (!isRecord(spec)) return undefined;
    return { spec, annotations: asRecord(annotations) as Readonly<Record<string, string>> };
  } catch {
    return undefined;
  }
}

/** Whether the spec of an object is small enough to be kept. */
export const canBeKept = (object: AnyKubeObject): boolean =>
  Buffer.byteLength(JSON.stringify(object['spec'] ?? {})) <= longestOriginal;
