import { joinField } from '../api/field-problem.ts';
import { asRecord, isRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { nearest } from '@sluice/lib/text/nearest.ts';
import type { Draft } from './finding.ts';

/** Finds fields that the schema does not have, at most 20, each with the field that was probably meant. */
export function findUnknownFields(schema: unknown, value: unknown, root: string): readonly Draft[] {
  const unknown = walk(asRecord(schema), value, root).slice(0, mostUnknown);
  if (unknown.length === 0) return [];
  const places = placesOf(asRecord(schema), root);
  return unknown.map((field) => describe(field, places));
}

const mostUnknown = 20;

interface Unknown {
  readonly name: string;
  /** Of the object that it stands in. */
  readonly path: string;
  /** Names of that object's fields. */
  readonly known: readonly string[];
}

function walk(schema: JsonRecord, value: unknown, path: string): readonly Unknown[] {
  if (Array.isArray(value)) {
    const item = asRecord(schema['items']);
    return value.flatMap((entry, index) => walk(item, entry, joinField(path, index)));
  }
  if (!isRecord(value)) return [];
  const [everyKey] = Object.values(asRecord(schema['patternProperties']));
  const properties = schema['properties'];
  return Object.entries(value).flatMap(([name, field]) => {
    const at = joinField(path, name);
    if (everyKey !== undefined) return walk(asRecord(everyKey), field, at);
    if (!isRecord(properties)) return [];
    if (Object.hasOwn(properties, name)) return walk(asRecord(properties[name]), field, at);
    return [{ name, path, known: Object.keys(properties) }];
  });
}

/** Names of older versions of Flagger. */
const renamed: ReadonlyMap<string, string> = new Map([['canaryAnalysis', 'analysis']]);

/** Objects of the schema by the names of their fields: `webhooks` stands in `spec.analysis`. */
type Places = ReadonlyMap<string, readonly string[]>;

function describe({ name, path, known }: Unknown, places: Places): Draft {
  const field = joinField(path, name);
  const parent = path === '' ? 'an object' : path;
  const message = `${field} is not a field of ${parent}, and is ignored${hintOf(name, known, places)}`;
  return { rule: 'FIELD003', field, message };
}

function hintOf(name: string, known: readonly string[], places: Places): string {
  const meant = renamed.get(name) ?? nearest(name, known);
  if (meant !== undefined) return `; did you mean ${meant}?`;
  const [place, ...others] = places.get(name) ?? [];
  return place === undefined || others.length > 0 ? '' : `; it belongs in ${place}`;
}

function placesOf(schema: JsonRecord, root: string): Places {
  const places = new Map<string, readonly string[]>();
  const collect = (part: JsonRecord, path: string): void => {
    for (const [name, field] of Object.entries(asRecord(part['properties']))) {
      places.set(name, [...(places.get(name) ?? []), path]);
      collect(asRecord(field), `${path}.${name}`);
    }
    if (part['items'] !== undefined) collect(asRecord(part['items']), `${path}[]`);
  };
  collect(schema, root);
  return places;
}

const objectFields = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
const metadataFields = [
  'name',
  'namespace',
  'generateName',
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
];

/** The same for what every object has around its spec. */
export function findUnknownMetadata(object: JsonRecord): readonly Draft[] {
  const unknown = (value: unknown, known: readonly string[], path: string): readonly Unknown[] =>
    Object.keys(asRecord(value))
      .filter((name) => !known.includes(name))
      .map((name) => ({ name, path, known }));
  return [...unknown(object, objectFields, ''), ...unknown(object['metadata'], metadataFields, 'metadata')]
    .slice(0, mostUnknown)
    .map((field) => describe(field, new Map()));
}
